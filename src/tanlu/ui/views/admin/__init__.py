"""Pages of who administers: people, programs, webhooks, jobs, the record of acts."""

"""The verb ``serve`` without ``--ingest``: the web process, and a park that lives for a look."""

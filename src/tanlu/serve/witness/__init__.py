"""见证 A witness of logs: what it answers (C2SP tlog-witness)."""

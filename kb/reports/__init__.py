"""Questions answered over a plain `sqlite3` connection: recurrence, statistics, coverage."""

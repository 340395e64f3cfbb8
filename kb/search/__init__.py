"""Finding incidents over a plain `sqlite3` connection."""

"""Our own records in `db/`: read, and checked field by field."""

"""What makes and changes a database: read, join, tag, store, index."""

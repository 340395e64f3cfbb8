"""The SQLite file: schema and its only writer."""

"""Documents in, records out: one module per kind of document."""

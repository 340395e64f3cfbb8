"""The tables as files for other programs, with descriptions that programs read (Frictionless Data Package, JSON Schema)."""

"""The written language: normalising and cutting text, quantities, Sudachi terms."""

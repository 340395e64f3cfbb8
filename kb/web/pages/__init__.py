"""One module for each group of pages; each builds what a template shows."""

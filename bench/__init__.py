"""Measurements of jiko-kb against other search programs; each script writes its own Markdown report."""

"""The command line: `kb` and `python -m kb`."""

from kb.cli.main import main

__all__ = ["main"]

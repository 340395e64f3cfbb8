"""The command `kb mcp`."""

from __future__ import annotations

from pathlib import Path

import click

from kb.catalogue.place import default_database
from kb.cli.options import database_option
from kb.errors import KbError


@click.command()
@database_option
def mcp(database: Path | None) -> None:
    """Answer assistants over the Model Context Protocol on stdin and stdout; wants the extra "mcp"."""
    from contextlib import closing

    from kb.store.reader import open_database

    try:
        from kb.assistant import server
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("mcp", "pydantic"):
            raise
        raise KbError("`kb mcp` wants the protocol's SDK, which is not installed: run `pip install 'jiko-kb[mcp]'`.") from error
    path = database or default_database()
    with closing(open_database(path)):
        pass  # raises what is wrong with it before an assistant is told that there are tools
    server.serve(path)

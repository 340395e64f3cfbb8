"""Running Datasette on the database with safe settings."""

from __future__ import annotations

from pathlib import Path

import click

from kb.catalogue.place import metadata_file

SETTINGS = {"sql_time_limit_ms": 2000, "max_returned_rows": 2000, "default_page_size": 50, "allow_download": 1, "num_sql_threads": 3}


def serve(path: Path, host: str, port: int) -> None:
    """Serve until interrupted. The file is opened immutable: Datasette then counts rows once and cannot write."""
    import uvicorn
    from datasette.app import Datasette
    from datasette.utils import parse_metadata

    metadata = parse_metadata(metadata_file().read_text(encoding="utf-8"))
    datasette = Datasette(immutables=[str(path)], metadata=metadata, settings=SETTINGS)
    click.echo(f"jiko-kb is at http://{host}:{port}/ (stop with Ctrl+C)", err=True)
    uvicorn.run(datasette.app(), host=host, port=port, log_level="warning", lifespan="on", workers=1)

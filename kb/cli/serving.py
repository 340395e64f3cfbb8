"""Running Datasette on the database with safe settings."""

from __future__ import annotations

import errno
import inspect
import ipaddress
import os
import socket
from contextlib import closing
from typing import Any

import click

from kb.catalogue.place import Place, metadata_file
from kb.errors import ServingError
from kb.store.reader import open_database

SETTINGS = {"sql_time_limit_ms": 2000, "max_returned_rows": 2000, "default_page_size": 50, "allow_download": True, "num_sql_threads": 3}
SERVED = "KB_SERVED"  # tells worker processes, which share nothing else, which database they serve
WAITING = 2048  # connections that the system holds while the server starts or is busy


def serve(place: Place, listening: socket.socket, host: str, workers: int) -> None:
    """Serve until interrupted. The file is opened immutable: Datasette then counts rows once and cannot write."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    with closing(open_database(place.path)):
        pass  # raises what is wrong with it before anything is served
    if not _of_this_machine(host):
        click.echo(f"Warning: {host} can be reached from other machines: whoever reaches it reads the database, asks it in SQL and has documents read.", err=True)
    os.environ[SERVED] = str(place.path)
    config = uvicorn.Config("kb.cli.serving:application", factory=True, log_level="warning", lifespan="on", workers=workers)
    listening.listen(WAITING)
    click.echo(f"Serving {place.path} ({place.reason}).", err=True)
    click.echo(f"jiko-kb is at {address(listening)} (stop with Ctrl+C)", err=True)
    server = uvicorn.Server(config)
    if workers == 1:
        server.run(sockets=[listening])
    else:
        # Older versions of uvicorn want the function that a worker runs as well.
        target = {"target": server.run} if "target" in inspect.signature(Multiprocess).parameters else {}
        Multiprocess(config, sockets=[listening], **target).run()


def application() -> Any:
    """The ASGI application of a server or worker process."""
    from datasette.app import Datasette
    from datasette.utils import parse_metadata

    metadata = parse_metadata(metadata_file().read_text(encoding="utf-8"))
    return Datasette(immutables=[os.environ[SERVED]], metadata=metadata, settings=SETTINGS).app()


def bound(host: str, port: int) -> socket.socket:
    """A socket that has the port; it listens later. Raises ServingError, which says what to do."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as error:
        raise ServingError(f"{host} is no address to listen at ({error.strerror}): name one with --host, such as 127.0.0.1.") from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
    except OSError as error:
        listening.close()
        raise ServingError(_refused(host, port, error)) from error
    return listening


def _refused(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use: stop the program that has it, or name another port with -p, such as `kb serve -p {port % 65535 + 1}`."
    if error.errno == errno.EACCES:
        return f"Port {port} is not open to you ({error.strerror}): name one above 1023 with -p, such as `kb serve -p 8001`."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: name one with --host, such as 127.0.0.1 or 0.0.0.0."
    return f"Port {port} of {host} cannot be opened ({error.strerror}): name another with -p or --host."


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _of_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""A Datasette on the shared database, asked through its own client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette


class Site:
    """A Datasette and an event loop of its own, so that tests need not be coroutines."""

    def __init__(self, files: list[Path], **options: object):
        self.datasette = Datasette([str(file) for file in files], **options)
        self._loop = asyncio.new_event_loop()
        self.run(self.datasette.invoke_startup())

    def run(self, awaitable):
        return self._loop.run_until_complete(awaitable)

    def get(self, path: str, **options):
        return self.run(self.datasette.client.get(path, **options))

    def post(self, path: str, **options):
        return self.run(self.datasette.client.post(path, **options))

    def json(self, path: str, status: int = 200):
        response = self.get(path)
        assert response.status_code == status, response.text
        return response.json()

    def soup(self, path: str, status: int = 200) -> BeautifulSoup:
        response = self.get(path)
        assert response.status_code == status, response.text
        return BeautifulSoup(response.text, "html.parser")

    def sql(self, sql: str, database: str = "jiko", **parameters: object) -> list[dict]:
        response = self.get(f"/{database}.json", params={"sql": sql, "_shape": "array", **parameters})
        assert response.status_code == 200, response.text
        return response.json()

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        if self.datasette.executor is not None:
            self.datasette.executor.shutdown()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


@pytest.fixture(scope="session")
def site(built_folder: Path) -> Iterator[Site]:
    """The whole catalogue, served without any option."""
    opened = Site([built_folder / "jiko.db"])
    yield opened
    opened.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """`serve(files, **options)` → a Site that is closed after the test."""
    opened: list[Site] = []

    def start(files: list[Path], **options: object) -> Site:
        opened.append(Site(files, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.close()

"""What assistants that come to the site are told is true."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import anyio
import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer

from kb.web import assistants, functions, register_mcp_tools


def test_every_address_of_llms_txt_answers(site) -> None:
    response = site.get("/llms.txt")
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/plain")
    links = re.findall(r"\]\((http[^)]+)\)", response.text)
    assert response.text.startswith("# ") and "\n> " in response.text and len(links) >= 9
    for link in links:
        parts = urlsplit(link)
        answer = site.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        assert answer.status_code == 200, link
        if parts.path.endswith(".json"):
            assert answer.json(), link


def test_addresses_follow_where_the_site_lies(database, serve) -> None:
    site = serve([database], settings={"base_url": "/kb/"}, metadata={"plugins": {"jiko-kb": {"public_url": "https://jiko.example/kb"}}})
    assert "(https://jiko.example/kb/search.json?q=" in site.get("/llms.txt").text and "(https://jiko.example/kb/jiko)" in site.get("/llms.txt").text


def test_who_wants_no_robots_has_no_llms_txt(database, serve) -> None:
    assert serve([database], metadata={"plugins": {"jiko-kb": {"robots": "block"}}}).get("/llms.txt").status_code == 404


@pytest.mark.parametrize("one", assistants.SQL_FUNCTIONS, ids=lambda one: one.call.split("(")[0])
def test_the_examples_of_sql_functions_run(site, one: assistants.SqlFunction) -> None:
    rows = site.sql(one.example)
    assert rows and all(value is not None for value in rows[0].values())


def test_every_sql_function_of_ours_is_described(database) -> None:
    class Connection:
        def create_function(self, name: str, *_: object, **__: object) -> None:
            names.add(name)

    names: set[str] = set()
    functions.register(Connection(), database)
    assert {one.call.split("(")[0] for one in assistants.SQL_FUNCTIONS} == names


def test_datasette_mcp_is_given_a_tool_that_describes_them(site) -> None:
    server = MCPServer("datasette")
    register_mcp_tools(site.datasette, server)

    async def talk() -> dict:
        async with Client(server) as client:
            return (await client.call_tool("describe_jiko_sql", {})).structured_content

    assert anyio.run(talk) == assistants.sql_help()


def test_datasettes_without_our_database_get_no_tool(serve) -> None:
    server = MCPServer("datasette")
    register_mcp_tools(serve([]).datasette, server)
    assert not anyio.run(server.list_tools)

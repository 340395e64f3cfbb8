"""The server as assistants meet it: asked over stdio by the SDK's own client, and in one process where that tells as much."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from kb.assistant.answers import LONGEST
from kb.assistant.server import server

TOOLS = {"search", "get_incident", "precedents", "brief", "recurrences", "classify"}
DRAFT = """障害報告書
架空テレコム株式会社
1. 発生日時
2031年5月12日 10時30分
2. 発生原因
加入者情報を持つサーバの更新作業で切り戻しを行ったところ、端末からの位置登録要求が集中し、信号を処理する設備が輻輳した。
3. 影響
音声通話とデータ通信が約3時間利用しづらい状況となった。
"""


def ask(path: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The answers to calls of tools, in one process."""

    async def talk() -> list[Any]:
        async with Client(server(path)) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(talk)


def one(path: Path, name: str, **arguments: Any) -> dict[str, Any]:
    (answer,) = ask(path, (name, arguments))
    assert not answer.is_error, answer.content
    return answer.structured_content


def complaint(path: Path, name: str, **arguments: Any) -> str:
    (answer,) = ask(path, (name, arguments))
    assert answer.is_error
    return answer.content[0].text


def documents_named(value: object) -> set[int]:
    """Ids of documents that an answer refers to, wherever they stand."""
    if isinstance(value, dict):
        own = {value["source"]} if isinstance(value.get("source"), int) else set()
        own |= {one for one in value.get("sources", ()) if isinstance(one, int)}
        return own.union(*(documents_named(one) for one in value.values()))
    return set().union(*(documents_named(one) for one in value)) if isinstance(value, list) else set()


def test_a_pasted_symptom_leads_to_an_incident_with_sources_in_two_calls_over_stdio(database: Path) -> None:
    async def talk() -> tuple[Any, dict[str, Any], dict[str, Any]]:
        parameters = StdioServerParameters(command=sys.executable, args=["-m", "kb", "mcp", "--db", str(database)], cwd=Path(__file__).parents[2])
        async with Client(stdio_client(parameters)) as client:
            listed = await client.list_tools()
            first = await client.call_tool("precedents", {"text": DRAFT})
            found = first.structured_content
            second = await client.call_tool("get_incident", {"incident_id": found["hits"][0]["id"]})
            assert not first.is_error and not second.is_error
            assert json.loads(first.content[0].text) == found  # for clients that read only texts
            return listed, found, second.structured_content

    listed, found, incident = anyio.run(talk)
    assert {tool.name for tool in listed.tools} == TOOLS
    assert found["draft"]["carriers"] == ["架空テレコム株式会社"] and found["draft"]["started_at"].startswith("2031-05-12")
    assert any({"mechanism/signalling-congestion", "trigger/switch-back"} & set(hit["tags"]) for hit in found["hits"])
    assert all(hit["why"] and hit["sources"] for hit in found["hits"])
    assert incident["id"] == found["hits"][0]["id"] and incident["causes"] and any(source["url"] for source in incident["sources"])


def test_every_tool_is_described_typed_and_read_only(database: Path) -> None:
    async def talk() -> Any:
        async with Client(server(database)) as client:
            return (await client.list_tools()).tools

    for tool in anyio.run(talk):
        assert tool.description and tool.annotations.read_only_hint
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)
        assert tool.output_schema["properties"]
        assert all("description" in field or "enum" in field or "anyOf" in field or "minimum" in field for field in tool.input_schema["properties"].values())


CALLS = [
    ("search", {"query": "証明書の期限切れで通信が止まった", "limit": 3}),
    ("precedents", {"incident_id": "2018-12-06-softbank", "limit": 20}),
    ("get_incident", {"incident_id": "2022-07-02-kddi"}),
    ("brief", {"incident_id": "2022-07-02-kddi", "limit": 10}),
    ("brief", {"text": DRAFT}),
    ("recurrences", {"limit": 20}),
]


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=[f"{name}-{sorted(arguments)[0]}" for name, arguments in CALLS])
def test_answers_name_their_sources_and_stay_short(database: Path, connection: Any, name: str, arguments: dict[str, Any]) -> None:
    answer = one(database, name, **arguments)
    listed = {source["id"] for source in answer["sources"]}
    named = documents_named(answer) | {document for ids in answer.get("sources_of", {}).values() for document in ids}
    assert named and named <= listed
    assert all(connection.execute("SELECT 1 FROM documents WHERE id = ?", [one]).fetchone() for one in listed)
    assert len(json.dumps(answer, ensure_ascii=False)) < 60_000
    for hit in answer.get("hits", ()):
        assert connection.execute("SELECT 1 FROM incidents WHERE id = ?", [hit["id"]]).fetchone() and hit["sources"]


def test_search_takes_the_filters_and_says_what_it_read(database: Path) -> None:
    answer = one(database, "search", query="輻輳", carriers=["KDDI"], fy_from=2012, fy_to=2013, limit=20)
    assert answer["hits"] and all(2012 <= hit["fiscal_year"] <= 2013 for hit in answer["hits"])
    assert len(one(database, "search", query="輻輳", limit=2)["hits"]) == 2 < one(database, "search", query="輻輳", limit=2)["total"]
    dated = one(database, "search", query="2018年12月の証明書の期限切れ")
    assert [condition["kind"] for condition in dated["conditions"]] == ["date"]


def test_an_english_question_finds_japanese_accidents(database: Path) -> None:
    assert one(database, "search", query="expired certificate")["hits"][0]["id"] == "2018-12-06-softbank"


def test_long_texts_are_cut_and_long_lists_say_what_they_left_off(own_database: Path) -> None:
    with sqlite3.connect(own_database) as writing:
        writing.execute("UPDATE statements SET text = ? WHERE incident_id = '2018-12-06-softbank' AND position = 1", ["長" * 5_000])
        document = writing.execute("SELECT document_id FROM measures WHERE incident_id = '2018-12-06-softbank'").fetchone()[0]
        writing.executemany(
            "INSERT INTO measures (incident_id, document_id, position, text) VALUES ('2018-12-06-softbank', ?, ?, ?)", [(document, 100 + n, f"対策{n}") for n in range(60)]
        )
    writing.close()
    answer = one(own_database, "get_incident", incident_id="2018-12-06-softbank")
    assert any(text["text"] == "長" * LONGEST + "…" for name in ("causes", "prolonging", "lessons") for text in answer[name])
    held = len(answer["measures"]) + answer["left_off"]["measures"]
    assert len(answer["measures"]) < 60 < held


def test_the_pack_of_a_text_has_questions_with_their_basis(database: Path) -> None:
    answer = one(database, "brief", text=DRAFT)
    assert answer["subject"]["id"] is None and answer["subject"]["carriers"] == ["架空テレコム株式会社"]
    assert answer["questions"] and all(question["basis"] for question in answer["questions"])
    assert {one["id"] for one in answer["precedents"]} <= set(answer["sources_of"])


def test_recurrences_are_of_the_company_asked_for(database: Path) -> None:
    answer = one(database, "recurrences", carrier="ソフトバンク", limit=3)
    assert answer["total"] >= len(answer["recurrences"]) > 0
    assert all(pair["earlier"]["started_at"] < pair["later"]["started_at"] and pair["tags"] and pair["measures"] for pair in answer["recurrences"])


@pytest.mark.parametrize(("users", "serious"), [(30_000, True), (29_999, False)])
def test_classify_judges_by_the_rule_of_the_day(database: Path, users: int, serious: bool) -> None:
    answer = one(database, "classify", service=1, duration_minutes=60, users=users, date="2020-06-01")
    assert answer["serious"] is serious and any(verdict["in_force"] and verdict["sources"] for verdict in answer["verdicts"])


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("get_incident", {"incident_id": "2031-01-01-nobody"}, "2031-01-01-nobody"),
        ("precedents", {}, "either `incident_id`"),
        ("precedents", {"incident_id": "2018-12-06-softbank", "text": "通信障害"}, "not both"),
        ("precedents", {"incident_id": "pyproject.toml"}, "no incident"),
        ("search", {"query": "輻輳", "carriers": ["架空テレコム"]}, "架空テレコム"),
        ("search", {"query": "輻輳", "limit": 500}, "less than or equal to 20"),
        ("recurrences", {"carrier": "架空テレコム"}, "架空テレコム"),
        ("classify", {"service": 1, "duration_minutes": 60, "users": 5, "date": "yesterday"}, "yesterday"),
        ("classify", {"service": 9, "duration_minutes": 60, "users": 5}, "less than or equal to 4"),
        ("brief", {"text": "!!"}, "text"),
        ("brief", {"incident_id": "2018-12-06-softbank", "carrier": "KDDI"}, "carrier"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_as_the_tools_error(database: Path, name: str, arguments: dict[str, Any], told: str) -> None:
    text = complaint(database, name, **arguments)
    assert told in text and "Traceback" not in text


def test_a_database_that_is_gone_is_told_and_one_built_anew_is_seen(own_database: Path) -> None:
    aside = own_database.with_suffix(".aside")

    async def talk() -> list[Any]:
        async with Client(server(own_database)) as client:
            answers = [await client.call_tool("search", {"query": "輻輳"})]
            own_database.rename(aside)
            answers.append(await client.call_tool("search", {"query": "輻輳"}))
            aside.rename(own_database)
            return [*answers, await client.call_tool("search", {"query": "輻輳"})]

    before, gone, again = anyio.run(talk)
    assert gone.is_error and "kb build" in gone.content[0].text
    assert before.structured_content == again.structured_content


def test_the_command_says_what_is_wrong_before_it_answers(kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = kb("mcp", "--db", tmp_path / "none.db")
    assert done.exit_code == 1 and "kb build" in done.stderr and not done.stdout
    monkeypatch.delitem(sys.modules, "kb.assistant.server", raising=False)
    monkeypatch.delattr("kb.assistant.server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    done = kb("mcp", "--db", tmp_path / "none.db")
    assert done.exit_code == 1 and "jiko-kb[mcp]" in done.stderr

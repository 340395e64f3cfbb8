"""SQL functions and the search boxes of Datasette's own tables."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.web import functions


def test_terms_are_those_of_the_index(site) -> None:
    rows = site.sql("select kb_terms('ﾙｰﾀとルーターがふくそう') as a, kb_terms('輻輳') as b, kb_terms(null) as c")
    words = rows[0]["a"].split()
    assert words[0] == words[1] and words[-1] == rows[0]["b"] and rows[0]["c"] is None


def test_search_and_similar_join_with_tables(site) -> None:
    sql = "select i.id from json_each(kb_search(:q, 5)) h join incidents i on i.id = json_extract(h.value, '$.id') order by h.key"
    found = site.sql(sql, q="証明書 期限切れ")
    assert len(found) == 5 and found[0]["id"] == "2018-12-06-softbank"
    similar = site.sql("select json_extract(value, '$.id') as id from json_each(kb_similar('2015-07-15-ctc', 3))")
    assert "2025-09-16-ntt-west" in [row["id"] for row in similar]
    assert site.sql("select kb_similar('none', 3) as j, kb_search('', 3) as k")[0] == {"j": "[]", "k": "[]"}
    assert len(site.sql("select value from json_each(kb_search('輻輳'))")) == 10


def test_similar_reads_no_file_of_the_server(site, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("輻輳で交換機が停止した。")
    assert site.sql("select kb_similar(:p, 3) as j", p=str(secret))[0]["j"] == "[]"


def test_marks_are_escaped(site) -> None:
    marked = site.sql("select kb_mark('<b>輻輳</b>で停止', 'ふくそう') as m, kb_mark(null, 'x') as n, kb_mark('x', null) as o")[0]
    assert marked == {"m": "&lt;b&gt;<mark>輻輳</mark>&lt;/b&gt;で停止", "n": None, "o": "x"}


@pytest.mark.parametrize("n", ["0", "-1", "1001", "'many'"])
def test_a_senseless_number_is_an_sql_error(site, n: str) -> None:
    assert site.get("/jiko.json", params={"sql": f"select kb_search('輻輳', {n})"}).status_code == 400


def test_functions_may_be_called_for_every_row(site) -> None:
    rows = site.sql("select kb_search(title, 1) as j, kb_mark(title, '障害') as m from incidents limit 5")
    assert all(row["j"].startswith("[{") for row in rows)


def test_many_threads_at_once(site) -> None:
    sql = "select json_array_length(kb_search(:q, 3)) as n, kb_terms(:q) as t, json_array_length(kb_similar('2022-07-02-kddi', 2)) as s"

    async def ask(query: str):
        response = await site.datasette.client.get("/jiko.json", params={"sql": sql, "q": query, "_shape": "array"})
        return response.json()

    async def all_at_once():
        return await asyncio.gather(*(ask(f"輻輳 {n}") for n in range(24)))

    for rows in site.run(all_at_once()):
        assert rows[0]["n"] == 3 and rows[0]["s"] == 2 and rows[0]["t"].startswith("輻湊")


def test_functions_hold_on_a_connection_that_is_used_by_threads_in_turn(database: Path) -> None:
    connection = sqlite3.connect(database, check_same_thread=False)
    functions.register(connection, database)
    with ThreadPoolExecutor(4) as pool:
        for number in range(4):
            pool.submit(lambda: connection.execute("select kb_terms('輻輳'), kb_search('輻輳', 1)").fetchall()).result(timeout=30)
            assert number >= 0
    connection.close()


@pytest.mark.parametrize("query", ["ふくそう", "輻輳", "ＨＬＲ", "hlr", "ルータ", '"', '輻輳 OR ("', "*"])
def test_table_pages_search_japanese_and_never_fail(site, query: str) -> None:
    response = site.get("/jiko/passages.json", params={"_search": query, "_shape": "array"})
    assert response.status_code == 200
    assert bool(response.json()) is (query not in ('"', "*"))


def test_the_search_box_is_shown_and_reads_like_the_index(site) -> None:
    assert site.soup("/jiko/passages").select_one("input[name=_search]")
    count = lambda query: site.get("/jiko/passages.json", params={"_search": query}).json()["filtered_table_rows_count"]  # noqa: E731
    assert count("ルータ") == count("ルーター") == count("ﾙｰﾀｰ") > 5
    assert 0 < count("輻輳 再起動") < count("輻輳")


def test_escape_quotes_every_term() -> None:
    assert functions.escape_fts('輻輳 OR "x') == '"輻湊" "x"'
    assert functions.escape_fts("") == functions.escape_fts(None) == '""'

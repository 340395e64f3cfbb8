"""What is kept of answers, what browsers may keep, and what happens to requests that take too long or come in too great a number."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from kb.web import answering, work
from kb.web.page import PageError
from kb.web.rendered import Cache, Rendered, already_held, entity_tag

PATH = "/incidents/2018-12-06-softbank"


def test_an_answer_that_a_browser_holds_is_not_sent_again(site) -> None:
    first = site.get(PATH)
    tag = first.headers["etag"]
    assert first.status_code == 200 and first.headers["cache-control"] == "max-age=5" and "Accept-Language" in first.headers["vary"]
    again = site.get(PATH, headers={"if-none-match": tag})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    assert site.get(PATH, headers={"if-none-match": 'W/"another"'}).status_code == 200


def test_tags_differ_by_page_form_language_and_parameters(site) -> None:
    asked = [PATH, f"{PATH}.json", "/search?q=輻輳", "/search?q=輻輳&page=2", "/trends"]
    tags = [site.get(path).headers["etag"] for path in asked] + [site.get(PATH, headers={"accept-language": "en"}).headers["etag"]]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", ["/incidents/2018-12-06-nowhere", "/search?page=x"])
def test_errors_are_not_kept(site, path: str) -> None:
    response = site.get(path)
    assert response.status_code >= 400 and "etag" not in response.headers and "max-age" not in response.headers.get("cache-control", "")


def test_answers_to_signed_in_readers_and_to_forms_are_not_kept(site) -> None:
    assert "etag" not in site.get(PATH, cookies={"ds_actor": site.datasette.sign({"a": {"id": "root"}}, "actor")}).headers
    assert "etag" not in site.post("/similar", data={"text": "輻輳"}).headers


def test_an_answer_is_made_once(site, monkeypatch) -> None:
    made = []
    original = answering._answer
    monkeypatch.setattr(answering, "_answer", lambda *given: made.append(1) or original(*given))
    texts = {site.get("/search?q=予備系+切替").text for _ in range(3)}
    assert len(made) == len(texts) == 1


def answer(size: int) -> Rendered:
    return Rendered(b"x" * size, 200, {}, "text/html", frozenset())


def test_the_cache_keeps_what_was_used_last_within_its_bytes() -> None:
    cache = Cache(most=100, largest=60)
    for tag in ("a", "b"):
        cache.put(tag, answer(40))
    assert cache.get("a")
    cache.put("c", answer(40))
    assert cache.get("a") and cache.get("c") and cache.get("b") is None and cache.bytes == 80
    cache.put("d", answer(61))
    assert cache.get("d") is None and len(cache) == 2
    cache.put("a", answer(40))
    assert cache.bytes == 80


@pytest.mark.parametrize(("header", "held"), [(None, False), ("", False), ("*", True), ("{}", True), ('"x", {}', True), ('"x"', False)])
def test_if_none_match(header: str | None, held: bool) -> None:
    tag = entity_tag("a", 1)
    assert already_held(header and header.format(tag), tag) is held
    assert already_held(header and header.format(tag.removeprefix("W/")), tag) is held


def test_a_request_that_takes_too_long_is_given_up_and_its_thread_is_free_again() -> None:
    pool = work.Pool("slow", 1, 2, 0.2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    ended = threading.Event()

    def slow(stopped: work.Stopped) -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            stopped.watch(connection)
            try:
                connection.execute(endless).fetchone()
            except sqlite3.OperationalError:
                ended.set()
                raise

    with pytest.raises(PageError, match="0.2 秒") as caught:
        asyncio.run(pool.run(slow))
    assert caught.value.status == 503 and ended.wait(5), "SQLite has stopped as well"
    assert asyncio.run(pool.run(lambda stopped: 7)) == 7


def test_more_requests_than_may_wait_are_told_so() -> None:
    pool, go = work.Pool("busy", 1, 1, 10), threading.Event()

    async def crowd() -> list[object]:
        requests = [asyncio.ensure_future(pool.run(lambda stopped: go.wait(5))) for _ in range(4)]
        await asyncio.sleep(0.05)
        go.set()
        return await asyncio.gather(*requests, return_exceptions=True)

    outcomes = asyncio.run(crowd())
    refused = [outcome for outcome in outcomes if isinstance(outcome, PageError)]
    assert len(refused) == 2 and all(one.status == 503 and "混み合って" in str(one) for one in refused)
    assert outcomes.count(True) == 2
    assert asyncio.run(pool.run(lambda stopped: 7)) == 7


def test_a_slow_draft_holds_up_no_page(site, monkeypatch) -> None:
    """A pasted report has a thread of its own; pages and Datasette's tables answer meanwhile."""
    released = threading.Event()
    draft = work.pool(site.datasette, draft=True)

    async def both() -> tuple[int, int, float]:
        blocked = asyncio.ensure_future(draft.run(lambda stopped: released.wait(20)))
        start = time.perf_counter()
        page = await site.datasette.client.get("/search?q=光ケーブル+切断")
        table = await site.datasette.client.get("/jiko/carriers")
        taken = time.perf_counter() - start
        assert not blocked.done()
        released.set()
        await blocked
        return page.status_code, table.status_code, taken

    pages = site.run(both())
    assert pages[:2] == (200, 200) and pages[2] < 15


def test_limits_are_settings_of_the_plugin(database, serve) -> None:
    limited = serve([database], metadata={"plugins": {"jiko-kb": {"time_limit_s": 0.000001}}})
    response = limited.get("/measures")
    assert response.status_code == 503 and "秒以内" in response.text

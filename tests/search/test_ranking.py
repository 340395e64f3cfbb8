"""Search on the real catalogue: what must be found, filters, safety of any query, explanation."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import NotFoundError
from kb.search.filters import Filters
from kb.search.ranking import search


def ids(connection, corpus, query, limit=10, **options):
    return [hit.id for hit in search(connection, corpus, query, limit=limit, **options).hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("証明書 期限切れ", "2018-12-06-softbank"),
        ("expired certificate", "2018-12-06-softbank"),
        ("route leak", "2017-08-25-google-route-leak"),
        ("カナ ﾒﾓﾘ不足 全銀", "2023-10-10-zengin"),
    ],
)
def test_first_hit(connection, corpus, query, first):
    assert ids(connection, corpus, query)[0] == first


@pytest.mark.parametrize(
    ("query", "among"),
    [
        ("broadcast storm", {"2015-07-15-ctc", "2025-09-16-ntt-west"}),
        ("thundering herd", {"2016-03-11-line"}),
        ("ふくそう", {"2022-07-02-kddi"}),
    ],
)
def test_among_the_first_ten(connection, corpus, query, among):
    assert among <= set(ids(connection, corpus, query))


@pytest.mark.parametrize(
    ("one", "other"),
    [("ふくそう", "輻輳"), ("ルータ 交換", "ルーター 交換"), ("サーバ", "サーバー"), ("ＫＤＤＩ", "KDDI"), ("切替え 失敗", "切り替え 失敗"), ("ﾒｰﾙ", "メール")],
)
def test_spellings_find_the_same(connection, corpus, one, other):
    found = [search(connection, corpus, query, mode="keyword", limit=200) for query in (one, other)]
    assert found[0].total == found[1].total > 0
    # The letters themselves count a little too, so that neighbours may swap places.
    first = [{hit.id for hit in result.hits[:10]} for result in found]
    assert len(first[0] & first[1]) >= 0.6 * len(first[0])


def test_filters_hold_before_ranking(connection, corpus):
    result = search(connection, corpus, "メール", filters=Filters(carriers=("LINE",), fiscal_years=(2015, 2015)), limit=50)
    assert {hit.id for hit in result.hits} <= {"2015-04-02-line", "2016-03-11-line"}
    official = search(connection, corpus, "メール", filters=Filters(official=True), limit=200)
    flags = dict(connection.execute("SELECT id, official FROM incidents"))
    assert official.hits and all(flags[hit.id] == 1 for hit in official.hits)


@pytest.mark.parametrize("name", ["NTT西日本", "ntt west", "西日本電信電話株式会社", "NTT西日本株式会社"])
def test_a_carrier_is_found_by_all_its_names(connection, corpus, name):
    found = set(ids(connection, corpus, "電話", 200, filters=Filters(carriers=(name,))))
    assert {"2025-09-16-ntt-west", "2006-10-23-ntt-west", "2013-10-27-ntt-west"} <= found


def test_unknown_filter_values_are_named_with_suggestions(connection, corpus):
    with pytest.raises(NotFoundError, match="ソフトバンク"):
        ids(connection, corpus, "x", filters=Filters(carriers=("ソフトバンケ",)))
    with pytest.raises(NotFoundError, match="network-loop"):
        ids(connection, corpus, "x", filters=Filters(causes=("network-lop",)))


def test_total_counts_all_not_the_page(connection, corpus):
    few, many = (search(connection, corpus, "輻輳", limit=n) for n in (2, 100))
    strong = many.hits[: many.weak_from]
    assert few.total == many.total == len(strong) > 2
    second = search(connection, corpus, "輻輳", limit=2, offset=2)
    assert [hit.id for hit in second.hits] == [hit.id for hit in many.hits[2:4]]


@pytest.mark.parametrize("query", ["", "   ", "\0", "🙂🙂", "qqqzzzxxx", "。、", '"', "*"])
def test_nothing_found_is_never_silent(connection, corpus, query):
    result = search(connection, corpus, query, mode="keyword")
    assert result.hits or result.notice


@pytest.mark.parametrize("query", ['"', "'", "NEAR(a, b)", "-輻輳", "a* OR", "words : x", "輻輳 AND", "(", "^x", "\0輻輳", "%", "輻" * 10_000, "a\ud800b"])
def test_operators_are_words(connection, corpus, query):
    for mode in ("keyword", "semantic", "hybrid"):
        search(connection, corpus, query, mode=mode)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_string_is_a_safe_query(connection, corpus, query):
    for hit in search(connection, corpus, query, limit=3).hits:
        for why in hit.why:
            assert all(0 <= start < end <= len(why.text) for start, end in why.marks)


def test_marks_point_at_what_matched(connection, corpus):
    hit = search(connection, corpus, "証明書の期限切れ").hits[0]
    title = next(why for why in hit.why if why.field == "title")
    assert {title.text[start:end] for start, end in title.marks} == {"証明書期限切れ"}


def test_every_hit_says_why(connection, corpus):
    for mode in ("hybrid", "keyword", "semantic"):
        for hit in search(connection, corpus, "予備系に切り替わらない", mode=mode, limit=20).hits:
            assert hit.why and all(why.text for why in hit.why)


def test_json_of_the_command_line(kb, database):
    result = kb("search", "証明書 期限切れ", "-n", 2, "--json", "--db", database)
    answer = json.loads(result.stdout)
    assert answer["hits"][0]["id"] == "2018-12-06-softbank"
    assert {"query", "terms", "expansions", "total", "hits"} <= answer.keys()
    assert {"id", "title", "carriers", "fiscal_year", "started_at", "score", "tags", "why"} <= answer["hits"][0].keys()
    assert {"field", "text", "marks", "by", "source"} <= answer["hits"][0]["why"][0].keys()


@pytest.mark.parametrize(("written", "name"), [("e-mobile", "イー・モバイル"), ("NTT-COM 障害", "NTTコム"), ("So-net", "ソネット"), ("Office365", "Azure")])
def test_hyphens_and_gaps_inside_names_of_carriers_do_not_matter(corpus, written, name):
    read, meant = ([c.value for c in corpus.read(text).conditions if c.kind == "carrier"] for text in (written, name))
    assert set(read[0]) & set(meant[0])


def test_a_region_finds_its_prefectures_and_places_stand_in_the_area(connection, corpus):
    assert "region-kyushu-okinawa" in {match.concept_id for match in corpus.read("九州 停電").concepts}
    assert "2016-04-14-kumamoto-earthquake" in ids(connection, corpus, "九州 地震")
    found = search(connection, corpus, "石川県 地震", limit=3)
    assert found.hits[0].id == "2024-01-01-noto"


def test_serious_accidents_and_their_classes_are_conditions(connection, corpus):
    classes = [[c.value for c in corpus.read(text).conditions if c.kind == "class"] for text in ("区分四 重大な事故", "区分 4")]
    assert classes == [[(4,)], [(4,)]]
    first = search(connection, corpus, "重大な事故 区分四 メール", limit=3).hits
    classes = {hit.id: connection.execute("SELECT statutory_class FROM incidents WHERE id = ?", [hit.id]).fetchone()[0] for hit in first}
    assert set(classes.values()) == {4}, classes


def test_without_hits_the_nearest_incidents_are_shown_without_the_filter(connection, corpus):
    result = search(connection, corpus, "証明書 期限切れ", filters=Filters(carriers=("NTT東日本",), fiscal_years=(2004, 2004)))
    assert not result.hits and result.nearest[0].id == "2018-12-06-softbank"
    assert "絞り込み条件を外すか" in result.notice and "近い語" not in result.notice, "its words are in the index: nothing was misspelt"


@pytest.mark.parametrize("query, meant", [("ふぁいあうぉーる", "ファイアウォール"), ("ファイヤーウォル", "ファイアウォール")])
def test_words_that_are_spelt_alike_lead_on(connection, corpus, query, meant):
    result = search(connection, corpus, query, mode="keyword")
    assert any(meant in why.text for hit in (*result.hits[:1], *result.nearest) for why in hit.why)


def test_words_near_to_words_that_nothing_holds_end_there(connection, corpus, monkeypatch):
    monkeypatch.setattr("kb.search.no_hits.nearest_terms", lambda *_: ["zzzqq"])
    result = search(connection, corpus, "qqqzzzxxx", mode="keyword")
    assert not result.hits and not result.nearest and "zzzqq" in result.notice


@pytest.mark.parametrize("query, meant", [("フェイルオバー", "フェイルオーバー"), ("tundering", "thundering")])
def test_hits_without_a_word_of_the_query_say_so(connection, corpus, query, meant):
    result = search(connection, corpus, query)
    assert result.hits and meant in result.notice
    assert search(connection, corpus, "輻輳").notice is None


def test_no_result_carries_a_notice_on_the_command_line(kb, database):
    answer = json.loads(kb("search", "qqqzzzxxx", "--mode", "keyword", "--json", "--db", database).stdout)
    assert answer["hits"] == [] and "qqqzzzxxx" in answer["notice"]


def test_a_missing_database_says_what_to_do(kb, tmp_path):
    result = kb("search", "輻輳", "--db", tmp_path / "none.db")
    assert result.exit_code == 1 and "kb build" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("damage", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_says_what_to_do(kb, tmp_path, damage):
    (tmp_path / "jiko.db").write_bytes(damage)
    result = kb("search", "輻輳", "--db", tmp_path / "jiko.db")
    assert result.exit_code == 1 and "kb build" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("value", ["x", "2015-x", "2015-2016-2017"])
def test_a_bad_range_of_years_is_a_usage_error(kb, database, value):
    result = kb("search", "輻輳", "--fy", value, "--db", database)
    assert result.exit_code == 2 and "--fy" in result.stderr

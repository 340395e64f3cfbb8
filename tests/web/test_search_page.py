"""The search page: hits, facets, filters, how a query was read, and what happens when nothing is found."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.search.as_json import result_json
from kb.search.ranking import search


def url(path: str = "/search.json", **values: object) -> str:
    return f"{path}?{urlencode(values, doseq=True)}"


def test_expired_certificate_comes_first_with_its_sentence_marked(site) -> None:
    page = site.soup(url("/search", q="証明書 期限切れ"))
    first = page.select_one("article.hit")
    assert first.select_one("h2 a")["href"] == "/incidents/2018-12-06-softbank"
    assert {mark.text for mark in first.select("mark")} & {"証明書", "期限切れ"}
    assert first.select_one(".field").text in ("表題", "原因", "キーワード")
    assert "得点" in first.select_one("details.reason").text and not first.select_one("details.reason").has_attr("open")


def test_the_total_of_a_large_base_counts_more_than_was_scored(site, connection, corpus, monkeypatch) -> None:
    monkeypatch.setattr("kb.search.retrieval.EXHAUSTIVE", 0)
    monkeypatch.setattr("kb.search.retrieval.SHORTLIST", 5)
    answer = site.json(url(q="輻輳", mode="keyword", size=10))
    assert answer["total"] > 10 and answer["pages"] == -(-answer["total"] // 10)


def test_json_is_the_contract_and_agrees_with_the_command_line(site, connection, corpus) -> None:
    answer = site.json(url(q="証明書 期限切れ"))
    expected = result_json(connection, search(connection, corpus, "証明書 期限切れ", limit=10))
    assert [hit["id"] for hit in answer["hits"][:10]] == [hit["id"] for hit in expected["hits"]]
    assert answer["terms"] == expected["terms"] and answer["expansions"] == expected["expansions"]
    first = answer["hits"][0]
    assert {"id", "title", "carriers", "fiscal_year", "started_at", "score", "tags", "why"} <= first.keys()
    for why in first["why"]:
        assert {"field", "text", "marks", "by", "source"} <= why.keys()
        assert all(0 <= start < end <= len(why["text"]) for start, end in why["marks"])


def test_kana_finds_kanji_and_says_so(site) -> None:
    page = site.soup(url("/search", q="ふくそう"))
    assert "輻輳" in {mark.text for mark in page.select("article.hit mark")}
    assert "「輻輳」を「ふくそう」として" in page.select_one("details.reason").text


@pytest.mark.parametrize("query", ["切り戻し 輻輳", "証明書", ""])
@pytest.mark.parametrize("filters", [{}, {"factor": "equipment"}, {"official": 1, "fy_from": 2010}])
def test_following_a_facet_shows_as_many_as_it_counts(site, query: str, filters: dict) -> None:
    answer = site.json(url(q=query, **filters))
    for name, parameter in (("carrier", "carrier"), ("factor", "factor"), ("mechanism", "cause"), ("measure", "measure")):
        for value in answer["facets"][name][:3]:
            if not value["active"]:
                followed = site.json(url(q=query, **{**filters, parameter: value["value"]}))
                assert followed["total"] == value["count"], (name, value)
    year = answer["facets"]["fiscal_year"][0]
    rest = {name: value for name, value in filters.items() if name != "fy_from"}
    assert site.json(url(q=query, **rest, fy_from=year["value"], fy_to=year["value"]))["total"] == year["count"]


def test_a_facet_keeps_its_alternatives_while_filtering(site) -> None:
    unfiltered = site.json(url(q="輻輳"))["facets"]["factor"]
    filtered = site.json(url(q="輻輳", factor="human"))["facets"]["factor"]
    assert [(v["value"], v["count"]) for v in filtered] == [(v["value"], v["count"]) for v in unfiltered]
    assert [v["value"] for v in filtered if v["active"]] == ["human"]


def test_companies_stand_for_those_they_took_over(site) -> None:
    labels = {value["label"]: value["count"] for value in site.json(url(fy_from=2000))["facets"]["carrier"]}
    assert labels["ソフトバンク"] >= 20 and labels["LINEヤフー"] >= 5 and not {"ワイモバイル", "LINE", "ウィルコム"} & labels.keys()
    chosen = site.json(url(fy_from=2000, carrier="LINE株式会社"))["facets"]["carrier"]
    assert chosen[0]["label"] == "LINE" and chosen[0]["active"]


def test_years_come_in_order_of_time(site) -> None:
    years = [value["value"] for value in site.json(url(q="輻輳"))["facets"]["fiscal_year"]]
    assert years == sorted(years, reverse=True) and len(years) > 5


def test_filters_are_kept_shown_and_removable(site) -> None:
    page = site.soup(url("/search", q="輻輳", carrier="NTTドコモ", cause="trigger/switch-back", off="congestion"))
    chips = {chip.text.strip().splitlines()[0]: chip["href"] for chip in page.select(".active .chip")}
    carrier = next(href for label, href in chips.items() if label.startswith("事業者: NTTドコモ"))
    assert "carrier" not in carrier and "cause=trigger" in carrier and "off=congestion" in carrier
    hidden = {(field["name"], field["value"]) for field in page.select("form.search input[type=hidden]")}
    assert {("carrier", "NTTドコモ"), ("cause", "trigger/switch-back"), ("off", "congestion")} <= hidden


def test_several_carriers_mean_any_of_them_and_several_causes_all(site) -> None:
    either = site.json(url(carrier=["NTTドコモ", "KDDI"], size=100))
    assert either["total"] > max(site.json(url(carrier="NTTドコモ"))["total"], site.json(url(carrier="KDDI"))["total"])
    both = site.json(url(cause=["trigger/switch-back", "trigger/maintenance-work"], size=100))
    assert both["total"] and all({"trigger/switch-back", "trigger/maintenance-work"} <= set(hit["tags"]) for hit in both["hits"])


def test_a_former_name_finds_todays_carrier(site) -> None:
    assert site.json(url(carrier="ボーダフォン"))["total"] >= 1


def test_an_expansion_can_be_switched_off_and_on_again(site) -> None:
    page = site.soup(url("/search", q="輻輳"))
    off = page.select_one(".expansions a")
    assert off.text.startswith("使わない")
    without = site.soup(off["href"])
    assert not without.select(".expansions strong")
    back = without.select_one(".expansions .is-off a")
    assert back.text.startswith("使う")
    assert site.soup(back["href"]).select_one(".expansions strong").text == "輻輳"
    assert site.json(off["href"].replace("/search", "/search.json"))["expansions"] == {}


def test_a_term_can_be_left_out(site) -> None:
    page = site.soup(url("/search", q="停電 輻輳"))
    link = page.select_one(".reading ul.chips a")
    assert site.json(link["href"].replace("/search", "/search.json"))["query"] == "輻輳"


def test_no_result_is_never_silent(site) -> None:
    answer = site.json(url(q="ｚｚｚｑｑ"))
    assert answer["hits"] == [] and answer["total"] == 0 and "zzzqq" in answer["notice"]
    page = site.soup(url("/search", q="ｚｚｚｑｑ"))
    assert "見つかりませんでした" in page.select_one(".notice").text and page.select_one("#examples")
    narrowed = site.soup(url("/search", q="ｚｚｚｑｑ 輻輳", mode="keyword", fy_from=2004, fy_to=2004, factor="other"))
    suggestions = {a.text for a in narrowed.select(".notice a")}
    assert {"絞り込みをすべて外す", "「輻輳」だけで検索する", "意味の近さも使って検索する"} <= suggestions


def test_an_empty_query_gets_the_notice_and_with_filters_the_newest_first(site) -> None:
    answer = site.json("/search.json?q=")
    assert answer["hits"] == [] and "検索語が空です" in answer["notice"]
    listed = site.json(url(factor="human", size=100))
    starts = [hit["started_at"] or "" for hit in listed["hits"]]
    assert starts == sorted(starts, reverse=True) and listed["total"] == len(starts) > 5
    assert site.soup(url("/search", factor="human")).select_one("article.hit p.why").text


def test_pages_do_not_overlap_and_end(site) -> None:
    seen: list[str] = []
    first = site.json(url(q="輻輳", size=7))
    for page in range(1, first["pages"] + 1):
        answer = site.json(url(q="輻輳", size=7, page=page))
        seen += [hit["id"] for hit in answer["hits"][: answer["weak_from"]]]
    assert len(seen) == len(set(seen)) == first["total"]
    beyond = site.json(url(q="輻輳", size=7, page=first["pages"] + 1))
    assert beyond["hits"] == [] and str(first["total"]) in beyond["notice"]
    soup = site.soup(url("/search", q="輻輳", factor="equipment", page=2, size=5))
    assert {a["rel"][0] for a in soup.select(".pager a")} == {"prev", "next"}
    assert all("factor=equipment" in a["href"] for a in soup.select(".pager a"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"carrier": "NTTドコモモ"}, "NTTドコモ"),
        ({"cause": "switch-bakc"}, "切り戻し"),
        ({"measure": "存在しない対策"}, "外して"),
        ({"factor": "alien"}, "equipment"),
        ({"mode": "fast"}, "keyword"),
        ({"fy_from": "平成"}, "整数"),
        ({"fy_from": 2020, "fy_to": 2010}, "入れ替える"),
        ({"page": 0}, "整数"),
        ({"size": 10_000}, "整数"),
    ],
)
def test_unknown_values_are_explained(site, values: dict, says: str) -> None:
    page = site.soup(url("/search", q="輻輳", **values), status=400)
    assert page.html["lang"] == "ja" and says in page.select_one("main").text
    answer = site.json(url(q="輻輳", **values), status=400)
    assert answer["ok"] is False and answer["status"] == 400 and answer["error"]


def test_what_was_typed_is_escaped(site) -> None:
    text = site.get(url("/search", q='<script>alert(1)</script>"><img src=x>')).text
    assert "<script" not in text and "<img" not in text and "&lt;script&gt;" in text
    assert "<script" not in site.get(url("/search", carrier="<script>")).text


def test_without_its_model_search_goes_on_by_words_and_says_so(own_database: Path, serve) -> None:
    with sqlite3.connect(own_database) as connection:
        connection.execute("DELETE FROM models")
    site = serve([own_database])
    for mode in ("hybrid", "semantic"):
        answer = site.json(url(q="証明書 期限切れ", mode=mode))
        assert answer["hits"][0]["id"] == "2018-12-06-softbank"
        assert "意味による検索は使えません" in answer["warning"] and answer["mode"] == "keyword"
    assert "意味による検索は使えません" in site.soup(url("/search", q="証明書 期限切れ")).select_one(".warning").text
    assert site.get("/incidents/2018-12-06-softbank").status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.sampled_from(['"', "NEAR(a b)", "a* OR -b", "words : x", "😀", "\0", "%_\\", "輻輳" * 3000]))
def test_any_string_is_a_safe_query(site, query: str) -> None:
    query = query.encode("utf-8", "replace").decode()
    answer = site.json(url(q=query))
    assert answer["hits"] or answer["notice"]
    assert site.get(url("/search", q=query)).status_code == 200

"""Precedents on the web: of an incident, and of text that is pasted, uploaded or sent by a program."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

DRAFT = """障害報告書(案)
1 概要: 架空通信株式会社の認証設備が停止し、全国で接続できなくなった。
2 原因: 交換機に組み込まれたTLS証明書の有効期限が切れ、全装置が一斉に再起動を繰り返した。
3 再発防止策: 有効期限を台帳で管理し、期限前に警報を出す。
"""
ID = "2018-12-06-softbank"


def first_hits(answer: dict, n: int = 3) -> list[str]:
    return [hit["id"] for hit in answer["hits"][:n]]


def test_precedents_of_an_incident_by_axis(site) -> None:
    answer = site.json("/similar.json?id=2015-07-15-ctc")
    assert "2025-09-16-ntt-west" in first_hits(answer) and answer["anchor"]["id"] == "2015-07-15-ctc"
    orders = {axis: first_hits(site.json(f"/similar.json?id=2015-07-15-ctc&axis={axis}"), 5) for axis in ("all", "trigger", "mechanism", "equipment", "measure")}
    assert len({tuple(order) for order in orders.values()}) > 2
    page = site.soup("/similar?id=2015-07-15-ctc&axis=trigger")
    assert page.select_one(".axes [aria-current]").text == "引き金"
    assert len(page.select("article.hit")) == 10
    first = page.select_one("article.hit")
    own = {tag["label_ja"] for tag in site.json("/incidents/2015-07-15-ctc.json")["tags"]}
    assert first.select_one(".shared") and {chip.text for chip in first.select(".shared .chip")} <= own


def test_other_carriers_only(site) -> None:
    answer = site.json("/similar.json?id=2022-07-02-kddi&other_carriers=1&n=50")
    assert answer["hits"] and not any("KDDI株式会社" in hit["carriers"] for hit in answer["hits"])
    page = site.soup("/similar?id=2022-07-02-kddi")
    toggle = next(a for a in page.select(".axes a") if "ほかの事業者だけ" in a.text)
    assert "other_carriers=1" in toggle["href"]


def test_pasted_text_finds_the_same_accident_from_the_form_without_a_token(site) -> None:
    form = site.soup("/similar").select_one("form.draft")
    assert form["method"] == "post" and form["action"] == "/similar"
    response = site.post("/similar", data={"text": DRAFT, "axis": "all"}, cookies={"ds_csrftoken": "x"})
    assert response.status_code == 200 and f"/incidents/{ID}" in response.text
    assert "架空通信株式会社" in response.text, "the draft stays in the form"
    assert ID in first_hits(site.post("/similar.json", data={"text": DRAFT}).json())


def test_what_was_read_of_a_draft_is_shown_with_its_evidence(site) -> None:
    page = BeautifulSoup(site.post("/similar", data={"text": DRAFT}).text, "html.parser")
    read = page.select_one("section[aria-labelledby=read]")
    assert "架空通信株式会社" in read.text and "有効期限が切れ" in read.select_one(".read-tags").text
    brief = read.select_one("form")
    assert brief["action"] == "/brief" and brief.select_one("[name=text]")["value"].strip() == DRAFT.strip()
    first = page.select_one("article.hit")
    assert first.select_one(".shared") and "こちらの文" in first.select_one(".own").text
    assert first.select("details.measures .status")


def test_reasons_of_a_draft_name_tags_with_sentences_of_both_sides(site) -> None:
    answer = site.post("/similar.json", data={"text": DRAFT}).json()
    by_tag = [why for hit in answer["hits"] for why in hit["why"] if why["by"] == "tag"]
    assert by_tag and all(why["own"] in DRAFT and why["tags"] for why in by_tag)
    assert all(hit["why"] for hit in answer["hits"]) and not [why for hit in answer["hits"] for why in hit["why"] if why["text"] == hit["title"]]
    assert {tag["id"] for tag in answer["draft"]["tags"]} >= {"trigger/expiry"}


def test_other_carriers_of_a_draft_are_read_or_given(site) -> None:
    text = DRAFT.replace("架空通信株式会社", "ソフトバンク株式会社")
    for form in ({"text": text}, {"text": DRAFT, "carrier": "ソフトバンク"}):
        with_own = site.post("/similar.json", data=form).json()
        others = site.post("/similar.json", data=form | {"other_carriers": "1", "n": "50"}).json()
        assert ID in first_hits(with_own) and ID not in first_hits(others, 50) and others["hits"]
    unknown = site.post("/similar.json", data={"text": DRAFT, "other_carriers": "1"}).json()
    assert "事業者がこのデータベースにない" in unknown["notice"]
    assert site.post("/similar.json", data={"text": DRAFT, "carrier": "どこにもない会社"}).status_code == 404


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_an_uploaded_file_is_read(site, encoding: str) -> None:
    files = {"file": ("報告書.txt", DRAFT.encode(encoding), "text/plain")}
    answer = site.post("/similar.json", data={"text": "", "axis": "mechanism"}, files=files).json()
    assert ID in first_hits(answer) and answer["axis"] == "mechanism"


def test_a_program_may_send_json_or_plain_text(site) -> None:
    assert ID in first_hits(site.post("/similar.json", json={"text": DRAFT, "n": 3}).json())
    plain = site.post("/similar.json?n=2", content=DRAFT.encode(), headers={"content-type": "text/plain; charset=utf-8"}).json()
    assert len(plain["hits"]) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/similar.json?id=none", 404), ("/similar.json?id=/etc/passwd", 404), (f"/similar.json?id={ID}&axis=colour", 400),
        (f"/similar.json?id={ID}&n=0", 400), (f"/similar.json?id={ID}&n=many", 400),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_explained(site, path: str, status: int) -> None:
    answer = site.json(path, status=status)
    assert answer["ok"] is False and answer["advice"]
    page = site.soup(path.replace(".json", ""), status=status)
    assert page.html["lang"] == "ja" and page.h1.text == answer["error"]


@pytest.mark.parametrize(
    "options",
    [
        {"data": {"text": "  "}},
        {"files": {"file": ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png")}},
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"[1]", "headers": {"content-type": "application/json"}},
        {"content": b"no boundary", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"", "headers": {"content-type": "text/plain"}},
    ],
)
def test_what_cannot_be_read_is_a_400(site, options: dict) -> None:
    response = site.post("/similar.json", **options)
    assert response.status_code == 400 and response.json()["advice"]


def test_a_draft_that_is_too_large_is_refused(site) -> None:
    response = site.post("/similar.json", content=b"a" * 10_000_001, headers={"content-type": "text/plain"})
    assert response.status_code == 413


def test_without_anything_the_form_is_shown(site) -> None:
    assert site.json("/similar.json")["notice"]
    page = site.soup("/similar")
    assert {field["name"] for field in page.select("form.draft [name]")} == {"text", "file", "axis", "carrier", "other_carriers"}


def test_hostile_drafts_are_escaped(site) -> None:
    response = site.post("/similar", data={"text": "</textarea><script>alert(1)</script> 輻輳"})
    assert "<script" not in response.text

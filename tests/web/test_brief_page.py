"""The hearing pack on the web: of an accident and of a draft, corrected, ticked off and taken along as a file."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from docx import Document

ID = "2022-07-02-kddi"
DRAFT = """架空通信株式会社 事故報告
1 発生原因
コアルータの交換作業で経路設定を誤り、携帯電話の音声通話が10分間途絶えた。切り戻した直後に端末の位置登録が一斉に集中し、加入者データベースが輻輳した。
2 再発防止策
手順書を見直す。
"""


def fields(page: BeautifulSoup) -> dict[str, list[str]]:
    """What a browser would send of the form as it stands."""
    form = page.select_one("form.pack")
    found: dict[str, list[str]] = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.name == "input" and one.get("type") == "checkbox" and not one.has_attr("checked"):
            continue
        value = one.text.removeprefix("\n") if one.name == "textarea" else one.select_one("option[selected]")["value"] if one.name == "select" else one.get("value", "")
        found.setdefault(one["name"], []).append(value)
    return found


def test_page_of_an_accident_links_everything_that_it_names(site) -> None:
    page = site.soup(f"/brief/{ID}")
    answer = site.json(f"/brief/{ID}.json")
    assert [section["aria-labelledby"] for section in page.select("form.pack > section")] == [
        "overview", "questions", "precedents", "missing", "promises", "exchanges"]  # fmt: skip
    assert len(page.select("input[name=question]")) == len(answer["questions"]) >= 8
    assert [box["value"] for box in page.select("input[name=precedent]")] == [entry["id"] for entry in answer["precedents"]]
    for link in page.select("form.pack a[href^='/incidents/']"):
        assert site.get(link["href"].replace("/incidents/", "/incidents/") + ".json").status_code == 200
    assert {button["formaction"] for button in page.select(".buttons button")} == {f"/brief/{ID}.{form}" for form in ("docx", "md", "html", "csv", "json")}


def test_files_of_an_accident(site) -> None:
    word = site.get(f"/brief/{ID}.docx")
    assert word.status_code == 200 and "attachment" in word.headers["content-disposition"] and f"brief-{ID}.docx" in word.headers["content-disposition"]
    assert Document(io.BytesIO(word.content)).paragraphs[0].text == "電気通信事故 確認資料"
    assert site.get(f"/brief/{ID}.md").text.startswith("# 電気通信事故 確認資料")
    assert site.get(f"/brief/{ID}.md?lang=en").text.startswith("# Telecom accident")
    paper = site.get(f"/brief/{ID}.html")
    assert "inline" in paper.headers["content-disposition"] and "script" not in paper.headers["content-security-policy"] and "<style>" in paper.text
    assert len(list(csv.reader(io.StringIO(site.get(f"/brief/{ID}.csv").content.decode("utf-8-sig"))))) > 8


def test_what_is_unticked_is_left_out(site) -> None:
    sent = fields(site.soup(f"/brief/{ID}"))
    gone_question, gone_precedent = sent["question"].pop(0), sent["precedent"].pop(0)
    whole, left = site.json(f"/brief/{ID}.json"), site.get(f"/brief/{ID}.json", params=sent).json()
    assert len(left["questions"]) in (len(whole["questions"]) - 1, len(whole["questions"]) - 2)
    assert whole["questions"][0]["text"] not in [question["text"] for question in left["questions"]]
    assert [p["id"] for p in left["precedents"]] == [p["id"] for p in whole["precedents"]][1:]
    written = site.get(f"/brief/{ID}.md", params=sent).text
    assert f"{gone_precedent})" not in written
    again = BeautifulSoup(site.get(f"/brief/{ID}", params=sent).text, "html.parser")
    box = again.select_one(f"input[name=question][value='{gone_question}']")
    assert box is not None and not box.has_attr("checked"), "it can be ticked again"


def test_a_draft_shows_what_was_read_and_can_be_corrected(site) -> None:
    response = site.post("/brief", data={"text": DRAFT})
    page = BeautifulSoup(response.text, "html.parser")
    assert response.status_code == 200 and page.select("details.tag") and page.select_one("#read")
    sent = fields(page)
    assert sent["carrier"] == ["架空通信株式会社"] and sent["duration"] == [""]
    sent |= {"carrier": ["KDDI"], "started_at": ["2030年6月1日 2時10分"], "duration": ["6時間40分"], "users": ["120万人"]}
    answer = site.post("/brief.json", data=sent).json()
    subject = answer["subject"]
    assert (subject["carriers"], subject["started_at"]) == (["KDDI株式会社"], "2030-06-01T02:10+09:00")
    assert (subject["impacts"][0]["duration_minutes"], subject["impacts"][0]["users"]) == (400, 1_200_000)
    assert answer["classification"]["serious"] is True and answer["earlier_promises"]
    word = site.post("/brief.docx", data=sent)
    assert word.status_code == 200 and any("120万" in cell.text for cell in Document(io.BytesIO(word.content)).tables[0].column_cells(1))
    again = fields(BeautifulSoup(site.post("/brief", data=sent).text, "html.parser"))
    assert again["carrier"] == ["KDDI株式会社"] and again["duration"] == ["6時間40分"]
    # What was corrected stays so on the way from the corrected page to the file.
    kept = site.post("/brief.json", data=again).json()
    assert kept["subject"] == subject and kept["classification"] == answer["classification"]


def test_a_company_named_beside_the_text_stays(site) -> None:
    sent = fields(BeautifulSoup(site.post("/brief", data={"text": DRAFT, "carrier": "KDDI"}).text, "html.parser"))
    assert site.post("/brief.json", data=sent).json()["subject"]["carriers"] == ["KDDI株式会社"]


def test_an_upload_is_read_again_as_it_was(site) -> None:
    upload = {"file": ("報告.txt", DRAFT.encode("cp932"), "text/plain")}
    page = BeautifulSoup(site.post("/brief", data={"text": ""}, files=upload).text, "html.parser")
    sent = fields(page)
    assert sent["name"] == ["報告.txt"] and "text" not in sent
    first, again = site.post("/brief.json", files=upload).json(), site.post("/brief.json", data=sent).json()
    assert first["subject"] == again["subject"] and first["given"]["name"] == "報告.txt"
    many = dict(sent)
    boundary = site.post("/brief.md", data=many, files={"file": ("", b"", "application/octet-stream")})
    assert boundary.status_code == 200 and boundary.text.startswith("# ")


def test_other_carriers_come_first_when_asked_for(site) -> None:
    plain, other = site.json("/brief/2013-05-29-kddi.json"), site.json("/brief/2013-05-29-kddi.json?other_carriers=1")
    assert plain["precedents"][0]["same_carrier"] and not other["precedents"][0]["same_carrier"]
    page = site.soup("/brief/2013-05-29-kddi?other_carriers=1")
    assert page.select_one("a.chip[aria-current]") and page.select_one("input[name=other_carriers]")["value"] == "1"


@pytest.mark.parametrize("path", ["/brief/none", "/brief/none.docx", f"/brief/{ID}.md?lang=fr", f"/brief/{ID}?n=0", f"/brief/{ID}?n=x", "/brief.docx"])
def test_what_does_not_exist_is_explained(site, path: str) -> None:
    response = site.get(path)
    page = BeautifulSoup(response.text, "html.parser")
    assert response.status_code in (400, 404) and page.html["lang"] == "ja" and page.select("main p")


@pytest.mark.parametrize(
    "options",
    [
        {"data": {"text": " "}},
        {"data": {"text": "玉ねぎを炒め、トマトと豆を加えて弱火で煮込む。"}},
        {"data": {"text": DRAFT, "carrier": "幻電話"}},
        {"data": {"text": DRAFT, "started_at": "きのう"}},
        {"data": {"text": DRAFT, "duration": "とても長い"}},
        {"data": {"text": DRAFT, "users": "たくさん"}},
        {"data": {"content": "%%%", "name": "x.txt"}},
        {"files": {"file": ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image/png")}},
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"no boundary", "headers": {"content-type": "multipart/form-data"}},
    ],
)
def test_what_cannot_be_read_is_a_400_that_says_what_to_do(site, options: dict) -> None:
    response = site.post("/brief.json", **options)
    assert response.status_code == 400 and response.json()["advice"], response.text


def test_the_form_is_the_page_without_anything(site) -> None:
    page = site.soup("/brief")
    form = page.select_one("form.draft")
    assert form["method"] == "post" and {one["name"] for one in form.select("[name]")} == {"text", "file", "carrier", "other_carriers"}
    assert all(page.select_one(f"label[for={one['id']}]") for one in form.select("input[id], textarea[id]"))


def test_hostile_drafts_are_escaped(site) -> None:
    text = '</textarea><script>alert(1)</script> 加入者データベースが輻輳し、位置登録が集中した。"><img src=x>'
    for path in ("/brief", "/brief.html"):
        response = site.post(path, data={"text": text, "name": '"><script>'})
        assert response.status_code == 200 and "<script" not in response.text and "<img" not in response.text


def test_pages_of_accidents_and_precedents_lead_to_it(site) -> None:
    for path in (f"/incidents/{ID}", f"/similar?id={ID}"):
        assert site.soup(path).select(f"a[href='/brief/{ID}']"), path
    assert site.soup("/similar").select_one("form.draft button[formaction='/brief']")
    assert site.soup("/search?q=輻輳").select("article.hit a[href^='/brief/']")

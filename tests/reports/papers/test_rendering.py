"""Papers of a brief: every format says the same, cites everything, and lets no text pass for markup or a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from kb.reports.brief import of_incident
from kb.reports.papers.completion import completed
from kb.reports.papers.labels import TEXTS
from kb.reports.papers.questions_csv import harmless
from kb.reports.papers.rendering import FORMATS, rendered
from kb.reports.papers.sheet import SECTIONS, sheet
from kb.reports.papers.wording import Wording


def text(brief: dict, form: str, **options: str) -> str:
    return rendered(brief, form, **options).decode("utf-8-sig")


def test_markdown_has_the_summary_then_eight_sections_and_sources(brief) -> None:
    titles = [line[3:] for line in text(brief, "md").splitlines() if line.startswith("## ")]
    assert titles == ["要点", *(f"{n} {TEXTS[name][0]}" for n, (name, _) in enumerate(SECTIONS, start=1)), "出典"]


def test_every_reference_of_the_markdown_has_its_source(brief) -> None:
    written = text(brief, "md")
    cited = [int(number) for number in re.findall(r"\[\^(\d+)\](?!:)", written)]
    assert list(dict.fromkeys(cited)) == [int(number) for number in re.findall(r"^\[\^(\d+)\]:", written, re.M)] == list(range(1, max(cited) + 1))


def test_text_from_documents_is_no_markup(brief) -> None:
    written = text(brief, "md")
    assert r"\<b\>" in written and r"\*速報\*" in written
    assert all(line.replace(r"\|", "").count("|") in (3, 4, 5) for line in written.splitlines() if line.startswith("|"))
    soup = BeautifulSoup(text(brief, "html"), "html.parser")
    assert soup.select_one(".subtitle").text == brief["subject"]["title"] and not soup.select(".subtitle b")


def test_html_stands_alone(brief) -> None:
    soup = BeautifulSoup(text(brief, "html"), "html.parser")
    assert not soup.select("script, link, img, iframe") and soup.html["lang"] == "ja" and "@page" in soup.style.text and "A4" in soup.style.text
    targets = {a["href"] for a in soup.select("sup a")}
    assert targets == {f"#{li['id']}" for li in soup.select(".sources li")}
    assert soup.select("table thead th[scope=col]") and [h.text.split()[0] for h in soup.select("section.section h2")][:8] == list("12345678")


def test_csv_has_a_row_for_each_question_and_no_formula(brief) -> None:
    raw = rendered(brief, "csv")
    assert raw.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(brief["questions"]) and {len(row) for row in rows} == {7}
    assert rows[2][2] == "'=流量は|どこ|で絞るのか。"
    assert rows[1][4].splitlines() == ["本報告", "2029-01-02-kakuu-a"] and rows[1][5].splitlines()[0] == brief["questions"][0]["basis"][0]["quote"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝１"])
def test_what_a_spreadsheet_would_compute_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_json_is_the_brief_itself(brief) -> None:
    assert json.loads(rendered(brief, "json")) == brief


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "json"])
def test_english_changes_headings_and_labels(brief, form: str) -> None:
    content = rendered(brief, form, lang="en")
    if form == "docx":
        return
    written = content.decode("utf-8-sig")
    assert ("Viewpoint" if form == "csv" else "Questions to ask") in written and "質問案" not in written


def test_every_sentence_of_a_paper_has_both_languages() -> None:
    for name, pair in TEXTS.items():
        assert len(pair) == 2 and all(pair), name
        assert set(re.findall(r"{(\w+)}", pair[0])) == set(re.findall(r"{(\w+)}", pair[1])), name


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2022-07-02T01:35+09:00", "令和4年(2022年)7月2日 1時35分"), ("2019-05-01", "令和元年(2019年)5月1日"), ("2019-04-30", "平成31年(2019年)4月30日"),
        ("2019-04", "平成31年(2019年)4月"), ("2019", "2019年"), ("1989-01-07", "昭和64年(1989年)1月7日"), ("1989-01", "1989年1月"), ("2011", "平成23年(2011年)"),
    ],
)  # fmt: skip
def test_moments_in_both_reckonings(moment: str, shown: str) -> None:
    assert Wording().moment(moment) == shown


def test_a_question_keeps_a_basis_when_its_quotes_were_shown_before(brief) -> None:
    brief["questions"] = [brief["questions"][0]] * 3
    written = text(brief, "md")
    assert len(re.findall(r"\*\*根拠\*\* ", written)) == 4


def test_a_brief_of_the_record_names_documents_of_every_accident(connection, corpus) -> None:
    found = completed(connection, of_incident(connection, corpus, "2022-07-02-kddi"))
    sources = sheet(found).sources
    assert len(sources) > 10 and all(source.documents for source in sources)
    assert found["labels_en"]["trigger/maintenance-work"] and set(found["labels_en"]) == set(found["labels"])


def test_lists_are_shortened_until_the_sheet_keeps_to_its_pages(brief) -> None:
    assert len(re.findall(r"^\d+\. ", text(brief, "md").split("## 7")[1], re.M)) == 3
    asked = brief["questions"][0]
    brief["questions"] = [{**asked, "text": f"{number} " + asked["text"] * 120, "basis": [{**asked["basis"][0], "quote": f"{number}"}]} for number in range(20)]
    written = text(brief, "md").split("## 7")[1]
    assert len(re.findall(r"^\d+\. ", written, re.M)) == 7 and "ほかに 13 件ある" in written


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_html_draws_the_course_and_the_chain_after_the_accident(brief: dict[str, Any], lang: str) -> None:
    text = rendered(brief, "html", lang=lang).decode()
    assert text.count("<svg") == 2 and "<script" not in text
    assert text.index("<svg") < text.index("<h2>2 "), "they belong to the first section"
    brief["subject"] |= {"started_at": None, "tags": []}
    assert rendered(brief, "html", lang=lang).decode().count("<svg") == 1, "how far it spread is still drawn"

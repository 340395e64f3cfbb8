"""`/about`: what the base is, its sources, what it lacks, and the published scores with their limits."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from kb.web.pages import about as pages_about


def test_it_says_what_the_base_is_and_what_it_lacks(site) -> None:
    page = site.soup("/about")
    assert [h.text for h in page.select("h2")] == ["記録の作り方", "出典と利用条件", "収めていないもの", "検索の精度", "このデータベースを作ったもの"]
    for said in ("記載なし", "当方の分類", "CC BY 4.0", "Apache-2.0", "平成12年度", "sudachidict-core"):
        assert said in page.text, said
    assert len(page.select("section[aria-labelledby=coverage] tbody tr")) == len(site.json("/about.json")["coverage"]) > 20
    assert page.select_one("a[href='/ledger']") and page.select_one("a[href^='/search?fy']")


def test_it_is_self_contained_like_every_page(site) -> None:
    page = site.soup("/about")
    assert page.html["lang"] == "ja" and not page.select("script, iframe, img, [style], [onclick]") and len(page.select("h1")) == 1
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    local = {a["href"].split("#")[0] for a in page.select("a[href^='/']")} - {""}
    for href in sorted(local)[::3]:
        assert site.get(href).status_code == 200, href


def test_every_page_leads_to_it(site) -> None:
    for path in ("/", "/search?q=輻輳", "/ledger", "/incidents/2018-12-06-softbank"):
        assert site.soup(path).select_one("footer a[href='/about']"), path


def test_scores_stand_with_date_intervals_command_and_limits(site) -> None:
    page, data = site.soup("/about"), site.json("/about.json")
    score = page.select_one("section[aria-labelledby=score]")
    assert "作り手自身" in score.text and "同じ事故" in score.text and "kb evaluate db/judgements/test.jsonl" in score.text
    published = pages_about.published()
    assert data["search"]["sets"] == published["sets"] and data["search"]["date"] == published["date"]
    rows = {row.th.text: [cell.text for cell in row.select("td")] for row in score.select("table")[0].select("tbody tr")}
    queries = published["sets"][0]["kinds"]
    assert len(rows) == len(queries)
    whole = queries["all"]
    assert rows["全体"][:3] == ["311", f"{whole['ndcg@10']:.2f}", f"{whole['ndcg@10_low']:.2f}〜{whole['ndcg@10_high']:.2f}"]
    assert pages_about.KINDS[pages_about.weakest()] in score.select("li")[-1].text


def test_a_database_that_is_not_the_measured_one_says_so(own_database: Path, serve) -> None:
    connection = sqlite3.connect(own_database)
    with connection:
        connection.execute("UPDATE builds SET value = 'other' WHERE key = 'sha256_catalogue'")
    connection.close()
    site = serve([own_database])
    assert "目録" in site.json("/about.json")["search"]["changed_since"]
    assert "今の検索の精度とは限りません" in site.soup("/about").text


def test_a_foreign_catalogue_gets_the_page_too(kb, small_catalogue: Path, tmp_path: Path, serve) -> None:
    target = tmp_path / "foreign" / "jiko.db"
    target.parent.mkdir()
    result = kb("build", "--catalogue", small_catalogue, "--db", target)
    assert result.exit_code == 0, result.stderr
    site = serve([target])
    data = site.json("/about.json")
    assert data["counts"]["incidents"] == 3 and "収録件数" in data["search"]["changed_since"]
    assert "3 件" in site.soup("/about").text
    shutil.rmtree(target.parent)

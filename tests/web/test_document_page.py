"""Permalinks into a document, and what several documents tell of one measure."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from kb.building.ingest import ingest
from tests.web.conftest import Site

TEXT = """電気通信事故検証会議(第1回)議事要旨
1 日時 平成28年5月13日(金)16:00～18:05
3 議事模様
(1)LINE株式会社から、平成28年3月11日に発生した重大な事故について説明が行われた。主な内容は以下のとおり。
＜発生原因＞
・全アプリが一斉に問い合わせて認証サーバが過負荷となり停止した。
＜再発防止策＞
・高負荷に耐えるように認証サーバの処理能力を上げる。
"""


@pytest.fixture(scope="module")
def taken_in(built_folder, tmp_path_factory):
    own_database = Path(shutil.copy(built_folder / "jiko.db", tmp_path_factory.mktemp("taken-in")))
    file = tmp_path_factory.mktemp("papers") / "要旨 <1>.txt"
    file.write_text(TEXT, encoding="utf-8")
    done = ingest(own_database, [file])[0]
    assert done.incidents == (("2016-03-11-line", "same"),)
    sha = sqlite3.connect(own_database).execute("SELECT sha256 FROM documents WHERE id = ?", [done.document_id]).fetchone()[0]
    site = Site([own_database])
    yield site, sha[:12]
    site.close()


def test_a_permalink_shows_the_line_in_its_document(taken_in):
    site, short = taken_in
    page = site.soup(f"/incidents/2016-03-11-line?doc={short}")
    line = page.select_one("#document ~ .document #l8, .document #l8")
    assert "認証サーバの処理能力を上げる" in line.text
    record = site.json(f"/incidents/2016-03-11-line.json?doc={short}")
    assert record["document"]["name"] == "要旨 <1>.txt" and record["document"]["parts"][0]["lines"][7]["id"] == "l8"
    assert "<1>" not in site.get(f"/incidents/2016-03-11-line?doc={short}").text


def test_a_measure_that_two_documents_tell_shows_both_and_links_to_the_line(taken_in):
    site, short = taken_in
    record = site.json("/incidents/2016-03-11-line.json")
    (measure,) = [m for m in record["measures"] if "処理能力を上げる" in m["text"]]
    assert measure["status"] == "done" and [telling["status"] for telling in measure["sources"]] == ["done", None]
    assert len(record["measures"]) == 6
    page = site.soup("/incidents/2016-03-11-line")
    assert page.select_one(f'.told a[href="?doc={short}#l8"]')


@pytest.mark.parametrize("doc", ["0" * 12, "x", "../../etc", "%27"])
def test_an_unknown_document_is_said_to_be_missing(taken_in, doc):
    site, _ = taken_in
    assert "保存されていません" in site.soup(f"/incidents/2016-03-11-line?doc={doc}", 404).text


def test_a_document_is_shown_only_with_its_own_accidents(taken_in):
    site, short = taken_in
    site.soup(f"/incidents/2018-12-06-softbank?doc={short}", 404)

"""`kb brief`: formats and where they go, drafts, saved cases, and what is refused in one line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from docx import Document

ID = "2022-07-02-kddi"
DRAFT = "架空通信の中継ルータの交換作業で経路設定を誤り、切り戻した直後に位置登録が集中して加入者データベースが輻輳した。再発防止策として手順書を見直す。"


def test_markdown_goes_to_stdout(kb, database: Path) -> None:
    result = kb("brief", ID, "--db", database)
    assert result.exit_code == 0 and result.stdout.startswith("# 電気通信事故 確認資料") and result.stderr == ""
    english = kb("brief", ID, "--db", database, "--lang", "en", "--format", "html")
    assert "Similar accidents" in english.stdout


def test_json_is_one_document_with_the_contracts_keys(kb, database: Path) -> None:
    for options in (["--json"], ["--format", "json"]):
        answer = json.loads(kb("brief", ID, "--db", database, "-n", 3, *options).stdout)
        assert answer["subject"]["id"] == ID and len(answer["precedents"]) == 3 and answer["sources"]["incidents"][ID]["documents"]


@pytest.mark.parametrize("name", ["a.docx", "a.md", "a.html", "a.csv", "a.json"])
def test_the_name_implies_the_format(kb, database: Path, tmp_path: Path, name: str) -> None:
    result = kb("brief", ID, "--db", database, "-o", tmp_path / name)
    assert result.exit_code == 0 and result.stdout == "" and "Wrote" in result.stderr
    content = (tmp_path / name).read_bytes()
    if name == "a.docx":
        assert Document(io.BytesIO(content)).paragraphs[0].style.name == "Title"
    if name == "a.csv":
        assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) > 8


def test_drafts_from_a_file_and_from_stdin(kb, database: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_bytes(DRAFT.encode("cp932"))
    of_file = json.loads(kb("brief", tmp_path / "draft.txt", "--db", database, "--json").stdout)
    piped = json.loads(kb("brief", "-", "--db", database, "--json", input=DRAFT).stdout)
    assert of_file["subject"]["id"] is None and [p["id"] for p in of_file["precedents"]] == [p["id"] for p in piped["precedents"]]
    assert of_file["given"]["name"] == "draft.txt"
    named = json.loads(kb("brief", "-", "--db", database, "--json", "--carrier", "KDDI", input=DRAFT).stdout)
    assert named["subject"]["carriers"] == ["KDDI株式会社"] and named["earlier_promises"] and not of_file["earlier_promises"]


def test_a_saved_case_is_set_again(kb, database: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    assert kb("brief", ID, "--db", database, "-o", case).exit_code == 0
    again = kb("brief", case, "--db", database, "-o", tmp_path / "again.docx")
    assert again.exit_code == 0 and "同じデータベース" in again.stderr
    kept = json.loads(case.read_text())
    kept["made_from"]["database"] = "older"
    case.write_text(json.dumps(kept))
    shown = kb("brief", case, "--db", database)
    assert "> 資料を作成したときのデータベース(older)とは版が違う" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "given", "code", "said"),
    [
        (["nosuch"], None, 1, "neither an incident nor a file"),
        (["-"], " \n", 1, "empty"),
        (["-"], "玉ねぎを炒め、トマトと豆を加えて弱火で煮込む。", 1, "Nothing in the text speaks of an accident"),
        ([ID, "--format", "docx"], None, 2, "such as -o brief.docx"),
        ([ID, "-o", "brief.pdf"], None, 2, "end it in .docx"),
        ([ID, "-o", "/no/such/folder/a.md"], None, 1, "There is no folder"),
        ([ID, "--carrier", "KDDI"], None, 2, "--carrier is for drafts"),
        (["-", "--carrier", "幻電話"], DRAFT, 1, "幻電話"),
        ([ID, "--json", "--format", "md"], None, 2, "contradict"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(kb, database: Path, arguments: list[str], given: str | None, code: int, said: str) -> None:
    result = kb("brief", *arguments, "--db", database, **({"input": given} if given else {}))
    assert result.exit_code == code and said in result.stderr and "Traceback" not in result.stderr and result.stdout == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="wants /dev/full")
def test_a_full_disk_is_said(kb, database: Path) -> None:
    result = kb("brief", ID, "--db", database, "--format", "docx", "-o", "/dev/full")
    assert result.exit_code == 1 and "The disk is full" in result.stderr and Path("/dev/full").exists()

"""Annual reports: samples with expected JSON, the same report in other layouts, and mutations of the samples."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import KbError
from kb.formats.document import document_from_bytes, document_from_text, read_document
from kb.sources import PARSERS, parse_document, parser
from kb.sources.annual_report import report as annual_report
from kb.sources.annual_report.wrapped import whole_moment
from kb.sources.serialise import report_as_json
from tests.pdf_writer import PdfWriter

ALL_SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLES = ALL_SAMPLES / "annual_report"
DOCUMENTS = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".json")


def text_of(name):
    return document_from_bytes((SAMPLES / name).read_bytes(), name).text


TABBED = (SAMPLES / "tabbed.txt").read_text(encoding="utf-8")


def parsed(text):
    return annual_report.parse(document_from_text(text, "report.txt"))


def letters(text):
    return re.sub(r"\s", "", text)


def is_complete(report, document):
    """Read and unread characters are all there are, and every unread run stands in the document."""
    coverage = report.coverage
    unread = sum(len(letters(run.text)) for run in coverage.unread)
    assert coverage.characters == len(letters(document.text)) == coverage.read + unread
    assert all(run.text in document.text for run in coverage.unread)


def core(report):
    """What must not depend on the layout."""
    return [
        (
            i.carriers, i.started_at, i.statutory_class, i.factor,
            [(p.label, p.carrier, p.started_at, p.duration_minutes, p.users, p.users_max, p.users_qualifier) for p in i.impacts],
            [(letters(m.text), m.completed_on, m.status) for m in i.measures],
            [(q.carrier, q.count, q.as_of) for q in i.inquiries],
            [letters(s.text) for s in i.statements if s.kind == "cause"],
        )
        for i in report.incidents
    ]  # fmt: skip


@pytest.mark.parametrize("kind", PARSERS)
def test_every_parser_has_a_sample(kind):
    module = parser(kind)
    assert module.KIND == kind and module.LOOKED_FOR
    folder = ALL_SAMPLES / kind.replace("-", "_")
    documents = [path for path in folder.glob("*") if path.suffix != ".json"] if folder.is_dir() else []
    assert documents, f"{kind} has no sample in tests/samples/{folder.name}"
    for path in documents:
        assert path.with_suffix(".json").exists(), f"{path.name} has no expected JSON"
        assert parse_document(read_document(path)).kind == kind


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_sample_gives_what_is_expected(path):
    document = read_document(path)
    report = annual_report.parse(document)
    is_complete(report, document)
    found = json.loads(json.dumps(report_as_json(report), ensure_ascii=False))
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and is written now: review it")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_the_list_and_the_sheet_are_one_incident():
    report = parsed(TABBED)
    assert [i.no for i in report.incidents] == [1, 2]
    second = report.incidents[1]
    assert second.carriers == ("夢想ネット株式会社", "空想ケーブル株式会社")
    assert [p.label for p in second.impacts] == ["[1]①", "[1]②", "[2]①", "[2]②"]
    disagreeing = second.impacts[2]
    assert disagreeing.users == 4500
    assert disagreeing.printed["users"] == "4,500以上" and disagreeing.printed["users_in_list"] == "3,091以上"
    assert [w.code for w in report.warnings].count("list-detail-disagree") == 2
    rounded = report.incidents[0].impacts[1]
    assert (rounded.users, rounded.users_max, rounded.users_qualifier) == (60_000, 80_000, "range")


def test_the_footnote_of_a_duration_is_no_digit():
    impact = parsed(TABBED).incidents[1].impacts[3]
    assert impact.duration_minutes == 61 * 60 + 25


def test_totals_that_do_not_add_up_are_told_with_their_place():
    notices = [w for w in parsed(TABBED).warnings if w.code == "totals-do-not-add-up"]
    assert {w.position.line for w in notices} == {38}
    assert all("899" in w.message and "900" in w.message for w in notices)
    stale = parsed(TABBED.replace("・総件数は900件", "・総件数は950件"))
    assert any("950" in w.message and "previous year" in w.message for w in stale.warnings)


def test_a_completion_before_the_accident_is_kept_and_told():
    report = parsed(TABBED.replace("【H31.4 実施完了】", "【H31.3 実施完了】"))
    measure = report.incidents[0].measures[0]
    assert (measure.completed_on, measure.status, measure.printed) == ("2019-03", "done", "H31.3 実施完了")
    (notice,) = (w for w in report.warnings if w.code == "completed-before-accident")
    assert "H31.3" in notice.message and notice.position == measure.position
    # The month of the accident itself is not before it.
    assert not any(w.code == "completed-before-accident" for w in parsed(TABBED).warnings)


def test_a_sheet_without_measures_is_told():
    lines = [line for line in TABBED.split("\n") if not line.startswith("再発防止策\t・電源盤")]
    report = parsed("\n".join(lines))
    assert report.incidents[0].measures == ()
    assert [w.code for w in report.warnings].count("no-measures") == 1


def test_a_missing_serious_accident_is_told():
    report = parsed(TABBED.replace("2社 (3社)\t2件 (3件)", "3社 (3社)\t3件 (3件)"))
    assert any("counts 3 serious accidents" in w.message for w in report.warnings)


def test_text_that_nothing_explains_is_listed():
    stray = "判読できない走り書き"
    report = parsed(TABBED.replace("３　事故全体の状況", f"{stray}\n３　事故全体の状況"))
    assert [(run.text, run.position.line) for run in report.coverage.unread] == [(stray, 30)]


def as_html(text):
    out, open_table = ["<html><body>"], False
    for line in text.split("\n"):
        if "\t" in line and not open_table:
            out.append("<table>")
        elif "\t" not in line and open_table:
            out.append("</table>")
        open_table = "\t" in line
        out.append("<tr>" + "".join(f"<td>{c}</td>" for c in line.split("\t")) + "</tr>" if open_table else f"<p>{line}</p>")
    return "\n".join(out)


def flattened(text):
    """The sheets as lines of "label value"; list and matrix keep their cells."""
    head, sheets = text.split("No.\t1", 1)
    return head + re.sub(r"<[^<>]*>", "\n", "No. 1" + sheets.replace("\t", " "))


def widened(text):
    return text.translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)})


def columns_reversed(text):
    lines = text.split("\n")
    rows = [number for number, line in enumerate(lines) if line.count("\t") == 7]
    return "\n".join("\t".join(reversed(line.split("\t"))) if number in rows else line for number, line in enumerate(lines))


def without_numbers(text):
    """The list's last column, No, goes; the sheets keep theirs."""
    return "\n".join(line.rsplit("\t", 1)[0] if line.count("\t") == 7 else line for line in text.split("\n"))


@pytest.mark.parametrize(
    "change",
    [as_html, flattened, widened, columns_reversed, without_numbers, lambda t: t.replace("\n", "\r\n"),
     lambda t: "\n".join(f"|{line}|".replace("\t", "|") if "\t" in line else line for line in t.split("\n"))],
    ids=["html", "flattened", "widened", "columns-reversed", "without-no", "crlf", "pipes"],
)  # fmt: skip
def test_the_same_report_in_another_layout(change):
    assert core(parsed(change(TABBED))) == core(parsed(TABBED))


def test_a_pdf_with_ruled_tables():
    writer = PdfWriter()
    for line in ("平成29年7月1日", "電気通信サービスの事故発生状況（平成28年度）", "重大な事故の一覧"):
        writer.line(line)
    writer.table(
        [
            ["No.", "事業者名", "発生日時", "継続時間", "影響利用者数", "主な障害内容", "発生要因"],
            ["1", "架空ネット\n(株)", "H28.8.1\n6:10", "①2h\n②3h5m", "①約1.2万\n②800",
             "①電子メールサー\nビスの送信不可\n②電子メールサー\nビスの受信不可", "設備\n要因"],
        ],
        [30, 80, 70, 60, 80, 120, 50],
    )  # fmt: skip
    writer.page()
    writer.line("別紙")
    writer.table(
        [["事業者名", "架空ネット株式会社", "発生日時", "平成28年8月1日\n6時10分"],
         ["継続時間", "①2時間 ②3時間5分", "影響利用者数", "①約1.2万\n②800"]],
        [80, 150, 80, 150],
    )  # fmt: skip
    writer.table(
        [["発生原因", "・冷却装置の制御基板が故障し、室温が上がって\nサーバが停止した。\n・警報の通知先が古いままであった。"],
         ["再発防止策", "・制御基板を二重にした。【H28.9 実施完了】\n・通知先を毎月確かめる。【H28.10 実施予定】"],
         ["情報\n周知", "平成28年8月1日7時に自社サイトに掲載。"]],
        [80, 380],
    )  # fmt: skip
    writer.line("- 2 -", 280)
    document = document_from_bytes(writer.bytes(), "report.pdf")
    report = annual_report.parse(document)
    is_complete(report, document)
    (incident,) = report.incidents
    assert (incident.carriers, incident.factor, incident.position.page) == (("架空ネット株式会社",), "equipment", 2)
    assert [(p.label, p.service, p.symptom, p.duration_minutes, p.users) for p in incident.impacts] == [
        ("①", "電子メールサービス", "送信不可", 120, 12_000),
        ("②", "電子メールサービス", "受信不可", 185, 800),
    ]
    assert [s.text for s in incident.statements] == [
        "冷却装置の制御基板が故障し、室温が上がってサーバが停止した。",
        "警報の通知先が古いままであった。",
    ]
    assert [(m.completed_on, m.status) for m in incident.measures] == [("2016-09", "done"), ("2016-10", "planned")]
    assert [(n.at, n.text) for n in incident.notifications] == [
        ("2016-08-01T07:00+09:00", "平成28年8月1日7時に自社サイトに掲載。")
    ]
    assert not report.coverage.unread


def test_a_pdf_with_cells_of_one_letter():
    writer = PdfWriter()
    for line in ("平成22年6月30日", "電気通信サービスの事故発生状況（平成21年度）", "重大な事故の一覧"):
        writer.line(line)
    writer.table(
        [
            ["番\n号", "事業者名", "発生日\n時", "継\n続\n時\n間", "影響\n数", "主な障害内容", "発\n生\n要\n因"],
            ["1", "架空ケー\nブル株式\n会社", "H21.7.2\n4 21:05", "7\nh", "約3.\n2万", "インターネット接続サービスの利用不可", "外\n的\n要\n因"],
            ["2", "夢想光\n(株)", "H21.11.\n3 9:12", "2\nh\n40\nm", "12,\n345", "電子メールサービスの受信不可", "設\n備\n要\n因"],
        ],
        [16, 50, 48, 18, 32, 220, 18],
    )
    writer.table(
        [["事\n業\n者\n名", "架空ケーブル株式会社", "発\n生\n日\n時", "平成21年7月2\n4日21時5分"],
         ["継\n続\n時\n間", "7時間", "影\n響\n数", "約3.2万人"],
         ["発\n生\n原\n因", "・土砂崩れで伝送路が切れた。", "対\n策", "・迂回路を移設。【H22.3 実\n施済】"]],
        [18, 180, 18, 180],
    )  # fmt: skip
    document = document_from_bytes(writer.bytes(), "report.pdf")
    report = annual_report.parse(document)
    is_complete(report, document)
    first, second = report.incidents
    assert (first.carriers, first.started_at, first.factor) == (("架空ケーブル株式会社",), "2009-07-24T21:05+09:00", "external")
    assert [(p.duration_minutes, p.users, p.printed["users"]) for p in first.impacts] == [(420, 32_000, "約3.2万人")]
    assert [(m.text, m.completed_on, m.status) for m in first.measures] == [("迂回路を移設。", "2010-03", "done")]
    assert (second.carriers, second.started_at, second.factor) == (("夢想光株式会社",), "2009-11-03T09:12+09:00", "equipment")
    assert [(p.duration_minutes, p.users, p.printed["users"]) for p in second.impacts] == [(160, 12_345, "12,345")]


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("H21.7.2\n4 21:05", "H21.7.24 21:05"), ("H21.7.2\n4:05", "H21.7.2\n4:05"), ("平成21年1\n2月3日", "平成21年12月3日"),
        ("平成21年7月2\n4日 1\n2時5分", "平成21年7月24日 12時5分"), ("H21.7.24\n21:05", "H21.7.24\n21:05"),
    ],
)  # fmt: skip
def test_a_date_cut_by_its_cell_is_whole_again(cut, whole):
    assert whole_moment(cut) == whole


HEAD = "電気通信サービスの事故発生状況（平成20年度）\n平成21年6月30日\n"


def test_rows_of_one_accident_without_marks_are_its_phases():
    report = parsed(
        HEAD + "<table><tr><th>事業者</th><th>発生日</th><th>停止時間</th><th>影響者数</th><th>事故内容</th></tr>\n"
        "<tr><td rowspan=2>(株)架空</td><td rowspan=2>H20.6.1 1:00</td><td>61時間25分</td><td>約6～8万</td><td>電話の発着信不可</td></tr>\n"
        "<tr><td>3時間</td><td>約3万</td><td>電子メールの遅延</td></tr></table>\n"
    )
    (incident,) = report.incidents
    assert [(p.label, p.service, p.started_at, p.duration_minutes, p.users) for p in incident.impacts] == [
        (None, "電話", "2008-06-01T01:00+09:00", 3685, 60_000),
        (None, "電子メール", "2008-06-01T01:00+09:00", 180, 30_000),
    ]


def test_sheets_without_numbers_that_begin_with_the_time():
    sheet = "別紙{0}\n発生日時\t平成20年6月{0}日 1時\t事業者名\t架空{0}株式会社\n影響数\t約3万人\t継続時間\t5時間\n事故の内容\t電話が使えない\n"
    report = parsed(HEAD + sheet.format(1) + sheet.format(2))
    assert [(i.carriers, i.started_at[:10]) for i in report.incidents] == [
        (("架空1株式会社",), "2008-06-01"),
        (("架空2株式会社",), "2008-06-02"),
    ]


def test_words_of_a_screenshot_are_no_fields():
    sheet = "No.1\n事業者名 架空株式会社 発生日時 H20.6.1 1:00\n発生原因 雷\n自社サイト ・H20.6.1 2:00に掲載。\n(障害発生時)\n"
    shot = "発生日時：2001年1月1日\n対象サービス：光電話\n継続時間 9時間\n"
    (incident,) = parsed(HEAD + sheet + shot + "報道発表 なし。\n").incidents
    assert incident.started_at == "2008-06-01T01:00+09:00"
    assert incident.impacts[0].duration_minutes is None
    assert [n.channel for n in incident.notifications] == ["自社サイト", "自社サイト", "報道発表"]
    assert incident.notifications[1].text == "(障害発生時)\n" + shot.strip()


def test_statistics_of_several_years_belong_to_their_years():
    report = parsed(HEAD + "年度\t平成18年度\t平成19年度\t平成20年度\n重大な事故\t9\t8\t17\n")
    assert [(s.fiscal_year, s.value) for s in report.statistics] == [(2006, 9), (2007, 8), (2008, 17)]


def test_shares_stated_in_words_keep_what_they_are_shares_of():
    report = parsed(
        HEAD + "(2) サービス別の内訳\n・映像配信サービスの事故の内訳については、衛星の事故件数の割合が28%（前年度比－4ポイント）であった。\n"
    )
    assert [(s.table, s.row, s.column, s.value, s.unit) for s in report.statistics] == [
        ("by_service", "映像配信サービス/衛星", "割合", 28, "%"),
        ("by_service", "映像配信サービス/衛星", "割合の前年度比", -4, "ポイント"),
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_kind_is_recognised(path):
    assert annual_report.recognises(read_document(path)) > 0.5


def test_reading_a_report_imports_neither_torch_nor_sudachi():
    code = (
        "import sys; from kb.sources import parse_file; "
        f"parse_file({str(SAMPLES / 'tabbed.txt')!r}); "
        "sys.exit(bool({'torch', 'sudachipy', 'pdfplumber', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def mutated(text, chance):
    lines = text.split("\n")
    for _ in range(chance.randint(1, 6)):
        number = chance.randrange(len(lines))
        line = lines[number]
        match chance.randrange(7):
            case 0:
                del lines[number]
            case 1 if line:
                place = chance.randrange(len(line))
                lines[number] = line[:place] + chance.choice([" ", "　", "\t", "  "]) + line[place:]
            case 2:
                lines[number] = widened(line)
            case 3 if "\t" in line:
                cells = line.split("\t")
                a, b = chance.randrange(len(cells)), chance.randrange(len(cells))
                cells[a], cells[b] = cells[b], cells[a]
                lines[number] = "\t".join(cells)
            case 4:
                lines.insert(number, chance.choice(lines))
            case 5 if line:
                place = chance.randrange(len(line))
                lines[number : number + 1] = [line[:place], line[place:]]
            case 6 if line:
                place = chance.randrange(len(line))
                lines[number] = line[:place] + chance.choice("①[1]【】（<>^{}・年月日万元0９:") + line[place + 1 :]
        if not lines:
            break
    return "\n".join(lines)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(DOCUMENTS), st.integers(0, 2**32))
def test_a_mutated_sample_is_read_or_refused_and_nothing_is_lost(path, seed):
    text = TABBED if path.name == "tabbed.txt" else text_of(path.name)
    try:
        document = document_from_text(mutated(text, random.Random(seed)), "mutated.txt")
        report = parse_document(document, "annual-report")
    except KbError as error:
        assert "mutated.txt" in str(error)
        return
    is_complete(report, document)
    json.dumps(report_as_json(report))

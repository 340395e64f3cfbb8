import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import DocumentError, KbError
from kb.formats.document import document_from_text, read_document
from kb.sources.council_minutes import minutes as council_minutes
from kb.sources.council_minutes.accident import carriers_in
from kb.sources.council_minutes.blocks import read_blocks
from kb.sources.council_minutes.exchanges import EARLIER, spoken, turns
from kb.sources.serialise import report_as_json

SAMPLES = Path(__file__).parents[1] / "samples" / "council_minutes"
DOCUMENTS = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".json")


def parsed(text):
    return council_minutes.parse(document_from_text(text, "minutes.txt"))


def sample(name):
    return (SAMPLES / name).read_text(encoding="utf-8")


def as_json(report):
    plain = report_as_json(report)
    plain["meeting"]["hours"] = report.meeting.hours
    plain["meeting"]["about"] = [exchange.incident for exchange in report.meeting.exchanges]
    return plain


def said(text, **more):
    return [(turn.kind, turn.text, turn.replies_to) for turn in turns(text, **more)]


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_sample_gives_what_is_expected(path):
    document = read_document(path)
    assert council_minutes.recognises(document) > 0.5
    found = json.loads(json.dumps(as_json(council_minutes.parse(document)), ensure_ascii=False))
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and is written now: review it")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_nothing_that_was_said_is_lost(path):
    document = read_document(path)
    report = council_minutes.parse(document)
    held = squeezed(json.dumps(report_as_json(report), ensure_ascii=False))
    for block in read_blocks(document):
        if block.kind in ("bullet", "speech", "item", "text"):
            for piece in re.split(r"[、。，\s【】（）()：\[\]]+", block.text):
                # The clauses that report speech end in a turn's kind, who spoke too; dates in ISO form.
                if re.search(r"(?:から|より|同社)$|^これに対し|^(?:原因|対策|質疑|.)$", piece):
                    continue
                content = re.sub(r"(?:との|旨の|に対し|について|という|といった|の).{2,12}$|\d.*|か$", "", piece)
                assert squeezed(content) in held, (path.name, piece)


def test_the_meeting_and_its_items():
    meeting = parsed(sample("two-carriers.txt")).meeting
    assert (meeting.held_on, meeting.number, meeting.hours) == ("2019-09-20", 3, "13:30～16:00")
    assert len(meeting.items) == 6


def test_each_exchange_is_about_its_accident():
    report = parsed(sample("two-carriers.txt"))
    about = {(e.kind, e.incident) for e in report.meeting.exchanges}
    assert ("question", 0) in about and ("question", 1) in about and ("summary", None) in about
    assert report.incidents[1].carriers == ("みほん電気通信株式会社", "ためし放送株式会社")


def test_phases_get_their_own_sizes():
    first, second = parsed(sample("two-carriers.txt")).incidents[1].impacts
    assert (first.label, first.users, first.duration_minutes) == ("①", 42_000, 125)
    assert (second.label, second.users, second.duration_minutes) == ("②", 810, 1560)
    assert second.service == "ホスティングサービス" and second.symptom == "利用不可"


def test_measures_keep_month_and_status():
    measures = [measure for incident in parsed(sample("two-carriers.txt")).incidents for measure in incident.measures]
    assert [(m.completed_on, m.status) for m in measures] == [
        ("2019-08", "done"),
        ("2020-03", "planned"),
        ("2019-08", "done"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "訓練は年に何度行うのかとの質問があり、年に2度である旨の回答があった。",
            [("question", "訓練は年に何度行うのか", None), ("answer", "年に2度である", 0)],
        ),
        (
            "構成員から、手順書の管理について質問があり、担当者が管理していると回答があった。",
            [("question", "手順書の管理について", None), ("answer", "担当者が管理している", 0)],
        ),
        (
            "夜間の体制を教えてほしいとの質問に対し、3名であるとのことであった。",
            [("question", "夜間の体制を教えてほしい", None), ("answer", "3名である", 0)],
        ),
        (
            "契約を改めるべきとのコメントがあり、検討するとの回答があった。なお、期限は決めていないとの補足があった。",
            [
                ("question", "契約を改めるべき", None),
                ("answer", "検討する", 0),
                ("answer", "なお、期限は決めていない", 0),
            ],
        ),
        (
            "試験は行ったのかとの指摘があり、行っていない旨の回答があった。さらに、今後行う旨の説明があった。"
            "本回答について、構成員より、時期を決めるべきではないかとの指摘があった。",
            [
                ("question", "試験は行ったのか", None),
                ("answer", "行っていない", 0),
                ("answer", "さらに、今後行う", 0),
                ("remark", "本回答について、構成員より、時期を決めるべきではないか", None),
            ],
        ),
        ("閾値を下げるべきとの指摘がなされた。", [("remark", "閾値を下げるべき", None)]),
        ("復旧が遅い。監視が足りないのではないかとの意見があった。", [("remark", "復旧が遅い。監視が足りないのではないか", None)]),
        ("人数の数え方を確認したところ、推計であると説明された。", [("question", "人数の数え方", None), ("answer", "推計である", 0)]),
        ("期限を尋ね、3月末までと回答した。", [("question", "期限", None), ("answer", "3月末まで", 0)]),
        (
            "警報を見直したかとの質問があり、ベンダーと確認し、利用者に対する説明がなされるよう改めたと回答した。",
            [
                ("question", "警報を見直したか", None),
                ("answer", "ベンダーと確認し、利用者に対する説明がなされるよう改めた", 0),
            ],
        ),
        (
            "「警報が多いとの指摘があり、放置した」と記されているのは事実かとの質問があった。",
            [("question", "「警報が多いとの指摘があり、放置した」と記されているのは事実か", None)],
        ),
    ],
)
def test_one_sentence_with_several_turns(text, expected):
    assert said(text) == expected


def test_concluding_remarks_are_summaries():
    text = "作業前の検証が望まれる旨の発言があった。また、共有が重要ではないかとの意見があった。"
    assert [turn[0] for turn in said(text, closing=True)] == ["summary", "summary"]


def test_an_answer_in_its_own_paragraph_waits_for_a_question():
    assert said("調査中である旨の回答があった。", waiting=True) == [("answer", "調査中である", EARLIER)]
    assert said("調査中である旨の説明があった。") == [("remark", "調査中である", None)]


def test_speakers_tell_who_asks():
    assert spoken("訓練はしていますか。", "構成員", False).kind == "question"
    assert spoken("訓練は大切だと考えます。", "座長代理", False).kind == "remark"
    assert spoken("年に2度です。", "みほん社", True).kind == "answer"
    assert spoken("資料の説明は以上です。", "事務局", False).kind == "remark"
    assert spoken("訓練の頻度", "質問", False).kind == "question"
    assert spoken("年に2度", "回答", True).kind == "answer"


def test_a_reference_cut_before_its_number_opens_no_item():
    text = (
        "会議 議事要旨\n1 日時：令和元年5月10日\n3 議事模様\n（1）架空社から、事故の経過と原因について説明があった。\n"
        "（2）架空社の説明を受けて、先の議事\n（1）について質疑があった。\n"
    )
    assert [block.label for block in read_blocks(document_from_text(text, "m"))][-2:] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("架空通信株式会社及びみほん電話株式会社から、7月の事故について説明があった。", ("架空通信株式会社", "みほん電話株式会社")),
        ("株式会社ためしから、事故について説明があった。", ("株式会社ためし",)),
        ("KDDIから、事故について説明があった。", ("KDDI",)),
        ("総務省から、事故の集計について説明があった。", ()),
    ],
)
def test_carriers_of_an_introduction(text, names):
    assert carriers_in(text) == names


def test_minutes_without_a_date_are_refused_with_advice():
    with pytest.raises(DocumentError, match="日時"):
        parsed("会議 議事要旨\n3 議事模様\n（1）事故について質疑があった。\n")


def test_a_stranger_above_the_title_is_listed_as_unread():
    report = parsed("このファイルは写しである。\n" + sample("verbatim.txt"))
    assert [unread.text for unread in report.coverage.unread] == ["このファイルは写しである。"]
    assert report.coverage.read < report.coverage.characters


@pytest.mark.parametrize("text", ["電気通信サービスの事故発生状況(平成30年度)\n重大な事故 3件\n", "買い物の覚書\nねぎ\n"])
def test_another_genre_is_not_recognised(text):
    assert council_minutes.recognises(document_from_text(text, "other.txt")) < 0.5


LINES = {path.name: sample(path.name).splitlines() for path in DOCUMENTS}
WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")


@st.composite
def mutated(draw):
    lines = list(LINES[draw(st.sampled_from(sorted(LINES)))])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["drop", "space", "widen", "swap", "double", "cut", "page", "join"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "space" and lines[at]:
            place = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:place] + draw(st.sampled_from([" ", "\u3000", "\t"])) + lines[at][place:]
        elif change == "widen":
            lines[at] = lines[at].translate(WIDE)
        elif change == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "cut" and lines[at]:
            place = draw(st.integers(0, len(lines[at])))
            lines[at : at + 1] = [lines[at][:place], lines[at][place:]]
        elif change == "page":
            lines[at] = f"\f{lines[at]}"
        elif change == "join" and at + 1 < len(lines):
            lines[at : at + 2] = [lines[at] + lines[at + 1]]
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_any_mutation_gives_a_result_or_a_clear_error(text):
    try:
        document = document_from_text(text, "mutated.txt")
        report = council_minutes.parse(document)
    except KbError as error:
        assert str(error).startswith("mutated.txt")
        return
    coverage = report.coverage
    unread = sum(len(squeezed(run.text)) for run in coverage.unread)
    assert coverage.characters == len(squeezed(document.text)) == coverage.read + unread
    exchanges = report.meeting.exchanges
    for index, exchange in enumerate(exchanges):
        assert exchange.text and exchange.position is not None
        assert (exchange.answers is None) or (
            exchange.kind == "answer" and exchange.answers < index and exchanges[exchange.answers].kind == "question"
        )
        assert exchange.incident is None or exchange.incident < len(report.incidents)

"""Companies' reports in different hands: every sample beside what must be read; and that no input raises anything but a KbError."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import KbError
from kb.japanese.context import moments_in_context
from kb.sources import parse_file, parse_text
from kb.sources.company_report.headings import heading, is_timed
from kb.sources.serialise import report_as_json

SAMPLES = Path(__file__).parents[1] / "samples"
KINDS = ("company_report", "guidance")
FILES = sorted(path for kind in KINDS for path in (SAMPLES / kind).iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_samples_are_read_as_expected(path: Path) -> None:
    """A missing expectation is written, to be looked at and committed; then the test fails once."""
    read = json.loads(json.dumps(report_as_json(parse_file(path)), ensure_ascii=False))
    expected = path.with_suffix(".json")
    if not expected.exists():
        expected.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and has been written: check every value in it")
    assert read == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_of_a_sample_is_dropped(path: Path) -> None:
    coverage = parse_file(path).coverage
    missing = sum(len("".join(run.text.split())) for run in coverage.unread)
    assert coverage.read + missing == coverage.characters and coverage.read >= 0.9 * coverage.characters


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("1 発生日時", "started"), ("■原因", "cause"), ("【再発防止策】", "measures"), ("(3) 影響利用者数: 約3万人", "users"), ("復旧日時　2023年1月1日", "ended"), ("## 根本原因", "cause"),
        ("◆お詫び", "apology"), ("７　事故の概要", "overview"), ("事故概要", "overview"), ("再発を防ぐための取り組み", "measures"), ("【是正】", "measures"), ("発生状況", "overview"),
        ("お問い合わせ", "contact"), ("12 その他", "other"), ("Root cause:", "cause"), ("第３ 長期化の要因", "prolonging"), ("◆なぜ防げなかったか", "cause"), ("＜利用者への周知＞", "notification"),
    ],
)  # fmt: skip
def test_headings(line: str, topic: str) -> None:
    found = heading(line)
    assert found is not None and found.topic == topic


@pytest.mark.parametrize("line", ["15:00 対策本部を設置", "10月14日 21時40分 原因を特定", "原因は、設定の誤りでした。", "・手順書を見直しました。", "影響を受けた利用者に返金します。", "2023年10月16日"])
def test_running_text_and_entries_with_a_time_are_no_headings(line: str) -> None:
    assert heading(line) is None


def test_an_entry_with_a_time_is_told_by_its_beginning() -> None:
    assert is_timed("15:00 …対策本部を設置") and is_timed("翌日 9時30分 復旧") and not is_timed("約15時間停止した")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2023年10月14日(土)21時40分頃から翌15日(日)0時5分頃まで", ["2023-10-14T21:40+09:00", "2023-10-15T00:05+09:00"]),
        ("2024/02/29 00:00 ～ 09:12", ["2024-02-29T00:00+09:00", "2024-02-29T09:12+09:00"]),
        ("12月3日23:40～1:20", ["2023-12-03T23:40+09:00", "2023-12-04T01:20+09:00"]),
        ("6/18 13:05 - 18:50", ["2023-06-18T13:05+09:00", "2023-06-18T18:50+09:00"]),
        ("令和5年3月31日午後11時30分から同日… 翌4月1日午前2時", ["2023-03-31T23:30+09:00", "2023-04-01T02:00+09:00"]),
        ("3日間にわたり24時間体制で対応", []),
    ],
)  # fmt: skip
def test_moments_lean_on_those_before(text: str, values: list[str]) -> None:
    assert [m.value for m in moments_in_context(text, "2023-09-01") if len(m.value) > 10] == values


def test_an_unknown_heading_changes_nothing_but_its_own_section() -> None:
    one, other = (parse_text(f"7 {head}\n当社は設備の更改作業を実施し、切り戻しの際に端末の登録が集中して輻輳した。\n8 発生原因\n流量制御の手順が無かった。") for head in ("事故の概要", "事故概要"))
    texts = [[(s.kind, s.text) for s in report.incidents[0].statements] for report in (one, other)]
    assert texts[0] == texts[1]


def test_what_is_of_no_known_kind_is_read_as_far_as_it_goes() -> None:
    report = parse_text("昨夜ルータが故障し、約300回線でインターネットがつながらなかった。")
    assert report.kind is None and report.incidents[0].impacts[0].users == 300 and report.reasons


def test_nothing_of_an_accident_is_refused_with_what_was_looked_for() -> None:
    with pytest.raises(KbError, match="--kind"):
        parse_text("りんごを三つ買った")


def test_an_article_about_a_company_is_told_from_its_own_report() -> None:
    article = parse_text("架空ペイメント株式会社は8日、決済ができない障害が発生したと発表した。同社によると、影響は約2万人。原因は更新作業の誤りと同社は説明した。記者が取材した。")
    own = parse_text("架空ペイメント株式会社\n決済障害のお詫び\n当社のサービスで決済ができない障害が発生しました。深くお詫び申し上げます。原因は更新作業の誤りです。")
    assert article.secondary and not own.secondary


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from("発生日時 2023年1月2日 3時4分\n 【原因】\n ■再発防止策\n ・手順を見直した(3月実施)\n 約1万2,000回線\n 株式会社架空 に対し 指導 記\n １\t２\n 総務省 …こと。\n".split(" "))), max_size=14).map("".join))
def test_no_text_raises_anything_but_a_kb_error(text: str) -> None:
    try:
        report = parse_text(text)
    except KbError:
        return
    assert report.coverage.read <= report.coverage.characters

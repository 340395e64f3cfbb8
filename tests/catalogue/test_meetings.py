"""The files of meetings: what holds for all, and what a slip is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalogue.meetings import FIELDS, load_meetings, read_meeting, unknown_incidents
from kb.catalogue.plain_yaml import parse_yaml
from kb.errors import CatalogueError

MEETINGS = Path(__file__).parents[2] / "db" / "meetings"

SAMPLE = """\
label: 架空会議 第2回
held_on: "2024-06-01"
heard: [2024-05-01-kakuu]
exchanges:
  - {kind: question, text: 予備の電源はなぜ切り替わらなかったのか。, incident: 2024-05-01-kakuu}
  - {kind: answer, text: 切替えの試験をしていなかった。, answers: 0, incident: 2024-05-01-kakuu}
  - {kind: remark, text: 試験の記録を残すとよい。}
"""


def problems(text: str, stem: str = "2024-06-01") -> list[str]:
    return read_meeting(parse_yaml(text.encode(), Path(f"{stem}.yml")), stem)[2]


def test_every_meeting_of_ours_has_every_key_a_source_and_a_day():
    entries = load_meetings(MEETINGS)
    assert len(entries) >= 14
    assert sum(len(entry.meeting.exchanges) for entry in entries) >= 16
    for path in MEETINGS.rglob("*.yml"):
        assert tuple(parse_yaml(path.read_bytes(), path)) == FIELDS, path
    assert all(entry.meeting.sources and entry.meeting.label for entry in entries)


def test_turns_keep_their_order_their_question_and_their_incident():
    meeting, abouts, found = read_meeting(parse_yaml(SAMPLE.encode(), Path("x.yml")), "2024-06-01")
    assert found == []
    assert [(turn.kind, turn.answers) for turn in meeting.exchanges] == [("question", None), ("answer", 0), ("remark", None)]
    assert abouts == ("2024-05-01-kakuu", "2024-05-01-kakuu", None)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("answers: 0", "answers: 1", "exchanges[1].answers: 1 is no earlier question"),
        ("kind: remark", "kind: speech", "exchanges[2].kind: 'speech' is not allowed"),
        ('"2024-06-01"', '"2024-07-01"', "held_on: 2024-07-01 differs from the file's name"),
        ("label:", "name:", "label: missing"),
        ('held_on: "2024-06-01"', "place: 架空市", "held_on: missing"),
    ],
)
def test_a_slip_is_named_with_its_place(before, after, said):
    assert any(problem.startswith(said) for problem in problems(SAMPLE.replace(before, after))), problems(SAMPLE.replace(before, after))


def test_a_meeting_that_heard_of_an_unknown_incident_is_named(tmp_path):
    (tmp_path / "2024-06-01.yml").write_text(SAMPLE, encoding="utf-8")
    entries = load_meetings(tmp_path)
    assert unknown_incidents(entries, frozenset({"2024-05-01-kakuu"})) == []
    assert "2024-05-01-kakuu" in unknown_incidents(entries, frozenset())[0]


def test_all_bad_files_are_told_at_once(tmp_path):
    for day in ("2024-06-01", "2024-06-02"):
        (tmp_path / f"{day}.yml").write_text("label: 会議\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_meetings(tmp_path)
    assert str(caught.value).count("held_on: missing") == 2

"""Geometry of the pictures: nothing leaves its canvas, lengths are in proportion, texts do not run over. Invented accidents."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from kb.reports.causal_chain import causal_chain
from kb.reports.course import course
from kb.reports.drawing.chain import chain
from kb.reports.drawing.svg import FONT, NARROW, WIDE, Picture, extent, wrapped
from kb.reports.drawing.timeline import timeline

SVG = "{http://www.w3.org/2000/svg}"
RECORD = {
    "started_at": "2031-06-30T22:10+09:00", "ended_at": "2031-07-01T03:40+09:00",
    "impacts": [
        {"service": "音声<b>", "duration_minutes": 60, "users": 500, "started_at": "2031-06-30T22:10+09:00"},
        {"service": "データ通信の長い名前のサービスで一行には収まらないもの、その二", "duration_minutes": 120, "users": 9, "started_at": "2031-06-30T22:10+09:00"},
        {"service": "緊急通報", "duration_minutes": None, "users": None},
    ],
    "prolonging": [{"text": "翌0時30分に切り戻したが負荷が下がらなかった。"}],
    "measures": [{"text": "再登録の信号を段階的に絞る。", "completed_on": "2031-12", "status": "planned"}],
}  # fmt: skip
TAGS = [
    {"id": "mechanism/a", "label_ja": "輻輳", "evidence": [{"text": "信号が集中した。"}]}, {"id": "trigger/b", "label_ja": "工事", "evidence": [{"text": "交換した。"}]},
    {"id": "trigger/c", "label_ja": "手順", "evidence": [{"text": "交換した。"}]}, {"id": "trigger/unknown", "label_ja": "不明", "evidence": [{"text": "不明。"}]},
    {"id": "prolonging/d", "label_ja": "遅れ", "evidence": [{"text": "交換した。"}]}, {"id": "measure/e", "label_ja": "絞る", "evidence": [{"text": "絞る。"}]},
]  # fmt: skip


def shapes(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.file())


def inside(picture: Picture) -> None:
    """Every box and text lies on the canvas."""
    root = shapes(picture)
    for one in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(one.get(name, "0")) for name in ("x", "y", "width", "height"))
        assert 0 <= x and x + width <= picture.width + 0.2 and 0 <= y and y + height <= picture.height + 0.2, one.attrib
    for one in root.iter(f"{SVG}text"):
        size = float(one.get("font-size", str(FONT)))
        x, y = float(one.get("x", "0")), float(one.get("y", "0"))
        start = {"middle": 0.5, "end": 1.0}.get(one.get("text-anchor", ""), 0.0) * extent(one.text or "", size)
        assert x - start >= -0.5 and x - start + extent(one.text or "", size) <= picture.width + size, one.text
        assert 0 < y <= picture.height, one.text


@pytest.mark.parametrize("wide", [True, False])
def test_time_line_keeps_to_its_canvas_and_to_proportion(wide: bool) -> None:
    told = course(RECORD)
    assert told is not None
    drawn = timeline(told, "架空の事故", wide=wide)
    assert drawn.width == (WIDE if wide else NARROW)
    inside(drawn)
    bars = sorted(float(one.get("width", "0")) for one in shapes(drawn).iter(f"{SVG}rect") if one.get("height") == "12" and one.get("fill-opacity") == "0.7")
    assert len(bars) == 3 and bars[0] == 4, "one of unknown length is a stub"
    assert bars[2] == pytest.approx(2 * bars[1], abs=0.3), "two hours are twice as long as one"
    assert "<b>" not in str(drawn.inline()) and "style=" not in str(drawn.inline())


@pytest.mark.parametrize(
    "start", ["2031", "2031-06", "2031-06-30", "2031-06-30T00:00+09:00"],
)
def test_any_precision_can_be_drawn(start: str) -> None:
    for end in (None, "2031-12-31", "2033-01-02T10:00+09:00"):
        told = course({"started_at": start, "ended_at": end, "impacts": [{"service": "音声", "duration_minutes": 40}], "measures": []})
        assert told is not None
        for wide in (True, False):
            inside(timeline(told, "架空", wide=wide))


def test_ticks_do_not_run_into_each_other() -> None:
    for end in ("2031-06-30T22:40+09:00", "2031-07-01T22:00+09:00", "2031-07-20T22:00+09:00", "2034-07-20T22:00+09:00"):
        told = course({"started_at": "2031-06-30T22:10+09:00", "ended_at": end, "measures": []})
        assert told is not None
        for wide in (True, False):
            root = shapes(timeline(told, "架空", wide=wide))
            ticks = [(float(one.get("x", "0")), one.text or "") for one in root.iter(f"{SVG}text") if one.get("fill-opacity") == "0.8"]
            assert 1 <= len(ticks) <= 14
            assert all(x + extent(words, 11) < following for (x, words), (following, _) in itertools.pairwise(ticks))


def test_chain_groups_tags_of_one_sentence_and_leaves_out_what_says_nothing() -> None:
    links = causal_chain(TAGS, [("音声", "不通")], {"trigger/b": [("手順を改めた。", "done")]})
    assert [(link.stage, link.labels, link.evidence) for link in links] == [
        ("trigger", ("工事", "手順"), "交換した。"), ("mechanism", ("輻輳",), "信号が集中した。"), ("spread", ("音声",), "不通"), ("prolonging", ("遅れ",), ""),
    ]  # fmt: skip
    assert links[0].measures == (("手順を改めた。", "done"),)


@pytest.mark.parametrize("wide", [True, False])
def test_chain_keeps_to_its_canvas(wide: bool) -> None:
    long = [{"id": "trigger/b", "label_ja": "長い" * 60, "evidence": [{"text": "とても長い文。" * 40}]}, *TAGS]
    drawn = chain(causal_chain(long, (), {"trigger/b": [("手順を改めた。" * 20, "done"), ("<i>", None)]}), "架空", wide=wide, address="/tags/{}")
    inside(drawn)
    links = [one.get("href") for one in shapes(drawn).iter(f"{SVG}a")]
    assert set(links) == {"/tags/trigger/b", "/tags/trigger/c", "/tags/mechanism/a", "/tags/prolonging/d"}
    assert re.search(r"対策\(済\)", str(drawn.inline())) and "<i>" not in str(drawn.inline())


@pytest.mark.parametrize("words", ["", "短い", "とても長い日本語の文で、何行にもわたるもの。" * 5, "a" * 300, "漢字と latin の mixed、文。" * 9])
def test_wrapped_lines_fit_and_lose_nothing_unsaid(words: str) -> None:
    lines = wrapped(words, 120, 3)
    assert len(lines) <= 3 and all(extent(one) <= 120 + FONT for one in lines)
    if lines and not lines[-1].endswith("…"):
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert not any(one[0] in "、。" for one in lines)

"""Geometry of the pictures over all accidents: proportion, order, canvas, links, escaping. Invented figures."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from kb.knowledge.prefectures import SHORT
from kb.reports.drawing.bars import Bar, bars, columns
from kb.reports.drawing.heat import heat
from kb.reports.drawing.scatter import scatter
from kb.reports.drawing.svg import NARROW, WIDE, Picture
from kb.reports.drawing.tiles import PLACES, tiles
from tests.reports.drawing.test_pictures import SVG, inside, shapes

BARS = [Bar("2030", 10, 4, 12, "/a?b=1&c=2"), Bar("2031", 20, 0, None, "/x", True), Bar("<b>", 0, 0, 3)]
ROWS = [
    {"key": "trigger/a", "label": "工事" * 30, "total": 5, "counts": [0, 4, 1]}, {"key": "trigger/b", "label": "<i>", "total": 2, "counts": [0, 0, 2]},
]  # fmt: skip
POINTS = [
    {"id": "a", "title": "短く小さい", "duration_minutes": 10, "users": 100}, {"id": "b", "title": "長く大きい", "duration_minutes": 1440, "users": 1_000_000},
    {"id": "c", "title": "枠の外", "duration_minutes": 9_000_000, "users": 900_000_000},
]  # fmt: skip
CLAUSES = [{"service_class": 2, "minutes": 60, "users": 100_000}, {"service_class": 2, "minutes": 120, "users": 30_000}, {"service_class": 1, "minutes": 60, "users": 30_000}]

DRAWN: list[Callable[[bool], Picture]] = [
    lambda wide: bars(BARS, "棒", wide=wide), lambda wide: columns(BARS, "柱", wide=wide), lambda wide: bars([], "空", wide=wide),
    lambda wide: heat(ROWS, [2030, 2031, 2032], {2031}, "年", wide=wide, address="/tags/{}"), lambda wide: heat([], [], set(), "空", wide=wide),
    lambda wide: tiles({"東京": 3, "沖縄": 1}, "地図", wide=wide, addresses={"東京": "#p13", "青森": "#p2"}), lambda wide: tiles({}, "空", wide=wide),
    lambda wide: scatter(POINTS, CLAUSES, "散布", wide=wide, marked="b"), lambda wide: scatter([], [], "空", wide=wide),
]  # fmt: skip


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("draw", DRAWN)
def test_every_picture_keeps_to_its_canvas_and_says_what_it_is(draw: Callable[[bool], Picture], wide: bool) -> None:
    drawn = draw(wide)
    assert drawn.width <= (WIDE if wide else NARROW) + 0.1
    inside(drawn)
    assert drawn.title in str(drawn.inline()) and "<b>" not in str(drawn.body) and "<i>" not in str(drawn.body) and "style=" not in str(drawn.inline())


def sizes(picture: Picture, side: str, strength: str) -> list[float]:
    return [float(one.get(side, "0")) for one in shapes(picture).iter(f"{SVG}rect") if one.get("fill-opacity") == strength]


@pytest.mark.parametrize(("draw", "side"), [(lambda: bars(BARS, ""), "height"), (lambda: bars(BARS, "", wide=False), "width"), (lambda: columns(BARS, "", wide=False), "height")])
def test_bars_are_as_long_as_their_figures(draw: Callable[[], Picture], side: str) -> None:
    full = sizes(draw(), side, "0.3")
    assert full[1] == pytest.approx(2 * full[0], abs=0.2) and full[2] == 0
    assert sizes(draw(), side, "0.9")[0] == pytest.approx(0.4 * full[0], abs=0.2)


def test_addresses_are_escaped_and_bars_on_a_phone_are_as_high_as_a_finger() -> None:
    drawn = bars(BARS, "", wide=False)
    links = list(shapes(drawn).iter(f"{SVG}a"))
    assert [one.get("href") for one in links] == ["/a?b=1&c=2", "/x"]
    assert all(float(one.findall(f"{SVG}rect")[0].get("height", "0")) >= 24 for one in links)


def test_more_is_darker() -> None:
    cells = [float(one.get("fill-opacity", "1")) for one in shapes(heat(ROWS, [2030, 2031, 2032], set(), "")).iter(f"{SVG}rect") if one.get("height") == "20"]
    assert len(cells) == 3 and cells[0] > cells[2] > cells[1]
    squares = {one.find(f"{SVG}title").text: one.find(f"{SVG}rect") for one in groups(tiles({"東京": 9, "沖縄": 2, "千葉": 5}, ""))}  # type: ignore[union-attr]
    shade = [float(squares[name].get("fill-opacity", "1")) for name in ("東京: 9件", "千葉: 5件", "沖縄: 2件", "青森: 0件")]  # type: ignore[union-attr]
    assert shade == sorted(shade, reverse=True) and len(set(shade)) == 4


def groups(picture: Picture) -> list[ET.Element]:
    return [one for one in shapes(picture).iter() if one.tag in (f"{SVG}g", f"{SVG}a") and one.find(f"{SVG}title") is not None]


def test_every_prefecture_has_a_square_of_its_own_where_it_lies() -> None:
    assert set(PLACES) == set(SHORT.values()) and len(set(PLACES.values())) == 47
    def south(name: str, of: str) -> bool:
        return PLACES[name][1] > PLACES[of][1]

    def west(name: str, of: str) -> bool:
        return PLACES[name][0] < PLACES[of][0]

    assert south("青森", "北海道") and south("沖縄", "鹿児島") and west("長崎", "大分") and west("大阪", "愛知") and west("愛媛", "香川") and south("高知", "愛媛") and west("東京", "千葉")


def test_points_lie_by_powers_of_ten_and_thresholds_at_their_values() -> None:
    powers = [{"id": str(n), "title": "", "duration_minutes": 10**n, "users": 10**n} for n in (1, 2, 3)]
    at = [(float(one.get("cx", "0")), float(one.get("cy", "0"))) for one in shapes(scatter(powers, [], "")).iter(f"{SVG}circle")]
    assert at[1][0] - at[0][0] == pytest.approx(at[2][0] - at[1][0], abs=0.2) and at[0][1] - at[1][1] == pytest.approx(at[1][1] - at[2][1], abs=0.2)
    corner = scatter([{"id": "x", "title": "", "duration_minutes": 60, "users": 30_000}], CLAUSES, "")
    (point,) = shapes(corner).iter(f"{SVG}circle")
    stairs = [one.get("d", "") for one in shapes(corner).iter(f"{SVG}path") if one.get("fill") == "none"]
    assert len(stairs) == 2 and f"H{point.get('cx')}V{point.get('cy')}" in stairs[0], "class 1 turns at one hour and 30,000"


def test_the_accident_at_hand_is_drawn_once_and_named() -> None:
    drawn = shapes(scatter(POINTS, [], "", marked="b"))
    assert len(list(drawn.iter(f"{SVG}circle"))) == 2 and [one.text for one in drawn.iter(f"{SVG}text")][-1] == "この事故"

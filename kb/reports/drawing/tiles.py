"""Japan as 47 squares, one a prefecture, each beside its neighbours; the darker the more accidents. The layout is our own."""

from __future__ import annotations

from collections.abc import Mapping

from kb.reports.drawing.svg import NARROW, WIDE, Picture, box, hint, joined, linked, text

# A line a row from north to south, a word a square from west to east; ・ is sea.
LAYOUT = """
・ ・ ・ ・ ・ ・ ・ ・ ・ ・ ・ 北海道
・ ・ ・ ・ ・ ・ ・ ・ ・ ・ ・ 青森
・ ・ ・ ・ ・ ・ ・ ・ ・ ・ 秋田 岩手
・ ・ ・ ・ ・ ・ ・ ・ ・ ・ 山形 宮城
・ ・ ・ ・ ・ ・ ・ 石川 富山 新潟 福島 ・
・ ・ ・ ・ ・ ・ ・ 福井 岐阜 長野 群馬 栃木
・ 山口 島根 鳥取 兵庫 京都 滋賀 愛知 静岡 山梨 埼玉 茨城
・ ・ 広島 岡山 ・ 大阪 奈良 三重 ・ 神奈川 東京 千葉
佐賀 福岡 ・ ・ ・ ・ 和歌山 ・ ・ ・ ・ ・
長崎 大分 愛媛 香川 ・ ・ ・ ・ ・ ・ ・ ・
熊本 宮崎 高知 徳島 ・ ・ ・ ・ ・ ・ ・ ・
鹿児島 ・ ・ ・ ・ ・ ・ ・ ・ ・ ・ ・
沖縄 ・ ・ ・ ・ ・ ・ ・ ・ ・ ・ ・
"""
PLACES: Mapping[str, tuple[int, int]] = {
    name: (column, row) for row, names in enumerate(LAYOUT.strip().splitlines()) for column, name in enumerate(names.split()) if name != "・"
}  # fmt: skip
COLUMNS, ROWS = 12, 13
FAINTEST, DARKEST = 0.04, 0.26  # so that the name on it, in the colour of links, keeps its contrast


def tiles(counts: Mapping[str, int], title: str, *, wide: bool = True, addresses: Mapping[str, str] | None = None) -> Picture:
    """`counts` and `addresses` go by the short name of a prefecture (東京); one without accidents is drawn without a link."""
    width = WIDE if wide else NARROW
    side = 50 if wide else width / COLUMNS
    least, most = min((count for count in counts.values() if count), default=0), max(counts.values(), default=0)
    parts = []
    for name, (column, row) in PLACES.items():
        shade = FAINTEST + (DARKEST - FAINTEST) * ((counts.get(name, 0) - least) / (most - least) if most > least else 1) if counts.get(name) else 0
        x, y, count = column * side, row * side, counts.get(name, 0)
        size = (13 if wide else 10) if len(name) < 3 else (12 if wide else 8)
        square = [
            hint(f"{name}: {count}件"), box(x + 1, y + 1, side - 2, side - 2, round(shade, 3), outline=True, round_=3),
            text(x + side / 2, y + side * 0.45, name, anchor="middle", size=size), text(x + side / 2, y + side * 0.85, str(count), anchor="middle", size=12 if wide else 10),
        ]  # fmt: skip
        parts.append(linked(joined(square), (addresses or {}).get(name) if count else None))
    return Picture(COLUMNS * side, ROWS * side, title, joined(parts))

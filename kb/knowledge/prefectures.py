"""The 47 prefectures, and which of them a description of an area names: by name, by region, or all of them (全国)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.japanese.text import nfkc

NAMES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
SHORT = {name: name if name == "北海道" else name[:-1] for name in NAMES}  # in the order of their official numbers, from 1


def _some(names: str) -> frozenset[str]:
    by_short = {short: name for name, short in SHORT.items()}
    return frozenset(by_short[one] for one in names.split())


_TOHOKU, _KANTO = _some("青森 岩手 宮城 秋田 山形 福島"), _some("茨城 栃木 群馬 埼玉 千葉 東京 神奈川")
_KOSHINETSU, _HOKURIKU, _TOKAI = _some("山梨 長野 新潟"), _some("富山 石川 福井"), _some("岐阜 静岡 愛知 三重")
_KINKI, _CHUGOKU, _SHIKOKU = _some("滋賀 京都 大阪 兵庫 奈良 和歌山"), _some("鳥取 島根 岡山 広島 山口"), _some("徳島 香川 愛媛 高知")
_KYUSHU = _some("福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島")
_EAST = _some("北海道") | _TOHOKU | _KANTO | _KOSHINETSU
REGIONS = {
    "関東甲信越": _KANTO | _KOSHINETSU, "甲信越": _KOSHINETSU, "首都圏": _some("東京 神奈川 埼玉 千葉"), "関東": _KANTO, "東北": _TOHOKU, "北陸": _HOKURIKU, "東海": _TOKAI,
    "中部": _TOKAI | _HOKURIKU | _some("山梨 長野 新潟"), "近畿": _KINKI, "関西": _KINKI, "中国地方": _CHUGOKU, "中国": _CHUGOKU, "四国": _SHIKOKU, "九州": _KYUSHU,
    "東日本": _EAST, "西日本": frozenset(NAMES) - _EAST,
}  # fmt: skip
# Cities that are named without their prefecture: those designated by ordinance.
CITIES = {
    "札幌": "北海道", "仙台": "宮城県", "さいたま市": "埼玉県", "横浜": "神奈川県", "川崎市": "神奈川県", "相模原": "神奈川県", "名古屋": "愛知県", "浜松": "静岡県",
    "堺市": "大阪府", "神戸": "兵庫県", "北九州": "福岡県",
}  # fmt: skip

_EVERYWHERE = re.compile(r"全国|(?<![東西])日本(?:国内)?全|国内|日本を含む|日本の利用者を含む|全世界")
_EQUIPMENT = re.compile(r"[^、,。・()]*(?:リージョン|データセンター|データセンタ|収容設備|システムセンター)[^、,。()]*")
_EXCEPT = re.compile(r"[^、,。()]*を除[くき]")
_BRACKETED = re.compile(r"(?:[東西]日本|関東|関西|九州)\d+[都道府県]+\(([^)]*)\)")
_COUNTRIES = re.compile(r"海外|国際|欧州|米国|アジア|台湾|韓国|香港")
_KANJI = "一-龥々"
_WORDS = sorted({**{name: (name,) for name in NAMES}, **{short: (name,) for name, short in SHORT.items()}, **{c: (p,) for c, p in CITIES.items()}, **REGIONS}.items(), key=lambda w: -len(w[0]))
_NAMED = re.compile("|".join(word for word, _ in _WORDS))
_MEANING = {word: frozenset(found) for word, found in _WORDS}


@dataclass(frozen=True)
class Area:
    """`prefectures` named, by full name; `everywhere` where the whole country was touched (then none is named by itself)."""

    prefectures: frozenset[str] = frozenset()
    everywhere: bool = False


def prefectures_in(area: str | None) -> Area:
    """What a description of the area touched names. Where equipment stands (a data centre, a cloud region) is no area touched."""
    if not area:
        return Area()
    text = nfkc(area)
    touched = _EQUIPMENT.sub("", text)
    outside = re.sub(r"\([^)]*\)", "", touched)
    # 大分県(規制は全国からの発信) was not touched everywhere; データセンター(影響は全国) was.
    if _EVERYWHERE.search(outside) or (_EVERYWHERE.search(touched) and not _named(outside)):
        return Area(everywhere=True)
    left_out = {name for clause in _EXCEPT.findall(text) for name in _named(clause)}
    text = _EXCEPT.sub("", _EQUIPMENT.sub("", text))
    text = _BRACKETED.sub(lambda match: f"({match[1]})" if _named(match[1]) else match[0], text)
    return Area(frozenset(_named(text) - left_out))


def _named(text: str) -> set[str]:
    found: set[str] = set()
    end = 0
    for match in _NAMED.finditer(text):
        word = match[0]
        # 北広島市 is not 広島, 河内長野 not 長野; a name right after another one (青森県岩手県) is.
        if match.start() > end and re.match(f"[{_KANJI}]", text[match.start() - 1]) and word not in NAMES and text[match.start() - 1] not in "主県都府道各":
            continue
        if word == "中国" and _COUNTRIES.search(text):
            continue
        found |= _MEANING[word]
        end = match.end()
    return found

"""Which prefectures a description of an area names."""

from __future__ import annotations

import pytest

from kb.knowledge.prefectures import NAMES, REGIONS, prefectures_in

ALL = frozenset(NAMES)


def test_the_country_has_forty_seven() -> None:
    assert len(ALL) == 47 and REGIONS["東日本"] | REGIONS["西日本"] == ALL and not REGIONS["東日本"] & REGIONS["西日本"]
    assert len(REGIONS["西日本"]) == 30 and all(one <= ALL for one in REGIONS.values())


@pytest.mark.parametrize(
    ("area", "names"),
    [
        ("高知県の一部", "高知県"),
        ("東京都", "東京都"),  # and not 京都
        ("京都・東京の一部", "京都府 東京都"),
        ("青森県岩手県の全域", "青森県 岩手県"),
        ("甲信越の一部", "山梨県 長野県 新潟県"),
        ("四国と神戸市", "徳島県 香川県 愛媛県 高知県 兵庫県"),
        ("近畿(奈良・和歌山を除く)", "滋賀県 京都府 大阪府 兵庫県"),
        ("西日本3県(広島・山口・島根)", "広島県 山口県 島根県"),
        ("北広島市と河内長野市", ""),
        ("千葉県のデータセンター", ""),
        ("香川県(規制は全国で実施)", "香川県"),
        ("中国と韓国を結ぶ回線", ""),
        ("中国・四国", "鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県"),
        ("1都3県", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_names_of_an_area(area: str, names: str) -> None:
    found = prefectures_in(area)
    assert found.prefectures == frozenset(names.split()) and not found.everywhere


@pytest.mark.parametrize("area", ["全国", "国内の一部利用者", "全世界(日本を含む)", "大阪のデータセンター(影響は全国)", "全国(主に関東)"])
def test_the_whole_country(area: str) -> None:
    assert prefectures_in(area).everywhere and not prefectures_in(area).prefectures


def test_nothing_stated_is_nowhere() -> None:
    assert prefectures_in(None) == prefectures_in("")

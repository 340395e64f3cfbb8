"""Carriers by every name people use, and the annual figures that stand beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalogue.incidents import load_catalogue
from kb.errors import CatalogueError
from kb.knowledge.carriers import Carriers, load_carriers

DATA = Path(__file__).parents[2] / "db"


@pytest.fixture(scope="module")
def carriers() -> Carriers:
    return load_carriers(DATA / "carriers.yml")


def test_every_carrier_of_the_catalogue_is_known(carriers):
    names = {name for entry in load_catalogue(DATA / "catalogue") for name in entry.incident.carriers}
    assert [name for name in sorted(names) if name not in carriers.resolve(name)] == []


@pytest.mark.parametrize(
    ("typed", "meant", "not_meant"),
    [
        ("LINE", {"LINE株式会社", "NHN Japan株式会社", "LINEヤフー株式会社"}, {"ヤフー株式会社"}),
        ("LINEヤフー", {"LINE株式会社", "ヤフー株式会社", "NHN Japan株式会社"}, set()),
        ("NTT西日本", {"西日本電信電話株式会社", "NTT西日本株式会社"}, {"東日本電信電話株式会社"}),
        ("au", {"KDDI株式会社", "沖縄セルラー電話株式会社"}, {"UQコミュニケーションズ株式会社"}),
        ("KDDIグループ", {"KDDI株式会社", "沖縄セルラー電話株式会社", "UQコミュニケーションズ株式会社"}, set()),
        ("ソフトバンク", {"ソフトバンク株式会社", "ソフトバンクモバイル株式会社", "ボーダフォン株式会社"}, {"LINE株式会社"}),
        ("softbank", {"ソフトバンクテレコム株式会社", "イー・アクセス株式会社", "株式会社ウィルコム"}, {"KDDI株式会社"}),
        ("ｄｏｃｏｍｏ", {"株式会社NTTドコモ", "株式会社NTTドコモ九州", "NTTレゾナント株式会社"}, {"NTT西日本株式会社"}),
        ("NTT", {"株式会社NTTドコモ", "東日本電信電話株式会社", "NTTコミュニケーションズ株式会社"}, {"KDDI株式会社"}),
        ("NTTコミュニケーションズ株式会社", {"エヌ・ティ・ティ・コミュニケーションズ株式会社"}, {"株式会社NTTドコモ"}),
        ("ウィルコム", {"株式会社ウィルコム"}, {"ソフトバンク株式会社"}),
        ("ｳｨﾙｺﾑ", {"株式会社ウィルコム"}, {"ソフトバンク株式会社"}),
        ("Chatwork (株)", {"Chatwork株式会社", "株式会社kubell"}, set()),
        ("so-net", {"ソネット株式会社", "ソニーネットワークコミュニケーションズ株式会社"}, set()),
        ("オプテージ", {"株式会社ケイ・オプティコム"}, set()),
        ("スカパーJSAT", {"JSAT株式会社"}, set()),
    ],
)  # fmt: skip
def test_names_mean_companies(carriers, typed, meant, not_meant):
    resolved = set(carriers.resolve(typed))
    assert meant <= resolved
    assert not resolved & not_meant


@pytest.mark.parametrize("typed", ["", " ", "株式会社", "・", "架空通信", "ドコ", "N" * 10_000, "\0"])
def test_unknown_names_mean_nobody(carriers, typed):
    assert carriers.resolve(typed) == ()


def test_groups_and_companies_of_formal_names(carriers):
    assert carriers.group_of("西日本電信電話株式会社") == carriers.group_of("株式会社NTTドコモ九州") == "NTTグループ"
    assert carriers.group_of("さくらインターネット株式会社") is None
    assert carriers.group_of("架空通信株式会社") is None
    assert carriers.carrier_of("ボーダフォン株式会社").name == "ソフトバンク株式会社"
    assert carriers.carrier_of("架空通信株式会社") is None


def test_no_resolved_name_stands_twice(carriers):
    for carrier in carriers.carriers:
        for name in (*carrier.own_names, *carrier.everyday_names):
            resolved = carriers.resolve(name)
            assert carrier.name in resolved
            assert len(resolved) == len(set(resolved))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("carriers: [{slug: a, name: 甲}, {slug: a, name: 乙}]", "the slug a stands 2 times"),
        ("carriers: [{slug: a, name: 甲株式会社}, {slug: b, name: 甲}]", "belongs to a too"),
        ("carriers: [{slug: a, name: 甲, successor: bb}, {slug: bbb, name: 乙}]", "did you mean bbb?"),
        ("carriers: [{slug: a, name: 甲, successor: b}, {slug: b, name: 乙, successor: a}]", "lead back"),
        ("carriers: [{slug: a, name: 甲, group: g}]", "the group g is not in the file"),
        ("carriers: [{slug: A b, name: 甲}]", "is no slug"),
        ("carriers: [{slug: a}]", "carriers[0].name: missing"),
        ("carriers: [{slug: a, name: 甲, sucessor: b}]", "did you mean successor?"),
        ("carriers: [{slug: a, name: 甲, since: 2024-13}]", "carriers[0].since: '2024-13'"),
        ("groups: []", "carriers: missing"),
    ],
)  # fmt: skip
def test_contradictions_are_named(tmp_path, text, expected):
    path = tmp_path / "carriers.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_carriers(path)
    assert str(path) in str(caught.value)
    assert expected in str(caught.value)

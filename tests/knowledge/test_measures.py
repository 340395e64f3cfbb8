"""What a measure is for and whose it is, as its tags and words tell; invented sentences."""

from __future__ import annotations

import pytest

from kb.catalogue.place import data_directory
from kb.knowledge.measure_kinds import AMBIGUOUS, NOT_PREVENTION, NOTICE, measure_kind
from kb.knowledge.measure_owners import OUTSIDER, authority_of, company_of
from kb.knowledge.taxonomy import load_taxonomy
from kb.model import MEASURE_KINDS

NAMES = {"1": ["架空電話株式会社", "架空電話"], "2": ["架空モバイル株式会社", "架空モバイル", "カモバ"]}


@pytest.mark.parametrize(
    ("text", "tags", "kind"),
    [
        ("切替え試験を四半期ごとに行う", ["measure/rehearsal"], "prevention"),
        ("止まった装置を再起動し、容量を倍にした", ["measure/restart-reset", "measure/capacity-increase"], "prevention"),
        ("公衆電話を臨時に置いた", ["measure/alternative-means"], "recovery"),
        ("壊れた基板を良品に交換した", ["measure/hardware-replacement"], "recovery"),
        ("同型の基板を全局で交換する", ["measure/hardware-replacement"], "prevention"),
        ("控えから利用者のデータを復元した", ["measure/backup-restore"], "recovery"),
        ("控えを別の建物に毎日取得する", ["measure/backup-restore"], "prevention"),
        ("基本料を日割りで返す", ["measure/refund"], "compensation"),
        ("総点検の結果を総務省へ報告する", ["measure/equipment-inspection", "measure/report-to-authority"], "report"),
        ("予備機を点検し、結果を総務省へ報告する", ["measure/equipment-inspection", "measure/report-to-authority"], "prevention"),
        ("告知の手段を増やす", ["measure/user-notification"], "report"),
        ("料金を減額した", [], "compensation"),
        ("経過を総務省に報告した。", [], "report"),
        ("切れた線を修理した", [], "recovery"),
        ("手順書を改める", [], "prevention"),
        ("検討中である", [], None),
    ],
)
def test_kind_comes_from_tags_and_words(text: str, tags: list[str], kind: str | None) -> None:
    assert measure_kind(text, tags) == kind


def test_the_tags_that_do_not_prevent_are_tags() -> None:
    known = {tag.key for tag in load_taxonomy(data_directory() / "taxonomy.yml").on_axis("measure")}
    assert known >= NOT_PREVENTION.keys() | AMBIGUOUS | NOTICE
    assert set(NOT_PREVENTION.values()) <= set(MEASURE_KINDS)


@pytest.mark.parametrize(
    ("text", "before", "owner"),
    [
        ("総務省が、停電時の備えを各社に呼びかける", None, "総務省"),
        ("総務省の指導: 連絡体制を明確にする", None, "総務省"),
        ("監視体制を築く(総務省の要請事項)", None, "総務省"),
        ("復旧の手順を明確にする(同)", "総務省", "総務省"),
        ("復旧の手順を明確にする(同)", None, None),
        ("海底ケーブルの輪を完成させる(東京都の整備計画)", None, "東京都"),
        ("影響を受けた銀行側では、予備回線へ切り替えた", None, OUTSIDER),
        ("総務省へ結果を報告する", None, None),
        ("手順書を改める(3月末)", "総務省", None),
    ],
)
def test_authorities_are_told_by_their_words(text: str, before: str | None, owner: str | None) -> None:
    assert authority_of(text, before) == owner


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("架空電話: 収容を分ける", "1"),
        ("架空モバイルは、基地局の電池を大きくする", "2"),
        ("前年の台風を教訓に、架空電話は電源車を増やす", "1"),
        ("大ゾーン基地局を置く(カモバ、6日16時から)", "2"),
        ("移動基地局を出す(架空電話は12日に全域で復旧)", None),
        ("架空電話と架空モバイルが連絡体制を作る", None),
        ("収容を分ける", None),
    ],
)
def test_companies_are_told_by_their_names(text: str, company: str | None) -> None:
    assert company_of(text, NAMES) == company

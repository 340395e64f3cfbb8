"""What of a record counts as a sentence that can bear out a tag."""

from __future__ import annotations

import pytest

from kb.model import Incident, Measure, Statement
from kb.tagging.passages import is_heading, passages


@pytest.mark.parametrize(
    "line",
    ["【返金】", "■ 設備の増強", "4.2 返金について", "(3) ハードウェア故障の有無", "◆お詫び", "５ 監視強化の状況", "〈再発防止策〉", "# 対応", "切替失敗の経緯", "■原因:"],
)
def test_a_heading_is_no_sentence(line):
    assert is_heading(line)
    told = Incident("題", (), None, statements=(Statement("cause", f"{line}\n装置が故障した。"),))
    assert [passage.text for passage in passages(told) if passage.field == "cause"] == ["装置が故障した。"]


@pytest.mark.parametrize(
    "line",
    [
        "監視の強化", "(1) 監視の強化", "1 手順書の見直し", "・予備系の増設", "装置が故障した。", "【恒久】修正版の適用", "■ 原因: 装置の故障", "手順の見直しと訓練", "影響範囲の拡大",
        "2 系統の伝送路が同時に切断", "100ギガビット毎秒への増速",
    ],
)  # fmt: skip
def test_a_nominal_measure_is_none(line):
    assert not is_heading(line)
    told = Incident("題", (), None, measures=(Measure(line),))
    assert line in [passage.text for passage in passages(told)]


def test_a_title_is_no_heading():
    assert [passage.text for passage in passages(Incident("【障害】停電の概要", (), None))] == ["【障害】停電の概要"]

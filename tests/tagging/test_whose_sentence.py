"""Whose sentence it is, and whether it says that it happened: each tag earned by one sentence and not by its neighbour."""

from __future__ import annotations

import pytest

from kb.catalogue.place import data_directory
from kb.knowledge.taxonomy import load_taxonomy
from kb.model import Incident, Measure, Statement
from kb.tagging.tagger import Tagger, assign, load_tagger


@pytest.fixture(scope="module")
def rules() -> Tagger:
    return load_tagger(data_directory() / "tagging.yml", load_taxonomy(data_directory() / "taxonomy.yml"), ())


def tags(rules: Tagger, sentence: str, axis: str, started_at: str | None = None) -> set[str]:
    told = Incident(
        "架空通信の事故", (), None, started_at=started_at,
        statements=() if axis == "measure" else (Statement("prolonging" if axis == "prolonging" else "cause", sentence),),
        measures=(Measure(sentence),) if axis == "measure" else (),
    )  # fmt: skip
    return {tag.tag for tag in assign(told, rules)}


# (tag, a sentence that earns it, sentences that do not)
FAULTS = [
    ("trigger/hardware-fault", "伝送装置の電源部が故障し、装置故障の警報が発報された。", [
        "装置故障の警報が出ず、監視者は異常に気付かなかった。",
        "ハードウェア故障を示すアラームは上がっておらず、設定の誤りと判明した。",
        "基板故障のログが残っていなかったことから、ソフトウェアの問題と考えた。",
        "当初は装置故障と判断し、予備機の手配を進めた。",
        "装置故障との切り分けに時間を要した。",
        "機器故障か設定の誤りかの切り分けに二時間を要した。",
        "毎年、サーバ故障を想定した訓練を実施している。",
        "装置故障を疑い、基板の状態を調べた。",
        "ルータの故障は認められなかった。",
        "装置の故障に備え、予備品を配備している。",
        "装置の故障を知らせるアラームも上がっていません。",
        "機器の故障は発生しておりません。",
        "2019年の事故では装置が故障したが、今回は設定の誤りが原因である。",
        "前回の障害では電源部の故障が発端だったものの、本件の発端は誤った経路である。",
    ]),
    ("trigger/software-update", "交換機のソフトウェアを更新した直後に、呼処理が停止した。", [
        "監視装置の不具合は、修正版に更新した。",
        "翌日未明に修正パッチを適用しました。",
        "対策版のプログラムの配信を開始した。",
        "改修版へのバージョンアップを完了し、以後は安定している。",
        "ソフトウェアを更新して復旧した。",
        "修正版を適用し復旧",
        "ソフトウェアの更新によるものではない。",
    ]),
    ("trigger/software-update", "修正プログラムを適用した際に、処理が停止した。", ["修正プログラムを適用し、04時10分に復旧した。"]),
    ("trigger/configuration-change", "ルータの設定変更を行ったところ、経路が失われた。", [
        "ルータの設定を変更し、通信は回復した。",
        "フィルタの設定を変更することで、輻輳が解消した。",
    ]),
    ("trigger/switch-back", "旧設備へ切り戻した際に、位置登録の要求が集中した。", [
        "旧版に切り戻して復旧した。",
        "切り戻しにより、通話は回復した。",
    ]),
    ("trigger/equipment-replacement", "認証サーバの更改作業を実施した際に、応答が止まった。", ["部品を交換して復旧した。"]),
    ("trigger/cyber-attack", "外部からのDDoS攻撃を受け、応答が遅延した。", ["不正アクセスの痕跡：なし", "サイバー攻撃の形跡はありませんでした。"]),
    ("trigger/power-failure", "受電設備の点検中に停電が発生した。", ["停電の有無: なし", "停電を模擬した試験は前年に終えていた。"]),
    ("mechanism/failover-failure", "現用系の停止後、予備系への切替えが失敗した。", [
        "切替失敗を示す警報は出ていなかった。",
        "2018年の障害では予備系への切替えが失敗したが、今回の切替えは正常に完了した。",
    ]),
    ("mechanism/silent-failure", "装置故障の警報が出ず、監視者は異常に気付かなかった。", ["警報の鳴動後、監視者が直ちに対応した。"]),
    ("mechanism/signalling-congestion", "位置登録の信号が急増し、加入者管理の装置が輻輳した。", [
        "位置登録信号の輻輳は発生していない。",
        "位置登録の輻輳を想定した訓練を毎年行っている。",
    ]),
]  # fmt: skip
MEASURES = [
    ("measure/refund", "約款に基づき、対象のお客さまに料金を返還する。", [
        "料金の返還は、約款の定める時間に達しないため、実施しない。",
        "返還は約款の基準に達しないことから実施しない。",
        "利用料の返金については、予定しておりません。",
        "今回の事象は補償の対象外とした。",
        "損害賠償: なし",
        "約款で返還の対象としている「二十四時間以上」に当たらないことから、料金の返還はいたしません。",
        "補償の有無：協議中",
    ]),
    ("measure/capacity-increase", "加入者管理設備の処理能力を増強する。", [
        "検証環境の規模を拡大する。",
        "商用と同じ信号量を出せるよう、試験設備を増強する。",
        "当面、設備の増設は行わず、運用の見直しで対応する。",
        "2019年の事故後に設備を増強していたが、切り戻しの信号量を見込んでいなかった。",
        "点検の対象を全国の局舎に拡大する。",
        "監視要員を増やす。",
        "周知先の範囲を広げ、掲載の頻度を上げる。",
    ]),
    ("measure/failover-improvement", "予備系への切替手順を見直し、自動化する。", [
        "2019年の事故後に切替手段を整備していたが、今回は適用の対象ではなかった。",
        "前回の事故を受けて導入した切替機能の改善は効かなかった。",
    ]),
    ("measure/rate-limit", "位置登録の信号量に上限を設ける。", [
        "令和元年の事故の再発防止策として流量制限を導入していたが、対象外の装置であった。",
        "昨年の障害の反省から要求数の制限を設けていたものの、値が大きすぎた。",
    ]),
    ("measure/equipment-inspection", "全国の同型の装置を点検する。", [
        "全サービスの復旧を確認した。",
        "全ての基地局の正常な動作を確認しました。",
        "12時40分、全国で通信の回復を確認",
    ]),
    ("measure/monitoring", "信号量の監視を強化する。", [
        "総務省から監視の強化を求められた。",
        "既に監視の強化を実施していたが、閾値が高すぎた。",
    ]),
    ("measure/individual-contact", "対象のお客さまに個別に郵送でお知らせする。", [
        "お客さまには多大なるご迷惑をおかけし、深くお詫び申し上げます。",
        "このたびの障害を、心よりお詫びいたします。",
    ]),
    ("measure/quality-management", "品質管理の部門を新設する。", ["今後とも品質の向上に努めてまいります。"]),
    ("measure/procedure-revision", "切り戻しの手順書を見直す。", ["手順書の改訂は不要と判断した。"]),
    ("measure/bug-fix", "ソフトウェアの不具合を修正する。", ["【不具合の修正】"]),
    ("measure/redundancy", "認証装置を冗長化する。", ["■ 冗長化について", "冗長化は見送る。"]),
]  # fmt: skip
CASES = [(tag, said, unsaid) for tag, said, others in (*FAULTS, *MEASURES) for unsaid in others]


@pytest.mark.parametrize(("tag", "said"), sorted({(tag, said) for tag, said, _ in CASES}))
def test_what_happened_earns_its_tag(rules, tag, said):
    assert tag in tags(rules, said, tag.partition("/")[0])


@pytest.mark.parametrize(("tag", "unsaid"), [(tag, unsaid) for tag, _, unsaid in CASES])
def test_what_did_not_happen_here_earns_none(rules, tag, unsaid):
    assert tag not in tags(rules, unsaid, tag.partition("/")[0])


def test_what_this_accident_adds_to_an_earlier_promise_stands(rules):
    found = tags(rules, "2019年の事故後に手順書を改訂していたが、今回は信号量に上限を設ける。", "measure")
    assert "measure/rate-limit" in found and "measure/procedure-revision" not in found


def test_the_year_of_the_accident_itself_is_no_earlier_accident(rules):
    sentence = "2024年3月の事故後に信号量に上限を設けており、今回の値を恒久の値とする。"
    assert "measure/rate-limit" in tags(rules, sentence, "measure", "2024-03-05")
    assert "measure/rate-limit" not in tags(rules, sentence, "measure", "2025-06-01")


def test_a_trigger_beside_its_repair_stands(rules):
    assert "trigger/software-update" in tags(rules, "新版に更新した直後に停止し、旧版に戻して復旧した。", "trigger")
    assert "trigger/switch-back" not in tags(rules, "新版に更新した直後に停止し、旧版に戻して復旧した。", "trigger")

from __future__ import annotations

from kb.knowledge.editions import Change, changes
from kb.knowledge.likeness import likeness
from kb.knowledge.retold import fuller, same_impacts, same_measures, same_statements
from kb.model import Impact, Incident, Measure, Statement


def measures(*texts: str) -> list[Measure]:
    return [Measure(text) for text in texts]


def test_the_same_measures_in_other_words_are_paired_and_others_are_not():
    held = measures(
        "障害の検知を早めるため、監視装置に予備系の状態を示す警報を加える。", "保守作業の手順書に切り戻しの判断基準を書き加える。",
        "予備経路を別の橋へ移す。", "同種の金具をすべて点検する。",
    )  # fmt: skip
    told = measures(
        "予備の経路を別の橋に移設(令和6年3月予定)", "手順書への切り戻し判断基準の追記【R5.4 実施済】", "予備系の状態を示す警報を監視装置に追加",
        "同種金具の全数点検", "海上の橋では点検の周期を2年に短縮",
    )  # fmt: skip
    assert [(i, j) for i, j, _ in same_measures(held, told)] == [(0, 2), (1, 1), (2, 0), (3, 3)]


def test_measures_on_different_devices_or_of_different_owners_stay_apart():
    assert not same_measures(measures("HLRの処理能力を増やす"), measures("SBCの処理能力を増やす"))
    assert not same_measures(measures("東側の3号機を交換する"), measures("東側の5号機を交換する"))
    assert not same_measures([Measure("監視を強化する", carrier="架空A株式会社")], [Measure("監視を強化する", carrier="架空B株式会社")])
    assert same_measures([Measure("監視を強化する", carrier="架空A株式会社")], measures("監視の強化"))


def test_remarks_do_not_make_measures_alike():
    assert likeness("監視体制を整える(総務省の要請事項)", "利用者へ周知する方策を講じる(総務省の要請事項)") < 0.3


def test_the_fuller_state_wins():
    planned, done, silent = Measure("甲", "2024-03", "planned", "3月予定"), Measure("甲", "2024-02", "done", "2月済"), Measure("甲")
    assert fuller(silent, planned, False) == planned
    assert fuller(planned, done, False) == done
    assert fuller(done, planned, False) is None and fuller(done, silent, True) is None
    assert fuller(Measure("甲", "2024-03", "done"), Measure("甲", "2024-03-08", "done", "3月8日"), False).completed_on == "2024-03-08"
    assert fuller(planned, Measure("甲", "2024-05", "planned"), False) is None
    assert fuller(planned, Measure("甲", "2024-05", "planned"), True).completed_on == "2024-05"


def test_impacts_are_the_same_by_service_and_figures():
    held = [Impact("音声通話", duration_minutes=100, users=324_000, users_qualifier="approx"), Impact("メッセージ", duration_minutes=100, users=324_000)]
    told = [Impact("メッセージサービス", duration_minutes=90, users=324_000, printed={"duration": "約1.5時間"}), Impact("音声通話サービス", duration_minutes=90)]
    assert [(i, j) for i, j, _ in same_impacts(held, told)] == [(0, 1), (1, 0)]
    whole = [Impact("音声通話及びメッセージサービス", duration_minutes=100, users=324_000)]
    assert [(i, j) for i, j, _ in same_impacts(held, whole)] == [(0, 0), (1, 0)]


def test_phases_of_one_service_stay_apart():
    held = [Impact("電子メール", label="①", duration_minutes=503, users=36_000), Impact("電子メール", label="②", duration_minutes=28_000, users=1_000)]
    assert [(i, j) for i, j, _ in same_impacts(held, list(reversed(held)))] == [(0, 1), (1, 0)]
    assert same_impacts(held[:1], [Impact("電子メール", label="②", duration_minutes=28_000, users=1_000)]) == []


def test_statements_are_the_same_within_their_kind_only():
    text = "支持金具が塩害で腐食し、ケーブルが垂れ下がって車両に切断された。"
    assert same_statements([Statement("cause", text)], [Statement("prolonging", text)]) == []
    assert same_statements([Statement("cause", text)], [Statement("cause", text.replace("。", ""))])


def test_changes_between_two_editions():
    first = Incident(
        "", (), None, started_at="2023-10-14T21:40+09:00", area="甲市",
        impacts=(Impact("光電話", users=12_400, users_qualifier="approx", unit="lines", printed={"users": "約1万2,400回線"}),),
        statements=(Statement("cause", "金具の腐食でケーブルが垂れ、車両に切断された。"),),
        measures=(Measure("同種の金具を全数点検する", "2023-10", "planned"), Measure("お詫びの文書を送る")),
    )  # fmt: skip
    final = Incident(
        "", (), None, started_at="2023-10-14T21:38+09:00",
        impacts=(Impact("光電話", users=12_900, users_qualifier="approx", unit="lines", printed={"users": "約1万2,900回線"}),),
        statements=(Statement("cause", "金具の腐食でケーブルが垂れ、車両に切断された。"), Statement("cause", "点検の周期が長かった。")),
        measures=(Measure("同種の金具の全数点検", "2023-10-27", "done", "10月27日完了"),),
    )  # fmt: skip
    assert changes(first, final) == [
        Change("started_at", "2023-10-14T21:40+09:00", "2023-10-14T21:38+09:00"),
        Change("users", "約1万2,400回線", "約1万2,900回線"),
        Change("cause", None, "点検の周期が長かった。"),
        Change("measure_status", "同種の金具を全数点検する [planned 2023-10]", "同種の金具の全数点検 [10月27日完了]"),
        Change("measure", "お詫びの文書を送る", None),
    ]
    assert changes(final, final) == []
    assert not [change for change in changes(first, final, dropped=False) if change.after is None]

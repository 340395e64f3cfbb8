"""Tagging documents that come in later: what is proposed, on what evidence, and what a sentence rules out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.knowledge.taxonomy import AXES, load_taxonomy
from kb.model import Impact, Incident, Measure, Statement
from kb.tagging.passages import passages
from kb.tagging.tagger import Tagger, assign, load_tagger, propose

RULES = data_directory() / "tagging.yml"


@pytest.fixture(scope="module")
def rules_only() -> Tagger:
    return load_tagger(RULES, load_taxonomy(data_directory() / "taxonomy.yml"), ())


@pytest.fixture(scope="module")
def catalogue() -> list[Incident]:
    return [entry.incident for entry in load_catalogue(data_directory() / "catalogue")]


@pytest.fixture(scope="module")
def taught(catalogue) -> Tagger:
    return load_tagger(RULES, load_taxonomy(data_directory() / "taxonomy.yml"), catalogue)


def incident(cause: str = "", prolonging: str = "", measures: tuple[str, ...] = (), service: str = "音声通話") -> Incident:
    told = [Statement(kind, text) for kind, text in (("cause", cause), ("prolonging", prolonging)) if text]
    return Incident(
        title="架空通信の事故", carriers=("架空通信株式会社",), fiscal_year=2030, impacts=(Impact(service=service),),
        statements=tuple(told), measures=tuple(Measure(text) for text in measures),
    )  # fmt: skip


def proposed(of: Incident, tagger: Tagger) -> set[str]:
    return {proposal.tag for proposal in propose(of, tagger)}


# Sentences that earn a tag, and the same matter ruled out, nearly happened, imagined or merely planned.
PAIRS = [
    ("mechanism/failover-failure", "主装置の異常時に副装置への自動切替が作動しなかった。", "予備装置への切替えは正常に行われた。"),
    ("mechanism/failover-failure", "予備系への切替えができず、通信が止まった。", "予備系への切替えができず長引くところだった。"),
    ("trigger/cyber-attack", "外部からのサイバー攻撃を受けた。", "サイバー攻撃ではない。"),
    ("trigger/cyber-attack", "DDoS攻撃により応答できなくなった。", "DDoS攻撃によるものではなく、部品の故障であった。"),
    ("trigger/cyber-attack", "不正アクセスを受けた。", "不正アクセスの痕跡は確認されていない。"),
    ("trigger/cyber-attack", "サイバー攻撃が原因である。", "サイバー攻撃、設定変更のいずれによるものでもない。"),
    ("trigger/configuration-change", "ルータの設定変更を行った際に通信が止まった。", "ルータの設定変更によるものではない。"),
    ("trigger/configuration-change", "経路の設定変更を行った際に通信が止まった。", "経路の設定変更を検討していた。"),
    ("trigger/hardware-fault", "制御装置の部品が故障した。", "制御装置の部品が故障した場合は別の装置が引き継ぐ。"),
    ("trigger/power-failure", "商用電源が停電した。", "商用電源が停電するところだった。"),
    ("mechanism/network-loop", "スイッチ間でループが発生した。", "スイッチ間のループは発生していない。"),
    ("mechanism/data-loss", "受信したメールが消失した。", "受信したメールの消失は確認されていない。"),
    ("mechanism/thundering-herd", "端末が一斉に再接続した。", "再発防止策として、端末が一斉に再接続しない仕組みを入れる。"),
]


@pytest.mark.parametrize(("tag", "said", "unsaid"), PAIRS)
def test_what_a_sentence_rules_out_earns_no_tag(rules_only, tag, said, unsaid):
    assert tag in proposed(incident(said), rules_only)
    assert tag not in proposed(incident(unsaid), rules_only)


def test_only_the_failure_follows_a_designed_switchover(rules_only):
    designed = "装置が故障した場合は自動的に予備系に切り替わる設計だった"
    assert not {"mechanism/failover-failure", "trigger/hardware-fault"} & proposed(incident(f"{designed}。"), rules_only)
    failed = incident(f"{designed}が、切り替わらなかった。")
    assert "mechanism/failover-failure" in proposed(failed, rules_only)
    assert "trigger/hardware-fault" not in proposed(failed, rules_only)


def test_a_cause_named_beside_a_ruled_out_one_stands(rules_only):
    found = proposed(incident("サイバー攻撃ではなく、サーバ証明書の有効期限が切れていた。"), rules_only)
    assert "trigger/expiry" in found and "trigger/cyber-attack" not in found


def test_a_measure_is_no_cause_and_a_cause_no_measure(rules_only):
    wording = "再試行に無作為な待ち時間を入れ、一斉に再接続しないようにする。"
    cause = "通話が途絶えた。"
    promised = proposed(incident(cause, measures=(wording,)), rules_only)
    assert promised - proposed(incident(cause), rules_only) == {tag for tag in promised if tag.startswith("measure/")}
    assert "measure/jitter" in promised
    assert "measure/jitter" not in proposed(incident(cause=wording), rules_only)


def test_an_unaffected_service_is_no_service_of_the_incident(rules_only):
    found = proposed(incident("交換機が故障した。", service="固定電話"), rules_only)
    assert "service/fixed-phone" in found
    unaffected = Incident("交換機の故障", ("架空通信株式会社",), 2030, statements=(Statement("cause", "SMSへの影響はなかった。"),))
    assert "service/sms" not in proposed(unaffected, rules_only)


@pytest.mark.parametrize("width", ["ﾙｰﾀの設定変更を行った際に停止した。", "ルータの設定変更を行った際に停止した。"])
def test_width_makes_no_difference_and_evidence_keeps_it(rules_only, width):
    (found,) = [p for p in propose(incident(width), rules_only) if p.tag == "trigger/configuration-change"]
    assert found.evidence == width and found.method == "rule" and "設定変更" in found.why


def test_nothing_said_of_the_cause_is_said_so(rules_only):
    assert {"trigger/unknown", "mechanism/not-stated"} <= proposed(incident(), rules_only)


def test_evidence_is_a_sentence_of_the_incident(taught, catalogue):
    for one in catalogue[::8]:
        own = {passage.text for passage in passages(one)}
        for proposal in propose(one, taught):
            assert proposal.evidence in own, (one.id, proposal)
            assert 0 <= proposal.confidence <= 1 and proposal.method in ("rule", "model") and proposal.why


def test_proposals_come_axis_by_axis_and_likeliest_first(taught):
    found = propose(incident("停電で交換機が止まり、予備系へ切り替わらなかった。", measures=("蓄電池を増やす",)), taught)
    places = [(AXES.index(proposal.tag.partition("/")[0]), -proposal.confidence) for proposal in found]
    assert len(found) > 3 and places == sorted(places)


def test_likely_proposals_become_tags(taught):
    one = incident("サーバ証明書の有効期限が切れ、利用者の認証ができなくなった。")
    tags = assign(one, taught)
    assert {"trigger/expiry", "mechanism/authentication-failure"} <= {tag.tag for tag in tags}
    assert all(tag.confidence >= taught.threshold(tag.tag.partition("/")[0]) for tag in tags)


def test_likeness_alone_proposes_too(taught, catalogue):
    methods = {proposal.method for one in catalogue[:12] for proposal in propose(one, taught)}
    assert methods == {"rule", "model"}


def test_learning_twice_gives_the_same(taught, catalogue):
    first, again = (load_tagger(RULES, taught.taxonomy, catalogue[:60]) for _ in range(2))
    for one in catalogue[::20]:
        assert propose(one, again) == propose(one, first)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), measure=st.text(max_size=80))
def test_any_text_is_safe(text, measure):
    tagger = _rules()
    one = incident(cause=text, measures=(measure,))
    own = {passage.text for passage in passages(one)}
    assert all(proposal.evidence in own for proposal in propose(one, tagger))


_loaded: list[Tagger] = []


def _rules() -> Tagger:
    if not _loaded:
        _loaded.append(load_tagger(RULES, load_taxonomy(data_directory() / "taxonomy.yml"), ()))
    return _loaded[0]

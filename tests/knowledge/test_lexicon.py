"""The lexicon file is sound, and its concepts are found in queries however they are written."""

from __future__ import annotations

import time
from functools import partial

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.catalogue.place import data_directory
from kb.errors import NotFoundError
from kb.japanese.folding import fold, fold_form
from kb.knowledge.concept import FORM_KINDS
from kb.knowledge.lexicon import Lexicon, load_lexicon
from kb.search.profile import PLACES
from kb.search.query import AMBIGUOUS_NAMES

LEXICON_FILE = data_directory() / "lexicon.yml"
LEXICON = load_lexicon(LEXICON_FILE)
ROWS = [(concept.id, form.text, form.kind) for concept in LEXICON.concepts for form in concept.forms]

PRODUCTS = (
    "spモード iモード FOMA mova フレッツ光 ひかり電話 おとくライン メタルプラス電話 "
    "Azure AD|Microsoft Azure|Amazon EC2|DynamoDB "
    "Microsoft Teams|Microsoft 365|Salesforce Cloudflare クラウドフレア CrowdStrike "
    "クラウドストライク Falcon Aurora Kinesis Skype "
    "Hotmail Gmail YouTube Facebook Instagram WhatsApp Fastly Akamai Prolexic Chatwork "
    "チャットワーク ahamo povo LINEMO mineo "
    "WORLD WING|UQ WiMAX|So-net BIGLOBE Zenlogic お名前.com ConoHa VALUE-DOMAIN "
    "Yahoo!メール gooメール Yahoo!ケータイ Xi au ID|au "
    "auかんたん決済 d払い 楽天ペイ arrowhead JCSAT-1B αGX Rakuten Link|iPhone iPad "
    "Windows Windows Update|EMOBILE "
    "イー・モバイル @nifty OCN BBフォン S!メール エックスサーバー メルカリ "
    "Slack Zoom LINE Twitter X ChatGPT プレイステーション グーグル"
)
OWN_TRADE = {"catv", "ip-phone", "wifi"}  # a carrier's own name may say its trade: 飯能ケーブルテレビ
GENERAL = "障害 停止 設備 システム サーバ サーバー ネットワーク 通信 機器 装置 サービス 対策 原因 failure".split()

QUERIES = [
    ("ふくそうで電話が使えない", {"congestion", "cannot-call"}),
    ("回線が混み合っている", {"congestion"}),
    ("signaling overload in the core", {"signalling-congestion"}),
    ("ＨＬＲの切り戻し", {"subscriber-database", "switch-back"}),
    ("hss outage", {"subscriber-database"}),
    ("加入者ＤＢが壊れた", {"subscriber-database"}),
    ("位置登録サーバ", {"subscriber-database"}),
    ("位置登録ができなくなった", {"location-registration-failure"}),
    ("thundering herd after reconnect", {"thundering-herd"}),
    ("端末が一斉に再接続", {"thundering-herd"}),
    ("リトライの嵐", {"retry-storm"}),
    ("フェイルオーバ 失敗", {"failover-failure"}),
    ("ﾌｪｰﾙｵｰﾊﾞｰしない", {"failover-failure"}),
    ("fail-over failed", {"failover-failure"}),
    ("standby did not take over", {"failover-failure"}),
    ("予備に切り替わらず長引いた", {"failover-failure"}),
    ("系切替の試験", {"failover"}),
    ("二台とも止まった", {"both-systems-down"}),
    ("片系だけ壊れた", {"single-system-failure"}),
    ("SPOF をなくす", {"single-point-of-failure"}),
    ("予備系への切換に失敗", {"redundancy"}),
    ("入替と割当の作業で切替えが失敗した", {"equipment-replacement", "failover-failure"}),
    ("切戻しで混雑", {"switch-back", "congestion"}),
    ("could not roll back the change", {"rollback-failure"}),
    ("自動的に設定が戻る仕組み", {"automatic-rollback"}),
    ("経路リーク", {"route-leak"}),
    ("BGP Route Leaks", {"route-leak", "bgp"}),
    ("経路フィルターとmax prefix", {"route-filter", "prefix-limit"}),
    ("Broadcast-Storms", {"broadcast-storm"}),
    ("L2ループによる過負荷", {"network-loop", "overload"}),
    ("名前解決できない", {"name-resolution-failure"}),
    ("DNSが引けない サイトが開けない", {"dns", "web-not-opening"}),
    ("IPが振られない", {"ip-address-not-assigned"}),
    ("証明書 期限切れ", {"certificate-expiry"}),
    ("expired certificates", {"certificate-expiry"}),
    ("ライセンスの有効期限", {"license-expiry"}),
    ("認証が通らない", {"authentication-failure"}),
    ("S-CSCFの再起動", {"ims", "reboot"}),
    ("PGW と SGW の輻輳", {"packet-core", "congestion"}),
    ("5G SAだけ使えない", {"five-g-sa", "no-service"}),
    ("救急車が呼べない", {"emergency-call"}),
    ("基地局の停波", {"base-station-outage"}),
    ("cell sites down after typhoon", {"base-station-outage", "typhoon"}),
    ("電波は立ってるのにネットが使えない", {"signal-but-no-data", "web-not-opening"}),
    ("圏外になった", {"out-of-coverage"}),
    ("よその工事で線を切られた", {"third-party-cut"}),
    ("水道管の取り替えで光ケーブルが切れた", {"water-pipe-works", "cable-cut"}),
    ("fiber cut by excavator", {"cable-cut", "excavation"}),
    ("海底ケーブルの修理船", {"submarine-cable", "cable-ship"}),
    ("ネズミにかじられた", {"animal-damage"}),
    ("無停電電源装置の更新中の瞬断", {"ups", "momentary-power-interruption"}),
    ("整流器と蓄電池の故障", {"rectifier", "battery"}),
    ("発電機の燃料切れ", {"generator", "fuel"}),
    ("空調が止まって室温が上がった", {"cooling-loss", "overheating"}),
    ("ハロン消火設備", {"fire-suppression"}),
    ("RAIDコントローラーのファームウェア", {"raid", "controller", "firmware"}),
    ("control plane outage in one AZ", {"control-plane", "availability-zone"}),
    ("バイナリログの不具合", {"binlog"}),
    ("バックアップも壊れていた", {"backup-broken"}),
    ("普通のメールが迷惑メールに入った", {"misclassification"}),
    ("メールが消えた", {"mail-loss"}),
    ("知らない人に届いたメール", {"mail-misdelivery"}),
    ("memory leaks", {"memory-leak"}),
    ("うるう秒", {"leap-second"}),
    ("タイマ値の不整合", {"timer-mismatch"}),
    ("race condition in automation", {"race-condition", "recovery-automation"}),
    ("手順書の版管理とダブルチェック", {"procedure-version-control", "two-person-check"}),
    ("古い手順書を使った", {"procedure-defect"}),
    ("打ち間違えた", {"command-error"}),
    ("委託先の作業ミス", {"subcontractor-error"}),
    ("canary release and staged rollouts", {"canary"}),
    ("サイレント障害に誰も気づかなかった", {"silent-failure"}),
    ("ベンダーへの連絡が遅れた", {"late-vendor-escalation"}),
    ("exponential back-off with jitter", {"backoff", "jitter"}),
    ("ランダムな待ち時間を入れる", {"jitter"}),
    ("rate limiting", {"rate-limit"}),
    ("サーキットブレーカ", {"circuit-breaker"}),
    ("blast radius を小さく", {"blast-radius"}),
    ("ルートの多重化", {"route-diversity"}),
    ("SNSでデマが広がった", {"sns-notice", "false-information"}),
    ("発表が遅い", {"late-notification"}),
    ("行政指導を受けた重大な事故", {"administrative-guidance", "serious-accident"}),
    ("四半期報告の報告基準", {"quarterly-report", "reporting-threshold"}),
    ("大地震と津波で停電", {"earthquake", "tsunami", "power-failure"}),
    ("土砂崩れで道路が通れない", {"landslide", "access-difficulty"}),
    ("雷が落ちた", {"lightning"}),
    ("denial-of-service", {"ddos"}),
    ("不正アクセス", {"unauthorised-access"}),
    ("直したはずなのにまた起きた", {"recurrence"}),
    ("端末が一気につなぎに来てサーバーがパンク", {"thundering-herd", "overload"}),
    ("無停電のはずの切替で瞬停", {"ups", "momentary-power-interruption"}),
    ("rollback made it worse", {"rollback", "countermeasure-worse"}),
    ("backup also corrupted, could not restore", {"backup-broken"}),
    ("ファームを上げたら落ちた", {"firmware"}),
    ("監視画面では正常だった", {"failure-detection-missing"}),
]


def found(text: str) -> set[str]:
    return {match.concept_id for match in LEXICON.find(text)}


def test_there_are_enough_concepts_of_all_kinds() -> None:
    assert len(LEXICON.concepts) >= 400
    for kind in FORM_KINDS:
        assert sum(form.kind == kind for concept in LEXICON.concepts for form in concept.forms) >= 20, kind
    for concept in LEXICON.concepts:
        kinds = {form.kind for form in concept.forms}
        assert "ja" in kinds and kinds & {"en", "abbr"}, concept.id


def test_every_concept_is_found_by_each_of_its_forms_and_by_nothing_else() -> None:
    wrong = []
    for concept in LEXICON.concepts:
        for form in concept.forms:
            matches = LEXICON.find(form.text)
            if [(m.concept_id, m.start, m.end) for m in matches] != [(concept.id, 0, len(form.text))]:
                wrong.append((concept.id, form.text, matches))
    assert not wrong


def test_no_form_stands_in_two_concepts_or_twice_in_one() -> None:
    owners: dict[str, str] = {}
    for concept in LEXICON.concepts:
        for form in concept.forms:
            assert form.folded not in owners, (form.text, concept.id, owners.get(form.folded))
            owners[form.folded] = concept.id


def test_no_line_of_the_file_repeats_a_form() -> None:
    for raw in yaml.safe_load(LEXICON_FILE.read_text(encoding="utf-8")):
        listed = [form for forms in raw["forms"].values() for form in forms]
        assert len(listed) == len(set(listed)), raw["id"]


def test_tags_and_broader_concepts_exist() -> None:
    taxonomy = yaml.safe_load((data_directory() / "taxonomy.yml").read_text(encoding="utf-8"))
    tags = {f"{axis}/{tag['id']}" for axis, entries in taxonomy.items() for tag in entries}
    assert {concept.tag for concept in LEXICON.concepts if concept.tag} <= tags
    assert {concept.broader for concept in LEXICON.concepts if concept.broader} <= set(LEXICON.by_id)


def _carrier_names() -> set[str]:
    raw = yaml.safe_load((data_directory() / "carriers.yml").read_text(encoding="utf-8"))
    names: set[str] = {name for group in raw["groups"] for name in group["names"]}
    for carrier in raw["carriers"]:
        for field in ("name", "english", "spellings", "short_names", "everyday_names", "former_names"):
            value = carrier.get(field) or []
            for item in value if isinstance(value, list) else [value]:
                names.add(item["name"] if isinstance(item, dict) else item)
    return names


def test_carrier_and_product_names_are_no_concepts() -> None:
    products = {name for piece in PRODUCTS.split("|") for name in [piece, *piece.split()]}
    for name in sorted(_carrier_names() | products):
        assert {concept for concept in found(name) if not concept.startswith(PLACES)} <= OWN_TRADE, (name, LEXICON.find(name))


def test_no_form_contains_a_carrier_or_product_as_a_word() -> None:
    products = {"azure", "spモード", "iモード", "foma", "フレッツ", "ひかり電話"}
    names = ({fold_form(name) for name in _carrier_names()} | products) - AMBIGUOUS_NAMES  # the Metropolis of Tokyo is a place first
    for concept in LEXICON.concepts:
        for form in concept.forms:
            words = form.text.casefold().replace("-", " ").split()
            assert not names & {form.folded, *words}, (concept.id, form.text)


def test_an_ending_does_not_turn_the_meaning_round() -> None:
    assert found("電源は落ちなかった") == set() == found("サービスは止まらなかった")
    assert found("冗長構成が機能した") == {"redundancy"}


@pytest.mark.parametrize("word", GENERAL)
def test_general_words_alone_are_no_concepts(word: str) -> None:
    assert LEXICON.find(word) == ()


@pytest.mark.parametrize("query, concepts", QUERIES, ids=[query for query, _ in QUERIES])
def test_query_meets_its_concepts(query: str, concepts: set[str]) -> None:
    assert concepts <= found(query), LEXICON.find(query)


@pytest.mark.parametrize(
    "text",
    [
        "グループ会社のカタログとブログ",  # no ループ, no ログ
        "デバッグ",
        "ブラックリスト",
        "the process ran up steps",
        "is put in a baseline",
        "クラウドフレア",
    ],
)
def test_words_inside_other_words_are_not_met(text: str) -> None:
    assert LEXICON.find(text) == ()


def test_the_longest_form_wins() -> None:
    assert found("無停電電源装置") == {"ups"}
    assert found("位置登録規制") == {"location-registration-restriction"}
    assert found("network loop") == {"network-loop"}


@pytest.mark.parametrize(
    "text, surface, concept",
    [
        ("東京のﾙｰﾀｰが故障", "ﾙｰﾀｰ", "router"),
        ("二重のﾊﾞｯﾃﾘｰ切れ", "ﾊﾞｯﾃﾘｰ切れ", "backup-power-exhausted"),
        ("古いＤＮＳサーバーを更新", "ＤＮＳサーバー", "dns"),
        ("a Route-Leak.", "Route-Leak", "route-leak"),
        ("the ＵＰＳs failed", "ＵＰＳs", "ups"),
        ("㈱の停電が", "停電", "power-failure"),
        ("証明書　期限切れ", "証明書　期限切れ", "certificate-expiry"),
        ("🗼基地局停波", "基地局停波", "base-station-outage"),
        ("フェイル・オーバーした", "フェイル・オーバー", "failover"),
    ],
)
def test_offsets_point_into_the_original(text: str, surface: str, concept: str) -> None:
    match = next(m for m in LEXICON.find(text) if m.concept_id == concept)
    assert match.surface == surface == text[match.start : match.end]


_GLUE = ("ー", "・", " ", "-", "\n", "s", "ﾊﾞ", "が", "㈱", "サーバー", "切り", "替え")
_PIECES = st.sampled_from([*(form for _, form, _ in ROWS[::37]), *_GLUE])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join)))
def test_any_text_is_safe(text: str) -> None:
    last = 0
    for match in LEXICON.find(text):
        assert last <= match.start < match.end <= len(text)
        assert match.surface == text[match.start : match.end]
        assert match.concept_id in LEXICON.by_id
        last = match.end


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join)))
def test_folding_keeps_one_offset_a_character(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text) == len(folded.gaps) - 1
    assert folded.starts == sorted(folded.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


def test_both_ways_of_folding_agree() -> None:
    for _, text, _ in ROWS:
        assert fold(text).text == fold_form(text), text


def test_rows_of_a_database_make_the_same_lexicon() -> None:
    rebuilt = Lexicon.from_forms(ROWS)
    for query, _ in QUERIES:
        assert rebuilt.find(query) == LEXICON.find(query)
    assert rebuilt.expansions("route-leak") == LEXICON.expansions("route-leak")


def test_expansions_start_with_the_usual_form_and_know_their_concept() -> None:
    assert LEXICON.expansions("congestion")[0].text == "輻輳"
    with pytest.raises(NotFoundError, match="no-such-concept"):
        LEXICON.expansions("no-such-concept")


def _fastest(call: object, rounds: int = 9) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        call()  # type: ignore[operator]
        times.append(time.process_time() - begin)
    return min(times)


def test_finding_takes_time_in_proportion_to_the_text() -> None:
    """Four times the text takes about four times as long; a method that grew with its square would take sixteen."""
    text = "新設備への切替工事で信号が輻輳し、フェイルオーバーに失敗した。The route leak spread. ﾙｰﾀの故障。" * 400
    short, long = (_fastest(partial(LEXICON.find, text[:size])) for size in (5_000, 20_000))
    assert long < 8 * short

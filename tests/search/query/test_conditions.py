"""What a query states as a condition: times, sizes, companies, classes and what is left out, each read as written and applied to the base."""

from __future__ import annotations

import pytest

from kb.japanese.numerals import arabic
from kb.japanese.romaji import katakana_of
from kb.search.ranking import search


def read(corpus, text):
    return [(c.kind, c.read) for c in corpus.read(text).conditions]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("令和4年7月2日 KDDI", "2022-07-02"), ("R4.7", "2022-07"), ("H25.5.29 障害", "2013-05-29"), ("2022/7", "2022-07"), ("2015/07", "2015-07"),
        ("平30 メール", "2018"), ("平成二十七年", "2015"), ("二〇一五年の停電", "2015"), ("昭和100年", "2025"), ("2022年夏", "2022-06..2022-08"),
        ("FY2015", "FY2015"), ("令和4年度の事故", "FY2022"), ("R4年度", "FY2022"), ("2022年度第1四半期", "FY2022Q1"), ("2022年度第４四半期", "FY2022Q4"),
        ("2015-2017", "2015..2017"), ("2015年4月から2016年3月まで", "2015-04..2016-03"), ("2010年代", "2010..2019"), ("2010年代後半", "2015..2019"),
        ("東日本大震災後の停電", "2011-03-11.."), ("震災以前", "..2011-03-10"), ("2013年以降", "2013.."), ("2020年より前", "..2019-12-31"), ("7月の停電", "--07"),
        ("平成27年度から令和元年度", "FY2015..FY2019"), ("2018年12月頃", "2018-12"), ("2021年10月14日", "2021-10-14"), ("2019年年末年始", "2019-12..2020-01"),
    ],
)  # fmt: skip
def test_periods(corpus, text, period):
    assert ("date", period) in read(corpus, text)


@pytest.mark.parametrize("text", ["2000台のルータ", "S11インタフェース", "5G SA", "10GbE", "BGP経路10万", "24時間365日の監視", "30分以内の初報", "110番", "一部の端末", "二重化", "四国 停電"])
def test_numbers_that_are_no_period_or_size(corpus, text):
    assert not {kind for kind, _ in read(corpus, text)} & {"date", "duration", "users"}


def test_relative_words_count_from_the_last_accident_held(corpus):
    year = int(corpus.last_day[:4])
    assert read(corpus, "去年の障害") == [("date", str(year - 1))]
    assert read(corpus, "直近5年の海底ケーブル障害")[0][1].startswith(f"{year - 5}-")


@pytest.mark.parametrize(
    ("text", "kind", "bounds"),
    [
        ("3時間以上止まった", "duration", (180, None)), ("10時間を超える障害", "duration", (600, None)), ("1時間未満", "duration", (None, 59)),
        ("三時間以上", "duration", (180, None)), ("5～10時間", "duration", (300, 600)), ("2日間にわたる停止", "duration", (2880, None)),
        ("100万人超", "users", (1_000_000, None)), ("影響利用者1000万人を超えた", "users", (10_000_000, None)), ("百万人以上", "users", (1_000_000, None)),
        ("数万回線", "users", (10_000, 99_999)), ("3万件未満", "users", (None, 29_999)), ("1億2,000万人以上", "users", (120_000_000, None)),
    ],
)  # fmt: skip
def test_sizes(corpus, text, kind, bounds):
    found = [c.value for c in corpus.read(text).conditions if c.kind == kind]
    assert [(b.least, b.most) for b in found] == [bounds]


@pytest.mark.parametrize("text", ["問合せ100件以上", "初報まで3時間以上", "毎秒10万パケット以上"])
def test_counts_of_other_things_are_no_sizes_of_the_accident(corpus, text):
    assert not {kind for kind, _ in read(corpus, text)} & {"users", "duration"}


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("輻輳ではない停止", "輻輳"), ("停電 四国以外", "四国"), ("地震や台風によらない停電", "地震、台風"), ("停電が原因ではない障害", "停電"), ("サイバー攻撃を除くDNS障害", "サイバー攻撃"),
        ("-輻輳 停止", "輻輳"), ("障害 NOT 台風", "台風"), ("ドコモ以外のメール障害", "ドコモ"), ("人為ミスじゃない停止", "人為ミス"), ("地震なしの停電", "地震"),
    ],
)  # fmt: skip
def test_exclusions(corpus, text, left_out):
    assert ("not", left_out) in read(corpus, text)


@pytest.mark.parametrize("text", ["切り替わらない", "つながらない", "冗長化なしの構成", "バックアップなし", "予告なく停止", "迷惑メールでないのに届かない", "再起動しても直らない"])
def test_symptoms_in_the_negative_exclude_nothing(corpus, text):
    assert "not" not in {kind for kind, _ in read(corpus, text)}


def test_what_is_left_out_is_not_found(connection, corpus):
    result = search(connection, corpus, "輻輳ではない停止", limit=200)
    assert result.hits and result.bindings[0].strict and result.bindings[0].left_out > 5
    titles = dict(connection.execute("SELECT id, title FROM incidents"))
    assert not [hit.id for hit in result.hits if "輻輳" in titles[hit.id]]


def test_bounds_bind_and_say_what_they_leave_out(connection, corpus):
    result = search(connection, corpus, "10時間以上の通信障害", limit=200)
    (binding,) = result.bindings
    minutes = dict(connection.execute("SELECT id, duration_minutes FROM incidents WHERE duration_minutes IS NOT NULL"))
    assert binding.strict and all(minutes.get(hit.id, 600) >= 600 for hit in result.hits)
    assert binding.left_out == corpus.incidents - len({hit.id for hit in result.hits}) or binding.left_out > 50


def test_a_day_comes_first_and_its_month_next(connection, corpus):
    found = [hit.id for hit in search(connection, corpus, "令和4年7月2日").hits]
    assert found[0] == "2022-07-02-kddi" and found[1].startswith("2022-07")


def test_a_wrong_company_does_not_hide_the_accident(connection, corpus):
    result = search(connection, corpus, "NTT東日本 大阪 ブロードキャストストーム 110番")
    assert result.hits[0].id == "2025-09-16-ntt-west"
    assert not next(b for b in result.bindings if b.condition.kind == "carrier").strict


def test_year_and_class_bind_together(connection, corpus):
    result = search(connection, corpus, "令和4年度の重大な事故", limit=50)
    rows = {row[0]: row[1:] for row in connection.execute("SELECT id, fiscal_year, official FROM incidents")}
    assert len(result.hits) >= 5 and {rows[hit.id] for hit in result.hits} == {(2022, 1)}


def test_a_condition_can_be_softened_and_dropped(connection, corpus):
    key = corpus.read("令和4年度の重大な事故").conditions[0].key
    soft = search(connection, corpus, "令和4年度の重大な事故", soft=frozenset([key]), limit=200)
    assert not soft.bindings[0].strict and len(soft.hits) > 10
    off = search(connection, corpus, "令和4年度の重大な事故", switched_off=frozenset([key]))
    assert [b.condition.kind for b in off.bindings] == ["official"]


@pytest.mark.parametrize(
    ("query", "word"),
    [("ランサムウェア", "ランサムウェア"), ("うるう秒", "うるう秒"), ("リス ケーブル", "リス"), ("宇宙線 ソフトエラー", "宇宙線"), ("qqxzv", "qqxzv"), ("輻輳 ｚｚｑｑｘ", "ｚｚｑｑｘ")],
)
def test_words_that_nothing_holds_are_named(connection, corpus, query, word):
    result = search(connection, corpus, query)
    assert word in result.absent and word in result.notice


@pytest.mark.parametrize("query", ["輻輳", "証明書 期限切れ", "ネットワークのループ", "加入者DB 故障", "broadcast storm caused by network loop", "予備系に切り替わらない"])
def test_words_that_are_held_are_not_called_absent(connection, corpus, query):
    assert search(connection, corpus, query).absent == ()


@pytest.mark.parametrize("query", ["reikyaku", "ninnsyou", "nettowaaku", "じゅうでん", "かいせんていし", "けいろ せってい まちがい"])
def test_words_that_are_held_are_not_called_absent_when_written_by_their_sound(connection, corpus, query):
    assert search(connection, corpus, query).absent == ()


@pytest.mark.parametrize(("query", "word"), [("らんさむうぇあ", "らんさむうぇあ"), ("reikyaku qqxzv", "qqxzv"), ("ていでん ペンギン", "ペンギン")])
def test_what_is_heard_hides_no_word_that_nothing_holds(connection, corpus, query, word):
    assert search(connection, corpus, query).absent == (word,)


def test_nothing_held_is_no_hit_in_the_count(connection, corpus):
    result = search(connection, corpus, "ネズミ")
    assert result.total == 0 and (result.weak_from == 0 or not result.hits)


def test_a_former_name_is_read_as_the_company_of_today(connection, corpus):
    (condition,) = corpus.read("J-PHONE").conditions
    assert condition.kind == "carrier" and "ソフトバンク" in condition.read
    assert any("softbank" in hit.id for hit in search(connection, corpus, "J-PHONE").hits)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("にんしょうさーば", "認証サーバ"), ("fukusou", "輻輳"), ("teiden", "停電"), ("kiri modoshi", "切り戻し"), ("じょうちょうか", "冗長化"), ("ディーエヌエス", "DNS"),
        ("サーハ゛", "サーバ"), ("けいろ せってい まちがい", "経路 設定 間違い"), ("hukusou", "輻輳"), ("ninnsyou", "認証"), ("ル-タ", "ルータ"),
    ],
)  # fmt: skip
def test_sounds_find_what_the_words_find(connection, corpus, written, meant):
    heard, expected = ([hit.id for hit in search(connection, corpus, text, limit=10).hits] for text in (written, meant))
    assert len(set(heard[:5]) & set(expected[:10])) >= 3


@pytest.mark.parametrize("text", ["router core failure", "DNS", "name server", "route leak", "HLR"])
def test_english_is_not_heard_as_romaji(corpus, text):
    assert corpus.read(text).heard == ()


@pytest.mark.parametrize(("kanji", "digits"), [("二十七年", "27年"), ("二〇一五年", "2015年"), ("百二十時間", "120時間"), ("一部の四国", "一部の四国"), ("平成元年", "平成1年")])
def test_kanji_numbers(kanji, digits):
    text, offsets = arabic(kanji)
    assert text == digits and len(offsets) == len(text) + 1 and offsets[-1] == len(kanji)


@pytest.mark.parametrize(("romaji", "kana"), [("fukusou", "フクソウ"), ("ninnsyou", "ニンショウ"), ("konna", "コンナ"), ("kettei", "ケッテイ"), ("router", None), ("jouchou", "ジョウチョウ"), ("tōkyō", "トウキョウ")])
def test_romaji(romaji, kana):
    assert katakana_of(romaji) == kana

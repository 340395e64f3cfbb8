from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.japanese.terms import terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ルータ", "ルーター"),
        ("ﾙｰﾀｰ", "ルータ"),
        ("サーバ", "サーバー"),
        ("ふくそう", "輻輳"),
        ("ネットワークのふくそうが発生", "ネットワークの輻輳が発生"),
        ("切替え", "切り替え"),
        ("切替", "切り替え"),
        ("切戻し", "切り戻し"),
        ("ＶｏＬＴＥ", "VoLTE"),
        ("トラヒック", "トラフィック"),
        ("ソフトウエア", "ソフトウェア"),
        ("つながりにくい", "繋がりにくい"),
        ("問合せ", "問い合わせ"),
        ("しきい値", "閾値"),
        ("KDDI", "ｋｄｄｉ"),
    ],
)
def test_spellings_meet(one, other):
    assert words(one) == words(other) != ""


def test_particles_are_dropped_and_offsets_point_into_the_original():
    text = "ﾙｰﾀの交換で①輻輳が発生した"
    found = {term.text: text[term.start : term.end] for term in terms(text)}
    assert found["ルーター"] == "ﾙｰﾀ"
    assert found["輻湊"] == "輻輳"
    assert "の" not in found and "で" not in found


def test_queries_lose_light_words_unless_nothing_else_is_left():
    assert words("輻輳した事例を教えて", query=True) == "輻湊"
    assert words("これは何", query=True) != ""


def test_long_text_is_cut_below_the_tokenizers_limit():
    text = "予備系への切替えに失敗した。" * 5000
    found = terms(text)
    assert len(found) > 20_000
    assert text[found[-1].start : found[-1].end] in ("失敗", "し")


def test_a_text_without_any_break_is_cut_too():
    assert terms("あ" * 60_000)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_terms_inside_it(text):
    for term in terms(text):
        assert 0 <= term.start < term.end <= len(text)
        assert term.text and not set(term.text) & set(' "\n\t')


def test_threads_do_not_share_a_tokenizer():
    text = "交換機の輻輳により音声通話が利用できなかった。"
    expected = words(text)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(words, [text] * 400)) == {expected}

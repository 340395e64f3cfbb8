from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.text import bigrams, chunks, folded, nfkc_with_offsets, sentences


def test_sentences_keep_brackets_together():
    text = "停止した(約1時間。復旧は翌日。)のち回復した。\n次の行。"
    assert [s for _, s in sentences(text)] == ["停止した(約1時間。復旧は翌日。)のち回復した。", "次の行。"]


@given(st.text())
def test_sentences_stand_where_they_say(text):
    for offset, sentence in sentences(text):
        assert text[offset : offset + len(sentence)] == sentence
        assert sentence == sentence.strip()


@given(st.text())
def test_sentences_lose_nothing_but_space(text):
    joined = "".join(sentence for _, sentence in sentences(text))
    assert "".join(joined.split()) == "".join(text.split())


@given(st.text(), st.integers(min_value=4, max_value=60))
def test_chunks_cover_the_text_and_fit(text, size):
    pieces = list(chunks(text, size))
    assert "".join(piece for _, piece in pieces) == text
    for offset, piece in pieces:
        assert text[offset : offset + len(piece)] == piece
        assert len(piece.encode("utf-8", "replace")) <= size


def test_chunks_prefer_sentence_ends():
    pieces = [piece for _, piece in chunks("あいう。えおか。きくけ", 30)]
    assert pieces == ["あいう。えおか。", "きくけ"]


def test_offsets_survive_composition():
    text = "ｶﾞｽ①ＫＤＤＩ㈱"
    plain, offsets = nfkc_with_offsets(text)
    assert plain == "ガス1KDDI(株)"
    assert offsets[plain.index("KDDI")] == text.index("Ｋ")
    assert offsets[-1] == len(text)


@given(st.text())
def test_offsets_rise_and_stay_inside(text):
    plain, offsets = nfkc_with_offsets(text)
    assert len(offsets) == len(plain) + 1
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)


def test_bigrams_stop_at_punctuation():
    assert bigrams("輻輳、VoLTE") == ["輻輳", "vo", "ol", "lt", "te"]
    assert bigrams("ルーター") == ["ルー", "ータ", "ター"]


def test_folding_unites_width_and_case():
    assert folded("ＶｏＬＴＥ ﾙｰﾀ") == "volte ルータ"

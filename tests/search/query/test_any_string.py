"""Any Python string is a safe query: in reading, in search, in the SQL functions' reading of terms; and none takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.japanese.terms import compounds, terms
from kb.search.ranking import search

# Pieces that the readers of conditions look for, among any characters there are.
PIECES = st.sampled_from(
    "2015 年 年度 月 日 令和 平成 R4. H25 7月 夏 以降 より前 3時間 以上 100万人 超 未満 数万 ではない 以外 を除く - NOT 四国 KDDI ドコモ 輻輳 fukusou ninshou ふくそう にんしょう サーハ゛ ル-タ 110番 重大な事故 区分四 から ~ 。 、".split()
)
STRINGS = st.one_of(st.text(max_size=60), st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join), st.lists(PIECES, max_size=12).map(" ".join))


@settings(max_examples=5_000, deadline=2_000, suppress_health_check=list(HealthCheck))
@given(STRINGS)
def test_reading_is_safe_and_places_hold(corpus, text):
    query = corpus.read(text)
    for condition in query.conditions:
        assert query.text[condition.start : condition.end] == condition.text
    for match in query.concepts:
        assert 0 <= match.start < match.end <= len(query.text)


@settings(max_examples=300, deadline=2_000, suppress_health_check=list(HealthCheck))
@given(STRINGS)
def test_search_is_safe_and_explains(connection, corpus, text):
    result = search(connection, corpus, text, limit=5)
    assert result.hits or result.notice or result.bindings
    for hit in result.hits:
        assert 0 < hit.score <= 1.0001 and all(0 <= start < end <= len(why.text) for why in hit.why for start, end in why.marks)


@pytest.mark.parametrize("text", ["㌖" * 10_000, "あ" * 10_000, "fukusou " * 1_200, "2015年" * 2_000, "-輻輳 " * 2_000, "以外" * 3_000, "\ud800" * 50, "1" * 9_000 + "万人以上"], ids=lambda t: ascii(t[:6]))
def test_long_strings_take_no_longer_than_two_seconds(connection, corpus, text):
    start = time.process_time()
    search(connection, corpus, text, limit=3)
    assert time.process_time() - start < 2


def test_limits_are_counted_after_normalising():
    found = terms("㌖" * 10_000 + "輻輳")
    assert (found[-1].start, found[-1].end) == (10_000, 10_002)
    assert compounds("㌖" * 10_000)

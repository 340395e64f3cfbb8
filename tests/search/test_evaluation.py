"""`kb evaluate`: the measures by hand, their intervals, comparison of rankings, and judgement files that are wrong."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import KbError
from kb.search.evaluation import Judgement, comparison, load_judgements, measures, score, summary
from kb.search.significance import bootstrap_interval, compare

GOOD = '{"id": "q1", "kind": "keyword", "query": "輻輳", "relevant": {"2022-07-02-kddi": 3}}'
VALUES = st.lists(st.floats(0, 1), min_size=2, max_size=40)


def judgement(identifier: str, kind: str = "keyword", **relevant: int) -> Judgement:
    return Judgement(identifier, kind, identifier, relevant)


def test_measures_by_hand() -> None:
    found = measures(["x", "b", "a"], {"a": 3, "b": 1})
    # Gain: b in second place 1/log2(3), a in third 3/log2(4); ideal: a first, b second.
    assert found["ndcg@10"] == pytest.approx((1 / math.log2(3) + 3 / 2) / (3 + 1 / math.log2(3)))
    assert found["recall@5"] == 1.0  # only grades from 2 on are wanted
    assert found["mrr@10"] == pytest.approx(1 / 3)
    assert found["success@1"] == 0.0


def test_a_perfect_ranking_scores_one() -> None:
    assert measures(["a", "b", "x"], {"a": 3, "b": 2}) == {"ndcg@10": 1.0, "recall@5": 1.0, "mrr@10": 1.0, "success@1": 1.0}


def test_what_stands_after_the_tenth_place_counts_nothing() -> None:
    ranked = [f"x{n}" for n in range(10)] + ["a"]
    assert set(measures(ranked, {"a": 3}).values()) == {0.0}


def test_recall_of_many_is_measured_against_five_places() -> None:
    relevant = {f"r{n}": 2 for n in range(8)}
    assert measures([f"r{n}" for n in range(5)], relevant)["recall@5"] == 1.0


def test_where_nothing_is_graded_two_the_best_grade_is_wanted() -> None:
    assert measures(["a"], {"a": 1})["success@1"] == 1.0
    assert set(measures(["a"], {}).values()) == {0.0}


def test_summary_by_kind_and_overall() -> None:
    judged = [judgement("one", a=3), judgement("two", a=3), judgement("three", "english", a=3)]
    ranks = {"one": ["a"], "two": ["x", "a"], "three": ["x"]}
    table = summary(judged, score(judged, lambda j: ranks[j.id]))
    half = 1 / math.log2(3)
    assert list(table) == ["english", "keyword", "all"]
    assert table["keyword"]["ndcg@10"] == pytest.approx((1 + half) / 2) and table["keyword"]["queries"] == 2
    assert table["all"]["ndcg@10"] == pytest.approx((1 + half) / 3) and table["all"]["mrr@10"] == pytest.approx(0.5)
    assert table["keyword"]["ndcg@10_low"] == pytest.approx(half) and table["keyword"]["ndcg@10_high"] == pytest.approx(1)
    assert table["english"]["ndcg@10_low"] is None and table["english"]["ndcg@10_high"] is None


@given(VALUES)
def test_the_interval_stays_within_the_values(values: list[float]) -> None:
    low, high = bootstrap_interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


@given(VALUES.filter(lambda values: len(values) >= 6))
def test_the_interval_of_a_symmetric_sample_holds_its_mean(values: list[float]) -> None:
    symmetric = values + [1 - value for value in values]
    low, high = bootstrap_interval(symmetric)
    assert low - 1e-9 <= 0.5 <= high + 1e-9


def test_the_interval_is_near_that_of_the_normal_distribution() -> None:
    values = [n / 99 for n in range(100)]
    low, high = bootstrap_interval(values)
    deviation = (sum((v - 0.5) ** 2 for v in values) / 100) ** 0.5
    assert low == pytest.approx(0.5 - 1.96 * deviation / 10, abs=0.006)
    assert high == pytest.approx(0.5 + 1.96 * deviation / 10, abs=0.006)
    assert bootstrap_interval(values) == (low, high), "the seed is fixed"


@given(VALUES)
def test_a_ranking_does_not_differ_from_itself(values: list[float]) -> None:
    found = compare(values, values)
    assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_comparison_by_hand() -> None:
    found = compare([0.0, 0.0, 0.0, 0.5], [1.0, 0.5, 0.5, 0.5])
    assert found.difference == pytest.approx(0.5) and found.queries == 4
    assert found.p == pytest.approx(2 / 8)  # of the eight patterns of three signs only all plus and all minus go as far
    swapped = compare([1.0, 0.5, 0.5, 0.5], [0.0, 0.0, 0.0, 0.5])
    assert swapped.difference == -found.difference and swapped.p == found.p


def test_a_steady_difference_over_many_queries_is_certain_and_noise_is_not() -> None:
    steady = compare([0.5] * 60, [0.6] * 60)
    assert steady.p < 0.001 and steady.low == pytest.approx(0.1)
    noise = compare([0.5] * 60, [0.4, 0.6] * 30)
    assert noise.p > 0.5 and noise.low < 0 < noise.high


def test_rankings_are_compared_by_kind() -> None:
    judged = [judgement("one", a=3), judgement("two", "english", a=3)]
    worse, better = (score(judged, lambda j, ranks=ranks: ranks) for ranks in (["x", "a"], ["a"]))
    found = comparison(judged, worse, better)
    assert set(found) == {"keyword", "english", "all"}
    assert found["all"].difference == pytest.approx(1 - 1 / math.log2(3))


def test_values_that_do_not_pair_are_refused() -> None:
    for one, other in ([1.0], [1.0, 0.0]), ([], []):
        with pytest.raises(ValueError, match="paired"):
            compare(one, other)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "Expecting value"),
        ("[]", "not an object"),
        ("3", "not an object"),
        ('{"id": "q", "query": "x"}', "relevant is missing"),
        ('{"query": "x", "relevant": {}}', "id is missing"),
        ('{"id": "q", "relevant": {}}', "query is missing"),
        ('{"id": "q", "query": "  ", "relevant": {}}', "no text"),
        ('{"id": "q", "query": 7, "relevant": {}}', "no text"),
        ('{"id": "q", "query": "x", "relevant": ["a"]}', "not an object"),
        ('{"id": "q", "query": "x", "relevant": {"a": -1}}', "grade of a"),
        ('{"id": "q", "query": "x", "relevant": {"a": 2.5}}', "grade of a"),
        ('{"id": "q", "query": "x", "relevant": {"a": true}}', "grade of a"),
        ('{"id": "q", "query": "x", "relevant": {"a": null}}', "grade of a"),
        ('{"id": "q", "query": "x", "relevant": {"a": Infinity}}', "grade of a"),
        ('{"id": "q", "query": "x", "relevant": {"a": 1' + "0" * 400 + "}}", "too large"),
        ('{"id": "q", "query": "x", "relevant": {"a": "high"}}', "high"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_a_malformed_line_is_named_in_one_line(kb, database: Path, tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(KbError, match="line 3: not a judgement"):
        load_judgements(path)
    result = kb("evaluate", path, "--db", database)
    assert result.exit_code == 1 and result.stdout == ""
    assert said in result.stderr and "line 3" in result.stderr and len(result.stderr.splitlines()) == 1


def test_missing_and_empty_files_and_folders_are_named(kb, database: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n \n")
    for name, said in (("none.jsonl", "no file"), ("empty.jsonl", "holds no judgement"), (".", "no file")):
        result = kb("evaluate", tmp_path / name, "--db", database)
        assert result.exit_code == 1 and said in result.stderr and len(result.stderr.splitlines()) == 1


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n" + GOOD.encode())
    assert [j.query for j in load_judgements(path)] == ["輻輳", "輻輳"]


@pytest.fixture
def judged_file(tmp_path: Path) -> Path:
    queries = [
        {"id": "1", "kind": "keyword", "query": "証明書 期限切れ", "relevant": {"2018-12-06-softbank": 3}},
        {"id": "2", "kind": "keyword", "query": "海底ケーブル 地震", "relevant": {"2006-12-26-taiwan-cables": 3}},
        {"id": "3", "kind": "english", "query": "expired certificate", "relevant": {"2018-12-06-softbank": 3}},
    ]
    path = tmp_path / "judged.jsonl"
    path.write_text("\n".join(json.dumps(q, ensure_ascii=False) for q in queries), encoding="utf-8")
    return path


def test_json_of_the_command(kb, database: Path, judged_file: Path) -> None:
    answer = json.loads(kb("evaluate", judged_file, "--mode", "keyword", "--compare", "keyword", "--json", "--db", database).stdout)
    assert (answer["judgements"], answer["mode"], answer["comparison"]["mode"]) == ("judged.jsonl", "keyword", "keyword")
    assert {"queries", "ndcg@10", "recall@5", "mrr@10", "success@1", "ndcg@10_low", "ndcg@10_high"} == answer["kinds"]["all"].keys()
    assert answer["kinds"]["all"]["ndcg@10_low"] <= answer["kinds"]["all"]["ndcg@10"] <= answer["kinds"]["all"]["ndcg@10_high"]
    assert answer["comparison"]["kinds"]["all"] == {"queries": 3, "difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}
    assert json.loads(kb("evaluate", judged_file, "--json", "--db", database).stdout)["comparison"] is None


def test_the_table_of_the_command(kb, database: Path, judged_file: Path) -> None:
    lines = kb("evaluate", judged_file, "--compare", "semantic", "--db", database).stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["kind", "english", "keyword", "all"]
    assert "[" in lines[3] and "one query" in lines[1]
    assert lines[5].startswith("ndcg@10 of semantic minus hybrid") and lines[-1].split()[:2] == ["all", "3"]


def test_unknown_incidents_are_counted_on_stderr(kb, database: Path, judged_file: Path, tmp_path: Path) -> None:
    strange = tmp_path / "strange.jsonl"
    strange.write_text(GOOD.replace("2022-07-02-kddi", "1999-01-01-nobody"), encoding="utf-8")
    result = kb("evaluate", strange, "--json", "--db", database)
    assert result.exit_code == 0 and json.loads(result.stdout)["kinds"]["all"]["ndcg@10"] == 0.0
    assert "1 judged incidents are not in the database" in result.stderr and "1999-01-01-nobody" in result.stderr
    assert kb("evaluate", judged_file, "--db", database).stderr == ""


def test_anchors_have_no_modes_to_compare_and_must_exist(kb, database: Path, tmp_path: Path) -> None:
    path = tmp_path / "anchors.jsonl"
    path.write_text('{"id": "a", "anchor": "2015-07-15-ctc", "relevant": {"2025-09-16-ntt-west": 3}}', encoding="utf-8")
    assert json.loads(kb("evaluate", path, "--json", "--db", database).stdout)["kinds"]["precedent"]["ndcg@10"] > 0.4
    refused = kb("evaluate", path, "--compare", "keyword", "--db", database)
    assert refused.exit_code == 2 and "anchors" in refused.stderr
    path.write_text('{"id": "a", "anchor": "1999-01-01-nobody", "relevant": {"2025-09-16-ntt-west": 3}}', encoding="utf-8")
    missing = kb("evaluate", path, "--db", database)
    assert missing.exit_code == 1 and "1999-01-01-nobody" in missing.stderr

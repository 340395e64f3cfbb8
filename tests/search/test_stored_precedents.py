"""Precedents that the database holds: the same as computed, read by every command, and kept right when a document is taken in."""

from __future__ import annotations

import random
import sqlite3
from unittest import mock

import pytest

from kb.search import all_pairs, likeness, similar, stored


def rows_of(connection, incident_id: str) -> dict[tuple, tuple]:
    sql = "SELECT axis, same_episode, rank, other_id, score FROM precedents WHERE incident_id = ?"
    return {row[:3]: row[3:] for row in connection.execute(sql, [incident_id])}


def ids(connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT id FROM incidents ORDER BY id")]


def test_what_is_stored_is_what_is_computed(connection, corpus):
    for incident_id in [*random.Random(0).sample(ids(connection), 5), "2013-05-29-kddi"]:
        wanted = {row[2:3] + row[5:6] + row[3:4]: (row[1], row[4]) for row in stored.ranked(incident_id, similar.scores_of(connection, corpus, incident_id))}
        found = rows_of(connection, incident_id)
        assert found.keys() == wanted.keys()
        for key, (other, score) in found.items():
            assert score == pytest.approx(wanted[key][1], abs=1e-5)
            assert other == wanted[key][0] or score == pytest.approx(wanted[key][1], abs=2e-6)  # a tie may fall either way


def test_every_incident_has_precedents_and_none_is_its_own(connection):
    assert {row[0] for row in connection.execute("SELECT DISTINCT incident_id FROM precedents WHERE axis = 'all'")} == set(ids(connection))
    assert connection.execute("SELECT count(*) FROM precedents WHERE incident_id = other_id").fetchone()[0] == 0
    assert connection.execute("SELECT max(rank) FROM precedents").fetchone()[0] == stored.DEPTH


def test_more_than_is_stored_is_computed(connection, corpus):
    few, many = (similar.of_incident(connection, corpus, "2022-07-02-kddi", limit=limit).hits for limit in (10, 40))
    assert len(many) == 40 and [hit.id for hit in few] == [hit.id for hit in many[:10]]


def test_reading_compares_nothing(connection, corpus):
    with mock.patch.object(likeness, "others", side_effect=AssertionError("computed")):
        for axis in ("all", "measure"):
            found = similar.of_incident(connection, corpus, "2022-07-02-kddi", axis=axis, explain=True)
            assert len(found.hits) == 10 and all(hit.why and hit.signals for hit in found.hits)


def test_signals_of_a_stored_precedent_add_up_to_its_score(connection, corpus):
    weights = dict(likeness.AXIS_WEIGHTS["all"])
    weights["semantic"] *= corpus.embedding_weight
    for hit in similar.of_incident(connection, corpus, "2018-12-06-softbank", explain=True).hits:
        assert sum(weights[name] * value for name, value in hit.signals.items()) / sum(weights.values()) == pytest.approx(hit.score, abs=1e-4)


def test_choosing_candidates_loses_few_of_the_nearest(connection, corpus):
    """Above EXHAUSTIVE incidents not all are compared; what is left out must not be what counts."""
    everything = all_pairs.load_everything(connection, corpus)
    with mock.patch.object(all_pairs, "EXHAUSTIVE", 0), mock.patch.dict(all_pairs.FOUND_BY, {"words": (16, 60)}):
        some = all_pairs.load_everything(connection, corpus)
        chosen = range(0, len(some.ids), 10)
        found = {row: {r[1] for r in some.precedents(row) if r[2] == "all" and not r[5] and r[3] <= 5} for row in chosen}
    for_all = {row: {r[1] for r in everything.precedents(row) if r[2] == "all" and not r[5] and r[3] <= 5} for row in chosen}
    assert sum(len(found[row] & for_all[row]) for row in chosen) >= 0.95 * sum(map(len, for_all.values()))


def test_an_incident_that_tells_more_enters_the_lists_that_it_belongs_in(connection, corpus):
    """With one incident taken out of every list, `changed` brings the tables back to what a build holds."""
    one = "2015-07-15-ctc"
    memory = sqlite3.connect(":memory:")
    connection.backup(memory)
    before = set(memory.execute("SELECT incident_id, other_id, axis, rank, score, same_episode FROM precedents"))
    lists = {}
    for row in sorted(before):
        if one not in row[:2]:
            lists.setdefault((row[0], row[2], row[5]), []).append(row)
    memory.execute("DELETE FROM precedents")
    for rows in lists.values():  # the last place that a list lost stays open, as in a base that never held the incident
        rows.sort(key=lambda row: row[3])
        stored.insert(memory, [(*row[:3], rank, *row[4:]) for rank, row in enumerate(rows, start=1)])
    stored.replace(memory, list(stored.changed(memory, one, lambda other: similar.scores_of(connection, corpus, other))))
    after = set(memory.execute("SELECT incident_id, other_id, axis, rank, score, same_episode FROM precedents"))
    assert {row[:4] for row in after} == {row[:4] for row in before}

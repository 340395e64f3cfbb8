"""Counting tags as bit sets gives what counting accident by accident gives."""

from __future__ import annotations

from collections import Counter

import pytest

from kb.reports.accidents import load_accidents
from kb.reports.pertinence import usual_pairs
from kb.reports.tag_holders import load_holders
from kb.reports.tag_report import CAUSE_AXES, PAGE_SIZE, measure_matrix, tag_index, tag_report


@pytest.fixture(scope="module")
def accidents(built_folder):
    from contextlib import closing

    from kb.store.reader import open_database

    with closing(open_database(built_folder / "jiko.db")) as connection:
        return load_accidents(connection)


def test_counts_and_pairs_are_those_of_the_accidents(connection, accidents) -> None:
    holders = load_holders(connection)
    assert {tag: holders.count(tag) for tag in holders.masks} == Counter(tag for a in accidents for tag in a.tags)
    expected = usual_pairs(accidents)
    pairs = [(measure, cause) for measure in holders.on("measure") for cause in holders.on(*CAUSE_AXES)]
    assert holders.usual(pairs) == pytest.approx(expected) and expected


def test_the_matrix_counts_accidents_with_both(connection, accidents) -> None:
    matrix = measure_matrix(connection, "trigger")
    both = Counter((m, c) for a in accidents for m in a.tags_on("measure") for c in a.tags_on("trigger"))
    rows, columns = [row["id"] for row in matrix["rows"]], [column["id"] for column in matrix["columns"]]
    assert {(r, c): n for r, cells in zip(rows, matrix["cells"]) for c, n in zip(columns, cells) if n} == dict(both)
    bare = Counter(c for a in accidents if not a.tags_on("measure") for c in a.tags_on("trigger"))
    assert {column["id"]: column["without"] for column in matrix["columns"] if column["without"]} == dict(bare)


def test_a_tag_comes_by_pages_newest_first(connection, accidents) -> None:
    (tag, count), *_ = Counter(tag for a in accidents for tag in a.tags).most_common(1)
    expected = [a.id for a in reversed(accidents) if tag in a.tags]
    pages = [tag_report(connection, tag, page, 20) for page in range(1, -(-count // 20) + 1)]
    assert [incident["id"] for page in pages for incident in page["incidents"]] == expected and len(pages) > 2
    assert {(page["total"], page["pages"]) for page in pages} == {(count, len(pages))}
    assert len(tag_report(connection, tag)["incidents"]) == min(count, PAGE_SIZE)
    quotes = {quote for a in accidents for quotes in a.tags.values() for quote in quotes}
    axis = tag.split("/", 1)[0]
    for one in pages[0].get("measures" if axis in CAUSE_AXES else "against", []):
        assert one["incidents"] >= len(one["examples"]) and all(example["text"] in quotes for example in one["examples"])


def test_every_tag_of_the_index_has_its_count(connection, accidents) -> None:
    used = Counter(tag for a in accidents for tag in a.tags)
    tags = [tag for group in tag_index(connection)["axes"] for tag in group["tags"]]
    assert all(tag["incidents"] == used[tag["id"]] for tag in tags) and sum(used.values()) == sum(tag["incidents"] for tag in tags)

"""Codes of outside schemes: every tag of them exists, they stand in the database, and a filter takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalogue.place import data_directory
from kb.errors import CatalogueError, NotFoundError
from kb.knowledge.external_ids import load_external_ids
from kb.knowledge.taxonomy import load_taxonomy
from kb.search.filters import CAUSE_AXES, tag_keys

FILE = data_directory() / "external_ids.yml"
TAXONOMY = load_taxonomy(data_directory() / "taxonomy.yml")


def test_all_codes_are_in_the_database(connection) -> None:
    told = load_external_ids(FILE, TAXONOMY)
    assert len({one.scheme for one in told}) == 3 and len(told) > 25
    held = connection.execute("SELECT tag_id, scheme, code, title FROM external_ids ORDER BY 1, 2, 3").fetchall()
    assert [tuple(row) for row in held] == sorted((one.tag, one.scheme, one.code, one.title) for one in told)


def test_a_code_filters_by_all_its_tags(connection) -> None:
    assert tag_keys(connection, "enisa:human-errors", CAUSE_AXES) == ["trigger/operator-error", "trigger/procedure-defect"]
    with pytest.raises(NotFoundError):
        tag_keys(connection, "enisa:nothing", CAUSE_AXES)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("trigger/expiry:", "trigger/nothing:"), "trigger/nothing"),
        (("scheme: enisa", "scheme: nobody"), "nobody"),
        (('code: "G21"', "code: 21"), "trigger/expiry"),
        (('code: "G16"', 'code: "G15"'), "twice"),
    ],
)
def test_a_wrong_file_is_refused_by_name(change: tuple[str, str], named: str, tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "external_ids.yml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(CatalogueError, match=named):
        load_external_ids(path, TAXONOMY)

"""Exports are what the database holds, in files that other people's programs find sound."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import frictionless
import jsonschema
import pyarrow.parquet
import pytest

from kb.errors import OutputError
from kb.reports.export.tables import NESTED, UNITS, exported
from kb.reports.export.writing import export
from kb.store.reader import open_database
from kb.store.schema import create


@pytest.fixture(scope="module")
def exports(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole database in each format, in folders of their names."""
    folder = tmp_path_factory.mktemp("exports")
    connection = open_database(built_folder / "jiko.db")
    for form in ("csv", "json", "parquet"):
        export(connection, folder / form, form)
    connection.close()
    return folder


def described(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_frictionless_finds_the_package_sound(exports: Path) -> None:
    report = frictionless.validate(str(exports / "csv" / "datapackage.json"), limit_rows=2_000)
    assert report.valid, report.flatten(["resourceName", "rowNumber", "fieldName", "message"])[:5]
    assert report.stats["tasks"] > 25


def test_frictionless_would_have_found_a_fault(exports: Path, tmp_path: Path) -> None:
    package = described(exports / "csv")
    package["resources"] = [one for one in package["resources"] if one["name"] == "incidents"]
    text = (exports / "csv" / "incidents.csv").read_text(encoding="utf-8").replace(",equipment,", ",gremlins,", 1)
    (tmp_path / "incidents.csv").write_text(text, encoding="utf-8", newline="")
    package["resources"][0].pop("bytes"), package["resources"][0].pop("hash"), package["resources"][0].pop("rows")
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    codes = [code for (code,) in frictionless.validate(str(tmp_path / "datapackage.json")).flatten(["type"])]
    assert codes == ["constraint-error"]


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_every_row_is_there_as_the_database_has_it(exports: Path, form: str, connection: sqlite3.Connection) -> None:
    tables, _ = exported(connection)
    assert {"incidents", "measures", "statements", "documents", "passages", "precedents", "incident_tags"} <= {table.name for table in tables}
    for table in tables:
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, row)) for row in connection.execute(table.select())]
        read = read_back(exports / form, table.name, form)
        assert len(read) == len(rows), table.name
        for mine, theirs in zip(rows, read):
            for column in table.columns:
                assert same(mine[column.name], theirs[column.name], column.kind, form), (table.name, column.name, mine, theirs)


def read_back(folder: Path, name: str, form: str) -> list[dict]:
    if form == "parquet":
        return pyarrow.parquet.read_table(folder / f"{name}.parquet").to_pylist()
    if form == "json":
        return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def same(held: object, read: object, kind: str, form: str) -> bool:
    if kind == "boolean" and held is not None:
        return read is bool(held) if form != "csv" else read == str(bool(held)).lower()
    if form == "csv":
        return read == ("" if held is None else str(held))
    if form == "json" and kind in ("array", "object") and isinstance(held, str):
        return read == json.loads(held)
    return read == held


def test_lines_of_json_follow_their_schemas(exports: Path) -> None:
    for resource in described(exports / "json")["resources"]:
        schema = json.loads((exports / "json" / resource["jsonSchema"]).read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        lines = (exports / "json" / resource["path"]).read_text(encoding="utf-8").split("\n")[:-1]
        for line in lines[:300]:
            validator.validate(json.loads(line))


def test_the_package_names_types_units_keys_and_licence(exports: Path) -> None:
    package = described(exports / "csv")
    assert package["licenses"][0]["name"] == "CC-BY-4.0" and package["licenses"][0]["path"].startswith("https://") and package["sources"]
    assert package["edition"]["incidents"] > 200 and package["id"].endswith(package["edition"]["database"])
    resources = {one["name"]: one for one in package["resources"]}
    fields = {field["name"]: field for field in resources["impacts"]["schema"]["fields"]}
    assert fields["duration_minutes"]["unit"] == "minutes" and fields["printed"]["type"] == "object" and "enum" in fields["unit"]["constraints"]
    assert {field["type"] for field in resources["incidents"]["schema"]["fields"] if field["name"] in ("official", "near_miss")} == {"boolean"}
    assert {"fields": ["incident_id"], "reference": {"resource": "incidents", "fields": ["id"]}} in resources["impacts"]["schema"]["foreignKeys"]
    assert resources["incident_carriers"]["schema"]["primaryKey"] == ["incident_id", "carrier_id"]
    assert all(field.get("description") for one in package["resources"] for field in one["schema"]["fields"])


def test_what_the_module_names_is_in_the_schema() -> None:
    connection = sqlite3.connect(":memory:")
    create(connection)
    tables, left_out = exported(connection)
    columns = {(table.name, column.name): column for table in tables for column in table.columns}
    assert set(UNITS) | set(NESTED) <= set(columns)
    assert set(left_out) == {"embeddings", "incident_embeddings", "models"}
    held = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '*_fts*'")}
    assert {table.name for table in tables} | set(left_out) == held
    # A number of things is never without its unit; what is left are ids, ranks, places and years.
    counted = {key for key, column in columns.items() if column.kind == "integer" and column.constraints.get("minimum") == 0}
    assert counted - set(UNITS) == set()


def test_checks_of_the_schema_become_constraints() -> None:
    connection = sqlite3.connect(":memory:")
    create(connection)
    columns = {(table.name, column.name): column.constraints for table in exported(connection)[0] for column in table.columns}
    assert columns["incidents", "factor"] == {"enum": ["equipment", "human", "external", "other"]}
    assert columns["incidents", "statutory_class"] == {"minimum": 1, "maximum": 4}
    assert columns["precedents", "rank"] == {"minimum": 1, "required": True}
    assert columns["documents", "sha256"] == {"unique": True} and columns["incident_tags", "confidence"]["maximum"] == 1


def test_an_export_is_replaced_by_the_next_and_the_same_database_gives_the_same_files(database: Path, connection: sqlite3.Connection, tmp_path: Path) -> None:
    def contents() -> dict[str, bytes]:
        return {one.relative_to(tmp_path).as_posix(): one.read_bytes() for one in sorted(tmp_path.rglob("*")) if one.is_file()}

    export(connection, tmp_path / "out", "json")
    first = contents()
    export(connection, tmp_path / "out", "json")
    assert contents() == first
    export(connection, tmp_path / "out", "csv")
    assert {Path(name).suffix for name in contents()} == {".csv", ".json"} and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["notes.txt", "datapackage.json"])
def test_a_folder_of_other_things_is_left_alone(kb, database: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text('{"name": "someone-else", "resources": []}', encoding="utf-8")
    done = kb("export", tmp_path / "mine", "--db", database)
    assert done.exit_code == 1 and name in done.stderr and "name a new folder" in done.stderr
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == [name]


def test_a_failed_export_leaves_the_earlier_one(database: Path, connection: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(connection, tmp_path / "out")
    before = (tmp_path / "out" / "datapackage.json").read_bytes()
    monkeypatch.setattr("kb.reports.export.writing.json_schema", lambda table: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OutputError, match="No space left"):
        export(connection, tmp_path / "out", "json")
    assert (tmp_path / "out" / "datapackage.json").read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_parquet_without_its_library_says_what_to_install(kb, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    done = kb("export", tmp_path / "out", "--format", "parquet", "--db", database)
    assert done.exit_code == 1 and "jiko-kb[parquet]" in done.stderr and not (tmp_path / "out").exists()


def test_no_folder_to_write_into_is_told(kb, database: Path, tmp_path: Path) -> None:
    done = kb("export", tmp_path / "a" / "b", "--db", database)
    assert done.exit_code == 1 and "There is no folder" in done.stderr

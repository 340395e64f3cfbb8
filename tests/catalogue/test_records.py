"""The schema of a record, drafts and empty records, and `kb check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kb.building.checking import check_records
from kb.building.drafting import drafts, empty_record
from kb.building.reading import read_bytes
from kb.catalogue import incidents
from kb.catalogue.incidents import read_incident
from kb.catalogue.lines import field_lines, line_of
from kb.catalogue.place import data_directory
from kb.catalogue.plain_yaml import data_files, parse_yaml, read_yaml
from kb.catalogue.record_keys import RECORD, names
from kb.catalogue.schema import FILE, as_text, incident_schema
from kb.errors import DocumentError
from kb.knowledge.carriers import load_carriers
from kb.knowledge.reporting_rules.judgement import load_thresholds

SAMPLES = sorted((Path(__file__).parent.parent / "samples").rglob("*.txt")) + sorted((Path(__file__).parent.parent / "samples").rglob("*.html"))
VALIDATOR = Draft202012Validator(incident_schema())
RECORD_YAML = """\
id: 2024-05-01-kakuu
title: 架空の事故
carriers: [架空通信株式会社]
started_at: "2024-05-01"
cause: 設定を誤った。
impacts:
  - service: 光電話
    users: 約5万
    users_qualifer: approx
tags:
  - tag: trigger/no-such-tag
    evidence: 設定を誤った。
"""


def test_the_schema_file_is_current():
    assert FILE.read_text(encoding="utf-8") == as_text(), "run: python -m kb.catalogue.schema > kb/catalogue/incident.schema.json"


def test_the_schema_knows_what_the_reader_knows():
    assert names(RECORD) == incidents.FIELDS
    Draft202012Validator.check_schema(incident_schema())


def test_every_record_of_ours_fits_the_schema():
    for path in data_files(data_directory() / "catalogue"):
        assert [error.message for error in VALIDATOR.iter_errors(read_yaml(path))] == [], path


@pytest.mark.parametrize("change", [
    {"title": None}, {"carriers": []}, {"started_at": "2024-5-1"}, {"official": "yes"}, {"statutory_class": 5}, {"measures": [{"text": "甲", "status": "soon"}]},
    {"unknown": 1}, {"tags": [{"tag": "Trigger"}]}, {"sources": [{"publisher": "甲", "url": "example.jp"}]},
])  # fmt: skip
def test_the_schema_and_the_reader_refuse_alike(change):
    values = {"id": "a", "title": "甲", "carriers": ["乙"], "cause": None} | change
    assert list(VALIDATOR.iter_errors(values)) and read_incident(values, "a")[1]


def read(path: Path):
    return read_bytes(path.read_bytes(), path.name, "auto", load_thresholds(data_directory() / "thresholds.yml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_draft_of_every_sample_passes_the_check(path, tmp_path):
    try:
        document, report = read(path)
    except DocumentError:
        pytest.skip("of no kind that is read")
    if not report.incidents:
        pytest.skip("no accident in it")
    found = drafts(document, report, load_carriers(data_directory() / "carriers.yml"))
    assert len(found) == len(report.incidents)
    nameless = [not incident.carriers for incident in report.incidents]  # who reports must be filled in by hand, and the check says so
    for (incident_id, text), lacks in zip(found, nameless, strict=True):
        (tmp_path / f"{incident_id}.yml").write_text(text, encoding="utf-8")
        values = parse_yaml(text.encode(), Path(incident_id))
        assert [error.json_path for error in VALIDATOR.iter_errors(values)] == ["$.carriers"] * lacks
        assert "# yaml-language-server: $schema=" in text and ("# line " in text or "# page " in text)
    assert [problem.field for problem in check_records([tmp_path])[1]] == ["carriers"] * sum(nameless)


def test_a_draft_says_what_the_document_says():
    path = next(path for path in SAMPLES if path.name == "labelled.txt" and path.parent.name == "council_minutes")
    document, report = read(path)
    incident = report.incidents[0]
    _, text = drafts(document, report, load_carriers(data_directory() / "carriers.yml"))[0]
    values = parse_yaml(text.encode(), path)
    assert values["started_at"] == incident.started_at and values["carriers"] == list(incident.carriers)
    assert [m["text"] for m in values["measures"]] == [m.text for m in incident.measures]
    line = next(line for line in text.splitlines() if line.startswith("  - text: "))
    assert f"line {incident.measures[0].position.line}" in line


def test_an_empty_record_explains_every_key_and_says_what_is_missing(tmp_path):
    incident_id, text = empty_record("ソフトバンク", "2024-05-01")
    assert incident_id == "2024-05-01-softbank"
    lines = text.splitlines()
    for key in RECORD:
        place = next(number for number, line in enumerate(lines) if line.startswith(f"{key.name}:"))
        assert lines[place - 1].startswith("#"), key.name
    (tmp_path / f"{incident_id}.yml").write_text(text, encoding="utf-8")
    (problem,) = check_records([tmp_path])[1]
    assert (problem.field, problem.message) == ("title", "missing; it needs text")
    assert lines[problem.line - 1] == "title: null"


def test_problems_name_file_line_field_value_and_what_is_allowed(tmp_path):
    path = tmp_path / "2024-05-01-kakuu.yml"
    path.write_text(RECORD_YAML, encoding="utf-8")
    checked, problems = check_records([path])
    assert checked == 1
    assert [(p.line, p.field) for p in problems] == [(9, "impacts[0].users_qualifer"), (8, "impacts[0].users"), (11, "tags[0].tag")]
    assert "did you mean users_qualifier" in problems[0].message and "'約5万' is no whole number" in problems[1].message
    assert str(problems[0]).startswith(f"{path}:9: ")


def test_lines_of_missing_fields_are_those_of_what_holds_them():
    lines = field_lines(RECORD_YAML.encode())
    assert line_of("impacts[0].service", lines) == 7 and line_of("impacts[0].symptom", lines) == 7 and line_of("cause", lines) == 5
    assert line_of("nothing", lines) == 1


@pytest.mark.parametrize(("content", "line"), [("id: a\ntitle: [", 3), ("id: a\nid: b\n", 2), ("- 1\n", 1)])
def test_a_file_that_is_no_record_is_a_problem(content, line, tmp_path):
    (tmp_path / "a.yml").write_text(content, encoding="utf-8")
    assert check_records([tmp_path / "a.yml"])[1][0].line == line


def test_the_same_id_twice_is_a_problem(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yml").write_text("id: a\ntitle: 甲\ncarriers: [乙]\ncause: null\n", encoding="utf-8")
    assert "stands in" in check_records([tmp_path])[1][0].message


def test_the_commands(kb, tmp_path):
    record = tmp_path / "2024-05-01-softbank.yml"
    assert kb("new", "--carrier", "ソフトバンク", "--date", "2024-05-01", "-o", tmp_path).exit_code == 0
    assert "$schema=" in record.read_text(encoding="utf-8").splitlines()[0]
    again = kb("new", "--carrier", "ソフトバンク", "--date", "2024-05-01", "-o", tmp_path)
    assert again.exit_code == 1 and "is there already" in again.stderr
    assert kb("new", "--date", "1.5.2024").exit_code == 1
    found = kb("check", record, "--json")
    assert found.exit_code == 1 and json.loads(found.stdout)["problems"][0]["field"] == "title"
    assert kb("check", tmp_path / "none.yml").exit_code == 1
    record.write_text(record.read_text(encoding="utf-8").replace("title: null", "title: 架空の事故"), encoding="utf-8")
    assert kb("check", record).exit_code == 0

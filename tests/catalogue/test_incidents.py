"""The catalogue's files and their loader: what holds for all incidents, and what a slip is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.catalogue.incidents import FIELDS, CatalogueEntry, load_catalogue, read_incident
from kb.catalogue.plain_yaml import MAX_BYTES, parse_yaml
from kb.errors import CatalogueError
from kb.model import FACTORS, STATEMENT_KINDS, Incident

CATALOGUE = Path(__file__).parents[2] / "db" / "catalogue"

MINIMAL = """\
id: 2024-05-01-kakuu
title: 交換機の電源断
carriers: [架空通信株式会社]
cause: 電源盤の遮断器が落ちた。予備の電源へ切り替わらなかった。
"""

FULL = """\
id: 2024-05-01-kakuu
title: 交換機の電源断
carriers: [架空通信株式会社, 架空ケーブル株式会社]
fiscal_year: 2024
started_at: "2024-05-01T10:00+09:00"
ended_at: "2024-05-01T12:30+09:00"
area: 架空県
official: true
statutory_class: 1
factor: equipment
factor_basis: stated
impacts:
  - label: "①"
    carrier: 架空通信株式会社
    service: 固定電話
    symptom: 発着信不可
    started_at: "2024-05-01T10:00+09:00"
    duration_minutes: 150
    users: 20000
    users_max: 30000
    users_qualifier: range
    unit: lines
    printed: {duration: 2h30m, users: 約2〜3万}
cause: 電源盤の遮断器が落ちた。予備の電源へ切り替わらなかった。
keywords: [電源, 遮断器]
prolonging: 警報が別の窓口へ届いた。
measures:
  - {text: 遮断器を交換する。, completed_on: "2024-06", status: done, printed: R6.6}
notification: 自社サイトに掲載した。
lessons: [予備の電源は実際に切り替えて確かめる。]
tags:
  - {tag: trigger/power, evidence: 遮断器が落ちた}
sources:
  - publisher: 架空新聞
    title: 電話が止まる
    url: https://news.example/1
    original_url: null
    supports: [cause, impacts]
notes: 影響は範囲で報じられた。
"""


@pytest.fixture(scope="module")
def entries() -> list[CatalogueEntry]:
    return load_catalogue(CATALOGUE)


@pytest.fixture(scope="module")
def by_id(entries) -> dict[str, Incident]:
    return {entry.incident.id: entry.incident for entry in entries}


def write(directory: Path, text: str, name: str = "2024-05-01-kakuu.yml") -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(directory: Path, text: str, name: str = "2024-05-01-kakuu.yml") -> str:
    path = write(directory, text, name)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(directory)
    assert str(path) in str(caught.value)
    return str(caught.value)


# The project's own catalogue


def test_all_incidents_load_sorted_by_id(entries):
    ids = [entry.incident.id for entry in entries]
    assert len(ids) >= 243
    assert ids == sorted(set(ids))


def test_entries_know_their_file(entries):
    for entry in entries:
        path = CATALOGUE / entry.path
        assert entry.path == f"{entry.incident.fiscal_year}/{entry.incident.id}.yml"
        assert entry.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_hold_every_key_in_the_documented_order():
    for path in CATALOGUE.rglob("*.yml"):
        assert tuple(parse_yaml(path.read_bytes(), path)) == FIELDS, path


def test_incidents_of_each_fiscal_year(entries):
    years = [entry.incident.fiscal_year for entry in entries]
    assert set(range(2002, 2026)) <= set(years)
    assert all(years.count(year) >= held for year, held in ((2004, 6), (2011, 18), (2015, 12), (2019, 18), (2022, 18), (2025, 18)))


def test_the_eight_official_accidents_of_fy2015_are_stated(entries):
    official = [e.incident for e in entries if e.incident.fiscal_year == 2015 and e.incident.official]
    assert len(official) == 8
    assert {i.factor_basis for i in official} == {"stated"}
    assert sorted(i.statutory_class for i in official) == [1, 2, 2, 4, 4, 4, 4, 4]
    assert all(impact.printed.keys() >= {"duration", "users"} for i in official for impact in i.impacts)


def test_an_inferred_factor_is_never_passed_off_as_stated(entries):
    for incident in (entry.incident for entry in entries):
        supported = any("factor" in source.supports for source in incident.sources)
        expected = None if incident.factor is None else "stated" if supported else "inferred"
        assert incident.factor_basis == expected, incident.id
        assert incident.factor is None or incident.factor in FACTORS


def test_phases_have_label_carrier_start_and_printed_values(by_id):
    kddi = by_id["2015-07-12-kddi"]
    assert [i.label for i in kddi.impacts] == ["①", "②", "③"]
    assert kddi.impacts[2].started_at == "2015-07-12T18:58+09:00"
    assert kddi.impacts[1].printed["duration"] == "21d21h34m"
    assert kddi.impacts[1].duration_minutes == 31534
    both = by_id["2015-09-11-fctv-mitene"]
    assert [i.label for i in both.impacts] == ["[1]①", "[1]②", "[1]③", "[2]①", "[2]②", "[2]③"]
    assert {i.carrier for i in both.impacts[3:]} == {"ミテネインターネット株式会社"}
    mail = by_id["2013-04-16-kddi-mail"]
    assert [i.started_at[11:16] for i in mail.impacts] == ["00:35", "08:08", "13:29"]


def test_an_impossible_printed_month_is_kept_and_flagged(by_id):
    sonet = by_id["2015-11-01-sonet"]
    assert (sonet.measures[0].completed_on, sonet.measures[0].printed) == ("2015-01", "H27.1")
    assert any("矛盾" in s.text for s in sonet.statements if s.kind == "note")


def test_disagreeing_values_stay_beside_the_chosen_ones(by_id):
    line = by_id["2016-03-11-line"].impacts[0]
    assert line.duration_minutes == 100
    assert "約1.5時間" in line.printed["duration_other"]
    kddi = by_id["2012-01-25-kddi"].impacts[0]
    assert (kddi.users, kddi.users_max, kddi.users_qualifier) == (60000, 80000, "range")


def test_imprecise_dates_stay_imprecise(by_id):
    assert by_id["2024-10-freebit"].started_at == "2024-10"
    assert by_id["2007-09-07-kddi-taiwan"].started_at == "2007-09-07"
    assert by_id["fy2019-ntt-east-izu-2"].started_at is None
    assert by_id["fy2019-ntt-east-izu-2"].fiscal_year == 2019


def test_one_company_has_one_spelling(entries):
    carriers = {name for entry in entries for name in entry.incident.carriers}
    assert "Amazon Web Services, Inc." in carriers
    assert not carriers & {"Inc.", "Amazon Web Services", "Cloudflare"}
    assert not [name for name in carriers if "(" in name and not name.startswith("事業者名未確認(")]


def test_mirrors_name_the_original_address(entries):
    sources = [source for entry in entries for source in entry.incident.sources]
    mirrored = {source.url: source.original_url for source in sources if source.original_url}
    assert len(mirrored) > 30
    assert not [original for original in mirrored.values() if "fastly.net" in original or "plusd." in original]
    ministry = [s for s in sources if s.url and "cache.yimg.jp" in s.url]
    assert [s.original_url.split("/")[2] for s in ministry] == ["www.metro.tokyo.lg.jp"]


def test_prose_becomes_a_statement_a_sentence(by_id):
    line = by_id["2016-03-11-line"]
    kinds = [s.kind for s in line.statements]
    assert set(kinds) == set(STATEMENT_KINDS) - {"consequence", "disagreement"}
    assert kinds.count("lesson") == 5
    assert kinds.count("cause") == 3
    assert all(s.text.strip() == s.text for s in line.statements)


# Foreign folders


def test_only_id_title_carriers_and_cause_are_needed(tmp_path):
    write(tmp_path, MINIMAL, "deep/er/2024-05-01-kakuu.yaml")
    (entry,) = load_catalogue(tmp_path)
    assert entry.path == "deep/er/2024-05-01-kakuu.yaml"
    incident = entry.incident
    assert (incident.fiscal_year, incident.official, incident.impacts) == (None, None, ())
    assert [(s.kind, s.text) for s in incident.statements] == [
        ("cause", "電源盤の遮断器が落ちた。"),
        ("cause", "予備の電源へ切り替わらなかった。"),
    ]


def test_everything_can_be_said(tmp_path):
    write(tmp_path, FULL)
    incident = load_catalogue(tmp_path)[0].incident
    impact = incident.impacts[0]
    assert (impact.label, impact.users, impact.users_max, impact.unit) == ("①", 20000, 30000, "lines")
    assert dict(impact.printed) == {"duration": "2h30m", "users": "約2〜3万"}
    assert incident.measures[0].completed_on == "2024-06"
    assert incident.tags[0].evidence == "遮断器が落ちた"
    assert incident.tags[0].method == "curated"
    assert [s.kind for s in incident.statements] == ["cause", "cause", "prolonging", "lesson", "notification", "note"]
    assert incident.sources[0].supports == ("cause", "impacts")


def test_unquoted_dates_stay_text(tmp_path):
    write(tmp_path, MINIMAL + "started_at: 2024-05-01\nmeasures: [{text: 直す, completed_on: 2024-06-30}]\n")
    incident = load_catalogue(tmp_path)[0].incident
    assert (incident.started_at, incident.fiscal_year) == ("2024-05-01", 2024)
    assert incident.measures[0].completed_on == "2024-06-30"


def test_a_factor_without_basis_is_inferred(tmp_path):
    write(tmp_path, MINIMAL + "factor: human\n")
    assert load_catalogue(tmp_path)[0].incident.factor_basis == "inferred"


@pytest.mark.parametrize(
    ("started_at", "stated", "expected"),
    [
        ("2024-03-31T23:59+09:00", "null", 2023),
        ("2024-04-01T00:00+09:00", "null", 2024),
        ("2024-04", "null", 2024),
        ("2024-03", "2023", 2023),
        ("2024", "2023", 2023),
        ("2024", "2024", 2024),
        ("2024", "null", None),
    ],
)
def test_fiscal_years_run_from_april_to_march(tmp_path, started_at, stated, expected):
    write(tmp_path, MINIMAL + f'started_at: "{started_at}"\nfiscal_year: {stated}\n')
    assert load_catalogue(tmp_path)[0].incident.fiscal_year == expected


@pytest.mark.parametrize(
    "evidence",
    ["電源断", "遮断器が落ちた。予備", "警報が別", "交換する", "サイト", "実際に切り替えて", "範囲で", "発着信不可", "固定電話"],
)  # fmt: skip
def test_evidence_may_stand_in_any_text(tmp_path, evidence):
    write(tmp_path, FULL.replace("evidence: 遮断器が落ちた", f"evidence: {evidence}"))
    assert load_catalogue(tmp_path)[0].incident.tags[0].evidence == evidence


def test_an_unknown_cause_is_written_as_null(tmp_path):
    write(tmp_path, MINIMAL.split("cause:")[0] + "cause: null\n")
    assert load_catalogue(tmp_path)[0].incident.statements == ()


def test_hidden_files_are_not_read(tmp_path):
    write(tmp_path, MINIMAL)
    write(tmp_path, "\x00", ".2024-05-01-kakuu.yml")
    assert len(load_catalogue(tmp_path)) == 1


# Slips


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("users_qualifier: range", "users_qualifier: rang", ("users_qualifier: 'rang'", "did you mean range?")),
        ("factor: equipment", "factor: 設備要因", ("factor: '設備要因'", "equipment, human, external, other")),
        ("unit: lines", "unit: people", ("impacts[0].unit: 'people'", "users, lines, contracts")),
        ("status: done", "status: finished", ("measures[0].status: 'finished'", "done, planned, ongoing")),
        ("statutory_class: 1", "statutory_class: 5", ("statutory_class: 5", "1 to 4")),
        ("official: true", "official: maybe", ("official: 'maybe'", "true, false or null")),
        ("users: 20000", 'users: "2万"', ("impacts[0].users: '2万'", "no whole number")),
        ("users: 20000", "users: -1", ("impacts[0].users: -1", "out of range")),
        ("users: 20000", "users: true", ("impacts[0].users: True", "no whole number")),
        ("users_max: 30000", "users_max: 10000", ("impacts[0].users_qualifier: range", "not smaller")),
        ("users_qualifier: range", "users_qualifier: max", ("impacts[0].users_max: 30000", "range")),
        ('started_at: "2024-05-01T10:00+09:00"\nended', 'started_at: "2024-02-30"\nended', ("02-30", "calendar")),
        ('started_at: "2024-05-01T10:00+09:00"\nended', 'started_at: "2024-5-1"\nended', ("'2024-5-1'", "is no date")),
        ('ended_at: "2024-05-01T12:30+09:00"', 'ended_at: "2024-05-01T25:30+09:00"', ("ended_at:", "calendar")),
        ('ended_at: "2024-05-01T12:30+09:00"', 'ended_at: "2024-05-01T12:30"', ("no offset", "12:30+09:00")),
        ('ended_at: "2024-05-01T12:30+09:00"', 'ended_at: "2024-05-01T03:30Z"', ("2024-05-01T12:30+09:00",)),
        ('ended_at: "2024-05-01T12:30+09:00"', 'ended_at: "2024-05-01T09:30+09:00"', ("before started_at",)),
        ('ended_at: "2024-05-01T12:30+09:00"', "ended_at: 2024", ("ended_at: 2024", "in quotes")),
        ("fiscal_year: 2024", "fiscal_year: 2023", ("fiscal_year: 2023", "April to March", "use 2024")),
        ("carrier: 架空通信株式会社", "carrier: 別の会社", ("impacts[0].carrier: '別の会社'", "架空ケーブル株式会社")),
        ("prolonging:", "prolongin:", ("prolongin: unknown key; did you mean prolonging?",)),
        ("    symptom:", "    symptoms:", ("impacts[0].symptoms: unknown key; did you mean symptom?",)),
        ("printed: {duration:", "printed: {durations:", ("impacts[0].printed.durations", "did you mean duration?")),
        ("tag: trigger/power", "tag: 電源", ("tags[0].tag: '電源'", "axis/id")),
        ("evidence: 遮断器が落ちた", "evidence: 遮断器が壊れた", ("tags[0].evidence: '遮断器が壊れた'", "word for word")),
        ("supports: [cause, impacts]", "supports: [causes]", ("sources[0].supports: 'causes'", "cause")),
        ("url: https://news.example/1", "url: news.example", ("sources[0].url: 'news.example'", "http://")),
        ("lessons: [予備の電源は実際に切り替えて確かめる。]", "lessons: 一つ", ("lessons: '一つ'", "no list")),
        ("keywords: [電源, 遮断器]", "keywords: [電源, 電源]", ("keywords[1]: '電源'", "twice")),
        ("keywords: [電源, 遮断器]", "keywords: [no]", ("keywords[0]: False", "put it in quotes")),
        ("area: 架空県", 'area: "架\\0空"', ("area:", "control character")),
        ("area: 架空県", 'area: " "', ("area: is blank",)),
        ("factor: equipment\n", "", ("factor_basis: stated", "without a factor")),
        ("id: 2024-05-01-kakuu", "id: 2024-05-02-kakuu", ("id: '2024-05-02-kakuu'", "file's name '2024-05-01-kakuu'")),
        ("id: 2024-05-01-kakuu", "id: 交換機", ("id: '交換機'", "is no id")),
        ("    users: 20000\n    users_max: 30000\n", "", ("impacts[0].users_qualifier: range", "give both")),
        (
            "users: 20000\n    users_max: 30000\n    users_qualifier: range",
            "users_qualifier: max",
            ("impacts[0].users_qualifier: max", "without users"),
        ),
        (
            "  - {tag: trigger/power, evidence: 遮断器が落ちた}\n",
            "  - {tag: trigger/power, evidence: 遮断器が落ちた}\n" * 2,
            ("tags[1].tag: trigger/power stands twice",),
        ),
        ("title: 交換機の電源断\n", "", ("title: missing",)),
        ("impacts:\n  - label", "impacts:\n  - 固定電話\n  - label", ("impacts[0]: '固定電話' is no mapping",)),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_what_is_allowed(tmp_path, before, after, expected):
    assert FULL.count(before) == 1
    message = complaint(tmp_path, FULL.replace(before, after))
    for part in expected:
        assert part in message


def test_all_slips_of_a_file_come_at_once(tmp_path):
    text = FULL.replace("factor: equipment", "factor: bad").replace("statutory_class: 1", "statutory_class: 9")
    message = complaint(tmp_path, text.replace("status: done", "status: bad"))
    assert "3 problems" in message
    assert all(field in message for field in ("factor:", "statutory_class:", "measures[0].status:"))


def test_all_broken_files_come_at_once(tmp_path):
    write(tmp_path, "id: [", "a.yml")
    message = complaint(tmp_path, MINIMAL.replace("title:", "titel:"))
    assert str(tmp_path / "a.yml") in message and "titel" in message


@pytest.mark.parametrize("text", ["- 一覧\n", "", "ただの文\n", "3\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text):
    assert "no mapping" in complaint(tmp_path, text)


def test_syntax_errors_name_the_line(tmp_path):
    assert "line 3" in complaint(tmp_path, "id: a\ntitle: b\n  cause: [c\n")


def test_duplicate_ids_name_both_files(tmp_path):
    write(tmp_path, MINIMAL, "2023/2024-05-01-kakuu.yml")
    message = complaint(tmp_path, MINIMAL, "2024/2024-05-01-kakuu.yml")
    assert str(tmp_path / "2023" / "2024-05-01-kakuu.yml") in message


def test_repeated_keys_are_refused(tmp_path):
    message = complaint(tmp_path, MINIMAL + "title: もう一つの題\n")
    assert "line 5" in message and "'title'" in message


def test_aliases_are_refused(tmp_path):
    assert "anchors" in complaint(tmp_path, MINIMAL + "area: &a 架空県\nnotes: *a\n")


def test_python_objects_are_refused(tmp_path):
    assert "not valid YAML" in complaint(tmp_path, MINIMAL + "area: !!python/object/apply:os.getcwd []\n")


def test_deep_nesting_is_refused(tmp_path):
    assert "nested deeper" in complaint(tmp_path, MINIMAL + "notes: " + "[" * 500 + "]" * 500 + "\n")


def test_huge_files_are_refused(tmp_path):
    assert "larger than" in complaint(tmp_path, MINIMAL + "notes: " + "長" * (MAX_BYTES // 3) + "\n")


def test_other_encodings_are_named(tmp_path):
    path = tmp_path / "2024-05-01-kakuu.yml"
    path.write_bytes(MINIMAL.encode("shift_jis"))
    with pytest.raises(CatalogueError, match="line 2: not UTF-8"):
        load_catalogue(tmp_path)


def test_a_byte_order_mark_is_harmless(tmp_path):
    (tmp_path / "2024-05-01-kakuu.yml").write_bytes(MINIMAL.encode("utf-8-sig"))
    assert load_catalogue(tmp_path)[0].incident.title == "交換機の電源断"


def test_a_folder_without_files_is_an_error(tmp_path):
    with pytest.raises(CatalogueError, match="holds no"):
        load_catalogue(tmp_path)
    with pytest.raises(CatalogueError, match="is not a folder"):
        load_catalogue(tmp_path / "nowhere")


# The first example pays for Hypothesis' character tables, whatever the code under test does.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@unhurried
@given(st.dictionaries(st.sampled_from(FIELDS), plain))
def test_any_plain_data_is_read_or_complained_about(values):
    incident, problems = read_incident(values)
    assert (incident is None) == bool(problems)


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused_politely(content):
    try:
        parse_yaml(content, Path("x.yml"))
    except CatalogueError as error:
        assert "x.yml" in str(error)


@unhurried
@given(st.text(alphabet="あい。「」\n ", min_size=1).filter(str.strip))
def test_no_character_of_a_cause_is_lost(text):
    values = yaml.safe_load(MINIMAL) | {"cause": text}
    incident, problems = read_incident(values)
    assert not problems
    said = "".join(s.text for s in incident.statements)
    assert "".join(said.split()) == "".join(text.split())

"""Records of the catalogue checked for their editors: every slip with its file, line and field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.catalogue.fields import suggestion
from kb.catalogue.incidents import read_incident
from kb.catalogue.lines import field_lines, line_of
from kb.catalogue.place import data_directory
from kb.catalogue.plain_yaml import data_files, parse_yaml, read_bytes
from kb.errors import CatalogueError
from kb.knowledge.taxonomy import load_taxonomy


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field and what is allowed there; `field` is "" for a file that cannot be read as a whole."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: " + (f"{self.field}: " if self.field else "") + self.message

    def as_json(self) -> dict[str, str | int]:
        """The problem as plain data, for --json."""
        return asdict(self)


def check_records(files: Sequence[Path]) -> tuple[int, list[Problem]]:
    """How many records were checked, and all problems; folders are searched, our own catalogue when `files` is empty. Raises CatalogueError for what is not there."""
    paths = [found for file in files or [data_directory() / "catalogue"] for found in (data_files(file) if Path(file).is_dir() else [Path(file)])]
    known = frozenset(tag.key for tag in load_taxonomy(data_directory() / "taxonomy.yml").tags)
    problems: list[Problem] = []
    first: dict[str, Path] = {}
    for path in paths:
        problems += _check(path, known, first)
    return len(paths), problems


def _check(path: Path, known: frozenset[str], first: dict[str, Path]) -> Iterator[Problem]:
    content = read_bytes(path)
    try:
        values = parse_yaml(content, path)
    except CatalogueError as error:
        place, _, reason = str(error).removeprefix(f"{path}").partition(": ")
        digits = "".join(c for c in place.partition("line")[2].partition(",")[0] if c.isdigit())
        yield Problem(str(path), int(digits or 1), "", reason or str(error))
        return
    lines = field_lines(content)
    incident, problems = read_incident(values, path.stem)
    for problem in problems:
        field, _, message = problem.partition(": ")
        yield Problem(str(path), line_of(field, lines), field, message)
    tags = values.get("tags") if isinstance(values, dict) else None
    for number, item in enumerate(tags if isinstance(tags, list) else ()):
        tag = item.get("tag") if isinstance(item, dict) else None
        if isinstance(tag, str) and "/" in tag and tag not in known:
            field = f"tags[{number}].tag"
            yield Problem(str(path), line_of(field, lines), field, f"{tag!r} is no tag of db/taxonomy.yml{suggestion(tag, known)}; use one of those that `kb tag` proposes")
    if incident is not None and incident.id:
        if incident.id in first:
            yield Problem(str(path), line_of("id", lines), "id", f"{incident.id!r} stands in {first[incident.id]} too; rename or merge one")
        first.setdefault(incident.id, path)

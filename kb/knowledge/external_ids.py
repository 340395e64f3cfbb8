"""What tags are called in the schemes of others: `db/external_ids.yml`, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kb.catalogue.plain_yaml import read_yaml
from kb.errors import CatalogueError
from kb.knowledge.taxonomy import Taxonomy


@dataclass(frozen=True, order=True)
class ExternalId:
    """A tag ("axis/id") and the code and title that a scheme has for it."""

    tag: str
    scheme: str
    code: str
    title: str


def load_external_ids(path: Path, taxonomy: Taxonomy) -> tuple[ExternalId, ...]:
    """All codes in order of tag; raises CatalogueError for an unknown tag or scheme, a scheme without a source, or a code that stands twice."""
    content = read_yaml(path)
    if not isinstance(content, dict) or content.keys() != {"schemes", "tags"}:
        raise CatalogueError(f"{path}: it needs `schemes` and `tags`, and no more.")
    for scheme, value in content["schemes"].items():
        if not isinstance(value, dict) or not value.get("title") or not value.get("sources"):
            raise CatalogueError(f"{path}: scheme {scheme!r} needs a title and the sources in which its codes were seen.")
    known = {tag.key for tag in taxonomy.tags}
    found: list[ExternalId] = []
    for tag, entries in content["tags"].items():
        if tag not in known:
            raise CatalogueError(f"{path}: there is no tag {tag!r}; see taxonomy.yml.")
        for entry in entries:
            if not isinstance(entry, dict) or entry.keys() != {"scheme", "code", "title"} or not all(isinstance(v, str) and v for v in entry.values()):
                raise CatalogueError(f"{path}: {tag}: each entry needs scheme, code and title as text, not {entry!r}.")
            if entry["scheme"] not in content["schemes"]:
                raise CatalogueError(f"{path}: {tag}: there is no scheme {entry['scheme']!r}; known: {', '.join(content['schemes'])}.")
            found.append(ExternalId(tag, entry["scheme"], entry["code"], entry["title"]))
    if len({(one.tag, one.scheme, one.code) for one in found}) < len(found):
        raise CatalogueError(f"{path}: a code stands twice at one tag.")
    return tuple(sorted(found))

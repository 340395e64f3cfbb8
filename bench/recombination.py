"""A catalogue of any size: each incident keeps the frame of a real one, and every sentence is drawn from all sentences of its field."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

from kb.catalogue.plain_yaml import data_files, parse_yaml, read_bytes
from kb.japanese.text import sentences

PROSE = ("cause", "prolonging", "notification", "notes")
SEED = 0


def cut(text: str | None) -> list[str]:
    return [sentence for _, sentence in sentences(text)] if text else []


def entries(catalogue: Path) -> list[dict[str, Any]]:
    return [parse_yaml(read_bytes(path), path) for path in data_files(catalogue)]


def write_catalogue(catalogue: Path, incidents: int, folder: Path) -> Path:
    """Write `incidents` recombined incidents below `folder` (JSON is YAML) and return it; the same call gives the same files."""
    chance = random.Random(SEED)
    frames = entries(catalogue)
    pool: dict[str, list[Any]] = defaultdict(list)
    for frame in frames:
        pool["title"].append(frame["title"])
        for field in PROSE:
            pool[field] += cut(frame.get(field))
        for field in ("keywords", "measures", "lessons", "impacts"):
            pool[field] += frame.get(field) or []
    for item in (*pool["impacts"], *pool["measures"]):
        if isinstance(item, dict):
            item |= {key: None for key in ("carrier", "label") if key in item}  # it would name a carrier of another incident
    for number in range(incidents):
        frame = frames[number % len(frames)]
        made = {key: frame.get(key) for key in ("carriers", "fiscal_year", "started_at", "official", "sources")}
        made |= {"id": f"r{number:06d}", "title": chance.choice(pool["title"])}
        for field in PROSE:
            made[field] = "".join(chance.choice(pool[field]) for _ in cut(frame.get(field))) or None
        for field in ("keywords", "measures", "lessons", "impacts"):
            wanted = len(frame.get(field) or [])
            drawn = chance.choices(pool[field], k=wanted)
            made[field] = list({json.dumps(item): item for item in drawn}.values())  # the catalogue takes no repetitions
        made["tags"] = [{"tag": tag["tag"], "evidence": made["title"]} for tag in {tag["tag"]: tag for tag in frame.get("tags") or []}.values()]
        target = folder / f"{number // 1000:03d}"
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{made['id']}.yml").write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return folder

"""Measure search on the judgements that training never reads, and write what `/about` publishes (kb/web/scores.json).

    python -m bench.scores

The database is built anew for it, so that the scores belong to the catalogue, lexicon and embedding as they stand.
"""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path

import kb.web
from kb.building.build import build
from kb.catalogue.place import data_directory
from kb.search.corpus import Corpus
from kb.search.evaluation import MEASURES, load_judgements, score, summary
from kb.search.judged import ranker
from kb.store.reader import open_database
from kb.web.pages.about import measured_facts

JUDGEMENTS = ("test.jsonl", "similar-test.jsonl")
DIGITS = 3
OUTPUT = Path(kb.web.__file__).parent / "scores.json"


def measured(database: Path) -> dict[str, object]:
    """Both tables, when and how they came about, and what the database was made of."""
    connection = open_database(database)
    corpus = Corpus(connection)
    sets = []
    for name in JUDGEMENTS:
        judgements = load_judgements(data_directory() / "judgements" / name)
        table = summary(judgements, score(judgements, ranker(connection, corpus)))
        rounded = {kind: {key: round(value, DIGITS) if isinstance(value, float) else value for key, value in row.items()} for kind, row in table.items()}
        sets.append({"judgements": name, "command": f"kb evaluate db/judgements/{name}", "kinds": rounded})
    facts = measured_facts(connection)
    connection.close()
    return {"date": datetime.date.today().isoformat(), "mode": "hybrid", "measures": list(MEASURES), "interval": "95 %", "database": facts, "sets": sets}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "jiko.db"
        build(database)
        answer = measured(database)
    OUTPUT.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for one in answer["sets"]:
        print(f"{one['judgements']}: nDCG@10 {one['kinds']['all']['ndcg@10']}")


if __name__ == "__main__":
    main()

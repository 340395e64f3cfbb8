"""Speed and memory of jiko-kb and its peers at three sizes; writes bench/latency.md.

    python -m bench.latency [--folder FOLDER]     # FOLDER keeps the built databases for the next run
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bench import jiko, peers
from bench.recombination import write_catalogue
from bench.report import circumstances, table
from kb.catalogue.place import data_directory
from kb.search.evaluation import load_judgements

HERE = Path(__file__).parent
SIZES = (None, 10_000, 100_000)  # incidents; None is the project's own catalogue; 10,000 hold more than 100 thousand passages
WARM_UP = 20
PATIENCE = 30.0  # seconds that a program gets for its queries; a slow one answers fewer
COLD_RUNS = 9
OURS = "jiko-kb (search with evidence)"
REFERENCE = "FTS5 on Sudachi terms, OR"
BASELINE = 'from sudachipy import Dictionary; Dictionary().tokenizer(); import sqlite_utils'


def queries() -> list[str]:
    return [judgement.query for judgement in load_judgements(data_directory() / "judgements" / "test.jsonl")]


def timed(rank: peers.Rank, texts: Sequence[str]) -> tuple[float, float, float]:
    """(p50, p95, p50 of processor time) in milliseconds of one call a query, after warming up, within PATIENCE seconds each.

    Processor time is what a machine that does nothing else would need; the clock also counts waiting for other programs.
    """
    for text, _ in zip(texts[:WARM_UP], _until(PATIENCE / 3)):
        rank(text, 10)
    clock, processor = [], []
    for text, _ in zip(texts, _until(PATIENCE)):
        start, used = time.perf_counter(), time.process_time()
        rank(text, 10)
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    p50, p95 = np.percentile(clock, [50, 95]) * 1000
    return float(p50), float(p95), float(np.median(processor)) * 1000


def _until(seconds: float) -> Iterator[None]:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        yield


def measured(database: Path) -> dict[str, float]:
    """What the child process reports: nothing else has run in it, so its peak memory is that of search."""
    built = jiko.opened(database)
    start = time.perf_counter()
    jiko.searching(built)(queries()[0], 10)
    first = time.perf_counter() - start
    found: dict[str, float] = {"first": first * 1000}
    for mode in ("hybrid", "keyword"):
        found[f"{mode}_p50"], found[f"{mode}_p95"], found[f"{mode}_cpu"] = timed(jiko.searching(built, mode), queries())
    return found | {"incidents": built.incidents, "passages": built.passages, "peak_mib": peak_memory(), "torch": float("torch" in sys.modules)}


def peak_memory() -> float:
    """MiB that this program has held at most. `ru_maxrss` would count what its parent held when it was started."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(database: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.latency", "--measure", str(database)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def database_of(size: int | None, folder: Path) -> tuple[Path, float | None]:
    """(database, seconds it took to build, None when an earlier run left it)."""
    place = folder / ("own" if size is None else f"recombined-{size}")
    if (place / "jiko.db").is_file():
        return place / "jiko.db", None
    catalogue = None if size is None else write_catalogue(data_directory() / "catalogue", size, place / "catalogue")
    start = time.perf_counter()
    jiko.built(place, catalogue).connection.close()
    return place / "jiko.db", time.perf_counter() - start


def cut_documents(database: Path) -> tuple[peers.Documents, peers.Documents, peers.Documents]:
    """(incidents, incidents as terms, passages as terms); terms are the database's own, so that no time goes into cutting again."""
    connection = jiko.opened(database).connection
    passages = {str(i): text for i, text in connection.execute("SELECT id, words FROM passages ORDER BY id")}
    sql = "SELECT incident_id, group_concat(words, ' ') FROM passages WHERE incident_id IS NOT NULL GROUP BY incident_id"
    return peers.texts_of_incidents(connection), dict(connection.execute(sql).fetchall()), passages


def over_texts(folder: Path) -> dict[str, Callable[[peers.Documents], peers.Rank]]:
    """Peers that read Japanese in their own way, if at all; `folder` takes the files of those that need some."""
    return {
        "FTS5 unicode61, as typed (Datasette's default)": partial(peers.fts5, tokenize="unicode61", cut=peers.as_it_is, query=peers.all_of),
        "FTS5 trigram, OR": partial(peers.fts5, tokenize="trigram", cut=peers.as_it_is, query=peers.any_trigram),
        "LanceDB FTS, icu": partial(peers.lancedb_text, tokenizer="icu", folder=folder),
    }


OVER_TERMS: dict[str, Callable[[peers.Documents], peers.Rank]] = {
    REFERENCE: partial(peers.fts5, tokenize="unicode61", cut=peers.as_it_is, query=peers.any_term),
    "tantivy on Sudachi terms": partial(peers.tantivy_terms, cut=peers.as_it_is),
    "bm25s on Sudachi terms": partial(peers.bm25s_terms, k1=1.5, cut=peers.as_it_is),
}


def warm_section(database: Path, seconds: float | None) -> str:
    ours = in_child(database)
    incidents, cut_incidents, passages = cut_documents(database)
    texts = queries()
    rows = [(f"{OURS}, {mode}", *(ours[f"{mode}_{figure}"] for figure in ("p50", "p95", "cpu"))) for mode in ("hybrid", "keyword")]
    with peers.temporary_folder() as scratch:
        for unit, documents, programs in (
            ("incidents", incidents, over_texts(Path(scratch))),
            ("incidents", cut_incidents, OVER_TERMS),
            ("passages", passages, OVER_TERMS),
        ):
            for name, build in programs.items():
                rows.append((f"{name}, {unit}", *timed(build(documents), texts)))
    base = next(processor for name, _, _, processor in rows if name == f"{REFERENCE}, incidents")
    built = "built earlier" if seconds is None else f"built in {seconds:.0f} s"
    return "\n\n".join([
        f"### {ours['incidents']:,.0f} incidents, {ours['passages']:,.0f} passages ({built})",
        table(
            ["program", "p50 ms", "p95 ms", "p50 of processor ms", "ratio of processor p50"],
            [[name, f"{p50:.2f}", f"{p95:.2f}", f"{used:.2f}", f"{used / base:.2f}"] for name, p50, p95, used in rows],
        ),
        f"jiko-kb: first search of a process {ours['first']:.0f} ms after opening; peak memory {ours['peak_mib']:.0f} MiB; torch"
        f" {'WAS' if ours['torch'] else 'was not'} imported.",
    ])  # fmt: skip


def process_time(command: Sequence[str]) -> float:
    """Median wall-clock seconds of COLD_RUNS processes."""
    taken = []
    for _ in range(COLD_RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def cold_section(databases: Sequence[Path]) -> str:
    program = str(Path(sys.executable).parent / "kb")
    base = process_time([sys.executable, "-c", BASELINE])
    rows = [["Python with SudachiPy's dictionary and sqlite_utils, no search", f"{base * 1000:.0f}", "1.00"]]
    for database in databases:
        built = jiko.opened(database)
        built.connection.close()
        taken = process_time([program, "search", "位置登録サーバ 切り戻し 輻輳", "--db", str(database)])
        rows.append([f"`kb search`, {built.incidents:,} incidents", f"{taken * 1000:.0f}", f"{taken / base:.2f}"])
    return "\n\n".join([
        "## Cold: one process a search",
        f"Median of {COLD_RUNS} processes, files in the page cache.",
        table(["process", "ms", "ratio"], rows),
    ])  # fmt: skip


LIMITS = """What the numbers do not say: corpora above our own are recombined from its sentences, so their vocabulary does not grow as that of real records would,
and common words stand in more records than they would; embeddings there are fitted at build time, not the trained one. Peers only rank and give ids:
they neither read carriers and years nor fetch and mark sentences, which takes up a part of our time. They hold their index in memory; ours is on disk
and in the page cache. One client, one query at a time, on a machine that does other things as well: compare ratios, not milliseconds."""


def report(folder: Path) -> str:
    found = [database_of(size, folder) for size in SIZES]
    warm = [warm_section(database, seconds) for database, seconds in found]
    return "\n\n".join([
        "# Latency",
        circumstances("python -m bench.latency"),
        f"{len(queries())} queries of `db/judgements/test.jsonl`, ten hits each. Goals: p50 of 30 ms at our own size and 80 ms at 100 thousand passages,"
        " 400 MiB of memory without torch.",
        "## Warm: an open process",
        f"Ratios are to {REFERENCE}, over incidents. Peers are timed over whole incidents as documents, those on Sudachi terms over passages, too; the time"
        f" includes cutting the query. A program that is not done with all queries after {PATIENCE:.0f} s is judged by those that it answered.",
        *warm,
        cold_section([database for database, _ in found]),
        LIMITS,
    ]) + "\n"  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="keep the databases here, and use those of an earlier run")
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.measure:
        print(json.dumps(measured(given.measure)))
        return
    if given.folder:
        text = report(given.folder.absolute())
    else:
        with peers.temporary_folder() as scratch:
            text = report(Path(scratch))
    (HERE / "latency.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

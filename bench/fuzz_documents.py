"""Mutated documents of every kind and format: each must give a report or a `KbError`, within bounds of processor time and memory, and lose no letter.

    python -m bench.fuzz_documents [--count 3000] [--seed 0] [--seconds 5] [--megabytes 1024] [--only NUMBER]

A document is known by its number: `--only NUMBER` reads that one again in this process, with its traceback. Exit 1 if any fails.
"""

from __future__ import annotations

import argparse
import email.message
import io
import json
import multiprocessing
import random
import re
import resource
import signal
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from kb.errors import KbError
from kb.formats.document import document_from_bytes
from kb.sources import KINDS, parse_document
from kb.sources.serialise import report_as_json
from tests.pdf_writer import PdfWriter

SAMPLES = Path(__file__).parents[1] / "tests" / "samples"
FOLDERS = ("annual_report", "council_minutes", "company_report", "guidance", "brief")
SHOWN = 15
LETTERS = "①②[1][2]【】（）<>《》^{}「」・:：、。%|#*\t\n　 0９万千億年月日時分約最大〜～→※\u200b\ufffd\x00𠮟e\u0301"
BOMBS = ("（", "【", "①", "9", "年", "、", "1 ", "約", "■\n", "時間", "株式会社", "及び", "こと。", "\n", "\t", "|", "<td>", "[1]", "平成27年", "H27.", "23:59", "の", "か、", "「")


class TooSlow(Exception):
    """A document took longer than it may."""


def samples() -> list[tuple[str, str]]:
    """(name, text) of every sample."""
    found = []
    for folder in FOLDERS:
        for path in sorted((SAMPLES / folder).glob("*")):
            if path.suffix in (".txt", ".html", ".md"):
                data = path.read_bytes()
                document = document_from_bytes(data, path.name)
                found.append((path.name, data.decode("utf-8", "ignore") if document.media == "html" else document.text))
    return found


def mutated_text(text: str, chance: random.Random) -> str:
    """One to eight changes of lines, letters and cells."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 8)):
        if not lines:
            return ""
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        line = lines[at]
        place = chance.randrange(len(line) + 1)
        match chance.randrange(14):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], line
            case 3:
                lines[at : at + 1] = [line[:place], line[place:]]
            case 4:
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
            case 5:
                lines[at] = line[:place] + chance.choice(LETTERS) + line[place:]
            case 6:
                lines[at] = line[:place] + chance.choice(LETTERS) + line[place + 1 :]
            case 7:
                lines[at] = line.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
            case 8:
                lines[at] = re.sub(r"\s+", chance.choice(["", " ", "\t", "　　　"]), line)
            case 9:
                lines[at] = line[:place] + chance.choice(BOMBS) * chance.choice([3, 40, 3000]) + line[place:]
            case 10:
                lines = lines[:at] * chance.choice([1, 2, 8]) + lines[at:]
            case 11:
                lines[at] = re.sub(r"\d", lambda _: chance.choice("0123456789元"), line)
            case 12:
                lines[at] = "\t".join(chance.sample(cells, len(cells))) if len(cells := line.split("\t")) > 1 else line[::-1]
            case 13:
                lines = [chance.choice(["", "> ", "・", "1 ", "  "]) + each for each in lines]
    return "\n".join(lines)[:400_000]


def as_word(text: str, chance: random.Random) -> bytes:
    import docx

    document = docx.Document()
    for line in text.split("\n")[:300]:
        clean = "".join(letter for letter in line if letter.isprintable() or letter == "\t")[:2000]
        cells = clean.split("\t")[:12]
        if len(cells) > 1:
            row = document.add_table(1, len(cells)).rows[0]
            for cell, value in zip(row.cells, cells, strict=True):
                cell.text = value
        else:
            document.add_paragraph(clean, style=chance.choice(["Normal", "Heading 1", "List Bullet", "List Number"]))
    return saved(document.save)


def as_excel(text: str, chance: random.Random) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in text.split("\n")[:300]:
        cells = ["".join(letter for letter in cell if letter.isprintable())[:2000] for cell in re.split(r"\t|[:：]", line)[:12]]
        sheet.append([f"'{cell}" if cell.startswith("=") else cell for cell in cells])
    if chance.random() < 0.5 and sheet.max_row > 3:
        sheet.merge_cells(start_row=1, end_row=chance.randint(1, 3), start_column=1, end_column=chance.randint(1, 3))
    return saved(book.save)


def as_pdf(text: str, chance: random.Random) -> bytes:
    writer = PdfWriter()
    for number, line in enumerate(text.split("\n")[:150], 1):
        clean = "".join(letter for letter in line if letter.isprintable() and ord(letter) < 0x10000)
        cells = clean.split("\t")[:6]
        if len(cells) > 1:
            width = chance.choice([14, 60, 90])
            writer.table([[re.sub(f"(.{{{max(width // 10, 1)}}})", r"\1\n", cell[:120]) for cell in cells]], [width] * len(cells))
        else:
            writer.line(clean[:60])
        if number % 40 == 0:
            writer.page()
    return writer.bytes()


def as_mail(text: str, chance: random.Random) -> bytes:
    message = email.message.EmailMessage()
    message["Subject"], message["From"], message["To"] = "障害報告", "a@example.jp", "b@example.jp"
    message.set_content(text[: len(text) // 2].encode("utf-8", "ignore").decode())
    message.add_attachment(text.encode("utf-8", "ignore"), maintype="text", subtype="plain", filename="report.txt")
    return message.as_bytes()


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


FORMATS: tuple[tuple[str, Callable[[str, random.Random], bytes] | None, int], ...] = (
    ("txt", None, 14), ("docx", as_word, 2), ("xlsx", as_excel, 2), ("pdf", as_pdf, 1), ("eml", as_mail, 1),
)  # fmt: skip


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """Flipped, cut or spliced bytes; a zip also with one of its members changed inside."""
    changed = bytearray(data)
    match chance.randrange(4):
        case 0:
            for _ in range(chance.randint(1, 30)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
        case 1:
            del changed[chance.randrange(len(changed)) :]
        case 2:
            start = chance.randrange(len(changed))
            changed[start:start] = changed[: chance.randint(1, 500)]
        case 3 if data.startswith(b"PK"):
            return zip_with_changed_member(data, chance)
    return bytes(changed)


def zip_with_changed_member(data: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = chance.choice(names)
        for name in names:
            content = bytearray(source.read(name))
            if name == chosen and content:
                for _ in range(chance.randint(1, 10)):
                    content[chance.randrange(len(content))] = chance.randrange(32, 127)
            target.writestr(name, bytes(content))
    return stream.getvalue()


def make(number: int, seed: int, texts: list[tuple[str, str]]) -> tuple[str, bytes, str]:
    """The document of a number: its name, its bytes and the kind it is read as."""
    chance = random.Random(f"{seed}/{number}")
    name, text = chance.choice(texts)
    text = mutated_text(text, chance)
    suffix, writer, _ = chance.choices(FORMATS, [share for *_, share in FORMATS])[0]
    data = writer(text, chance) if writer else text.encode(chance.choice(["utf-8", "utf-8", "cp932", "euc_jp", "utf-16"]), "replace")
    if chance.random() < (0.3 if writer else 0.05) and data:
        data = mutated_bytes(data, chance)
    kind = "auto" if chance.random() < 0.6 else chance.choice(KINDS)
    return f"{number}-{name}.{suffix}", data, kind


def read(name: str, data: bytes, kind: str) -> str:
    """What came of it: the kind read, or "refused"; AssertionError where a letter was lost."""
    try:
        document = document_from_bytes(data, name)
        report = parse_document(document, kind)
    except KbError as error:
        assert "\n" not in str(error) and (name.split("-")[0] in str(error) or name.endswith(".eml")), f"an unclear refusal: {error}"
        return "refused"
    coverage = report.coverage
    unread = sum(len(re.sub(r"\s", "", run.text)) for run in coverage.unread)
    letters = len(re.sub(r"\s", "", document.text))
    assert coverage.characters == letters == coverage.read + unread, f"{letters} letters, {coverage.read} read, {unread} listed"
    json.dumps(report_as_json(report))
    return report.kind or "no kind"


def too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def work(numbers: range, seed: int, seconds: float, megabytes: int, answers: Connection) -> None:
    """Read documents one by one in a process of its own, telling each number before it is begun."""
    texts = samples()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2 * 1024**2, megabytes * 2 * 1024**2))
    signal.signal(signal.SIGPROF, too_slow)
    for number in numbers:
        name, data, kind = make(number, seed, texts)
        answers.send((number, name, "begun", 0.0, before))
        started = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            answer = read(name, data, kind)
        except TooSlow:
            answer = f"FAILED: over {seconds:g} s as {kind}"
        except Exception as error:  # any other exception is what this script looks for
            answer = f"FAILED: {type(error).__name__}: {error} as {kind}"[:200]
        signal.setitimer(signal.ITIMER_PROF, 0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        answers.send((number, name, answer, time.process_time() - started, peak))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=3000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--megabytes", type=int, default=1024)
    options.add_argument("--only", type=int)
    chosen = options.parse_args()
    if chosen.only is not None:
        name, data, kind = make(chosen.only, chosen.seed, samples())
        print(name, kind, read(name, data, kind))
        return
    answers: Counter[str] = Counter()
    times: list[tuple[float, str]] = []
    failed: list[str] = []
    peak, number = 0, 0
    while number < chosen.count:
        receiver, sender = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(
            target=work, args=(range(number, chosen.count), chosen.seed, chosen.seconds, chosen.megabytes, sender)
        )
        process.start()
        sender.close()
        begun = ""
        try:
            while True:
                number, begun, answer, seconds, megabytes = receiver.recv()
                if answer == "begun":
                    continue
                peak = max(peak, megabytes)
                times.append((seconds, begun))
                answers[answer if not answer.startswith("FAILED") else "FAILED"] += 1
                if answer.startswith("FAILED"):
                    failed.append(f"{begun}: {answer}")
                if number % 500 == 499:
                    print(f"{number + 1} read, {len(failed)} failed", file=sys.stderr, flush=True)
        except EOFError:
            process.join()
            if process.exitcode:
                failed.append(f"{begun}: the process died with {process.exitcode}")
        number += 1
    times.sort(reverse=True)
    print(f"{len(times):,} documents: " + ", ".join(f"{count:,} {answer}" for answer, count in answers.most_common()))
    print(f"slowest: {', '.join(f'{seconds:.1f} s ({name})' for seconds, name in times[:5])}; peak {peak:,} MB")
    if peak > chosen.megabytes:
        failed.append(f"{peak} MB of memory, more than {chosen.megabytes}")
    for line in failed[:SHOWN]:
        print(line)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

"""Imports point one way: a module imports only what stands before it in the order of the data's way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "kb"

# From first to last; a module may import from its own layer and earlier ones.
LAYERS = [
    {"", "errors"},
    {"model"},
    {"japanese"},
    {"formats"},
    {"sources"},
    {"catalogue"},
    {"knowledge"},
    {"tagging"},
    {"store"},
    {"search"},
    {"reports"},
    {"building"},
    {"assistant"},
    {"web"},
    {"cli"},
    {"__main__"},
]
LOOSE = {"__init__.py", "__main__.py", "errors.py", "model.py"}  # what stands beside the rooms
# Libraries that only these modules may import, however deep inside a function.
ONLY = {
    "sudachipy": {"japanese/terms.py"},
    "torch": {"building/training.py"},
    "sentence_transformers": {"search/embedding.py", "building/training.py"},
    "sqlite_utils": {"store/tellings.py", "store/index_writer.py", "store/writer.py", "store/replacement.py", "building/build.py", "building/ingest.py"},
    "datasette": {"cli/serving.py", "web/"},
    "click": {"cli/"},
    "mcp": {"assistant/server.py"},
    "pydantic": {"assistant/"},
    "pdfplumber": {"formats/ruled_tables.py"},
    "pypdfium2": {"formats/pdf.py", "formats/pdf_page.py"},
    "docx": {"formats/word.py", "formats/word_numbering.py", "reports/"},
    "openpyxl": {"formats/excel.py"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def layer(parts: tuple[str, ...]) -> int:
    """The layer of a module, given the parts of its name below `kb`."""
    head = parts[0] if parts else ""
    return next(number for number, names in enumerate(LAYERS) if head in names)


def imported(path: Path) -> set[str]:
    """Absolute names of all modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write absolute imports"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    own = layer(tuple(part.removesuffix(".py") for part in relative.parts if part != "__init__.py"))
    for name in imported(path):
        if name == "kb" or name.startswith("kb."):
            parts = tuple(name.split(".")[1:])
            if parts[:1] and not ((PACKAGE / parts[0]).is_dir() or (PACKAGE / f"{parts[0]}.py").is_file()):
                continue  # a name such as kb.__version__
            assert layer(parts) <= own, f"{relative} imports {name}, which comes later"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_libraries_stay_where_they_belong(path: Path) -> None:
    relative = path.relative_to(PACKAGE).as_posix()
    for name in imported(path):
        library = name.split(".")[0]
        if library in ONLY:
            assert any(relative == place or (place.endswith("/") and relative.startswith(place)) for place in ONLY[library]), f"{relative} imports {library}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_modules_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, f"{path.name}: split it"


def test_cli_and_web_are_imported_by_nobody() -> None:
    for path in MODULES:
        if path.name == "__main__.py":
            continue  # it is the command line under another name
        relative = path.relative_to(PACKAGE).as_posix()
        for name in imported(path):
            assert relative.startswith("cli/") or not name.startswith("kb.cli"), relative
            assert relative.startswith("web/") or not name.startswith("kb.web"), relative


def test_nothing_loose_stands_beside_the_rooms() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == LOOSE


def test_every_room_says_what_it_is_for() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path.parent.name}: say its job in its first line"

"""The documentation is true: commands, options, pages and files that it names exist, and none is missing from it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from kb import __version__
from kb.catalogue.place import metadata_file
from kb.cli.main import ORDER, main
from kb.web.routes import PAGES

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.ja.md")
INSTALL = "pip install -c constraints.txt -e '.[models]' && kb serve"
LIGHT = "pip install -c constraints.txt -e . && kb serve"
TEST = "pip install -c constraints.txt -e '.[test]' && pytest -n auto"
# Files that a reader makes or brings along, that the site makes, and models named by owner and name.
NOT_OURS = {"robots.txt", "llms.txt", "db/jiko.db", "draft.pdf", "report.pdf", "minutes.html", "report.docx", "pack.docx", "jiko.db", "db/catalogue/2026/2026-11-30-slug.yml"}
FILE = re.compile(r"(?:[\w.-]+/)*[\w.-]+[.](?:md|yml|yaml|toml|txt|jsonl?|py|pdf|html|db)\b")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_lines(name: str) -> list[str]:
    """The indented lines of a README, without comments."""
    return [line.split(" #")[0].strip() for line in text(name).splitlines() if line.startswith("    ") and line.strip()]


def invocations(name: str) -> list[list[str]]:
    """Every call of `kb` in a README's code blocks, as words."""
    calls = [part.strip() for line in code_lines(name) for part in re.split(r";|&&", line)]
    return [shlex.split(call)[1:] for call in calls if call.startswith("kb ")]


def test_every_command_stands_in_the_listing() -> None:
    assert sorted(ORDER) == sorted(main.commands), "a command that ORDER lacks is missing from kb --help"


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_its_options_have_help(kb, name: str) -> None:
    command = main.commands[name]
    assert command.help and command.help.strip().endswith((".", "?")) and command.get_short_help_str(200)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not isinstance(parameter.type, click.Choice) and parameter.show_default is not True:
            assert parameter.help, f"kb {name} {parameter.opts[0]} has no help"
    result = kb(name, "--help")
    assert result.exit_code == 0 and "Usage:" in result.stdout


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_in_both_readmes(readme: str, name: str) -> None:
    assert re.search(rf"\bkb {name}\b", text(readme)), f"{readme} does not mention kb {name}"


@pytest.mark.parametrize("readme", READMES)
def test_calls_in_the_readmes_use_commands_and_options_that_exist(readme: str) -> None:
    calls = invocations(readme)
    assert len(calls) > 8
    for name, *arguments in calls:
        command = main.commands[name]
        command.make_context(name, list(arguments), resilient_parsing=False).close()  # raises UsageError on what it does not know


def test_both_readmes_call_the_same_commands() -> None:
    assert invocations("README.md") == invocations("README.ja.md")
    headings = [re.findall(r"^## ", text(name), re.M) for name in READMES]
    assert len(headings[0]) == len(headings[1]) > 5


def test_the_schema_page_is_current() -> None:
    made = subprocess.run([sys.executable, "docs/schema.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made == text("docs/schema.md"), "run: python docs/schema.py > docs/schema.md"


@pytest.mark.parametrize("readme", READMES)
def test_the_two_command_lines_stand_as_promised(readme: str) -> None:
    assert {INSTALL, LIGHT, TEST} <= set(code_lines(readme))


def test_the_checks_before_a_change_run_the_readmes_line() -> None:
    script = text(".ci/run")
    arguments = TEST.removeprefix("pip install ").removesuffix(" && pytest -n auto")
    assert re.search(rf"^pip install .*{re.escape(arguments)}$", script, re.M) and re.search(r"^pytest -n auto$", script, re.M)
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0


@pytest.mark.parametrize("document", [*READMES, "CHANGELOG.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md", "Justfile", ".ci/run"])
def test_files_named_in_documents_exist(document: str) -> None:
    named = {name for name in FILE.findall(re.sub(r"https?://\S+", "", text(document))) if name not in NOT_OURS}
    missing = sorted(name for name in named if not ((ROOT / name).exists() or ((ROOT / document).parent / name).exists()))
    assert not missing, f"{document} names files that do not exist: {missing}"


@pytest.mark.parametrize("readme", READMES)
def test_folders_and_links_named_in_readmes_exist(readme: str) -> None:
    folders = set(re.findall(r"`((?:db|kb|bench|tests)/[\w/-]*/)`", text(readme)))
    links = {target for target in re.findall(r"\]\(([^)#]+)\)", text(readme)) if "://" not in target}
    missing = sorted(name for name in folders | links if not (ROOT / name).exists())
    assert not missing, missing


def test_pages_listed_in_the_japanese_readme_are_those_that_exist() -> None:
    listed = set(re.findall(r"`(/[\w/<>]*)`", next(line for line in text("README.ja.md").splitlines() if line.startswith("画面"))))
    simple = {page.path for page in PAGES if "(?P" not in page.path} - {"/tags"}
    assert {path for path in listed if "<" not in path} == simple
    for path in listed:
        tried = re.sub(r"<\w+>", "x", path)
        assert any(re.fullmatch(page.path, tried) for page in PAGES), path


def test_metadata_is_sound_yaml_with_each_query_once() -> None:
    class Strict(yaml.SafeLoader):
        """Refuses a key that is written twice, of which YAML would silently keep the last."""

        def construct_mapping(self, node, deep=False):
            keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
            assert len(keys) == len(set(keys)), f"a key is written twice: {keys}"
            return super().construct_mapping(node, deep)

    content = yaml.load(metadata_file().read_text(encoding="utf-8"), Loader=Strict)
    assert content["title"] and content["license"] and content["source"] and len(content["databases"]["jiko"]["queries"]) >= 6


def test_the_changelog_knows_the_version() -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", text("CHANGELOG.md"), re.M)


def test_the_module_runs_like_the_command() -> None:
    result = subprocess.run([sys.executable, "-m", "kb", "--version"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == f"kb, version {__version__}"

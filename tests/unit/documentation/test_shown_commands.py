"""Every command that the documents show is run by a test, checked here, or named below with a reason."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer import Context
from typer.main import get_command

from cli.main import app
from tests.fenced_blocks import ROOT, blocks

DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("docs/*.md"), *ROOT.glob("docs/how-to/*.md")])
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", *DOCUMENTS]
LANGUAGES = {"sh", "console", "text", "json", "yaml", "sql", "python"}
MAKEFILE = (ROOT / "Makefile").read_text()

RUN_BY_TESTS = {
    "psql": "tests/integration/operations, tests/integration/deployment/test_roles.py",
    "pg_dump": "tests/integration/operations/test_backup.py",
    "pg_restore": "tests/integration/operations/test_backup.py",
    "createdb": "tests/integration/operations/test_backup.py",
    "kafka-topics.sh": "tests/integration/operations/test_topics.py",
    "kafka-consumer-groups.sh": "tests/integration/operations/test_daily.py",
    "rm": "tests/integration/operations/test_first_edition.py",
    "faust": "tests/processes.py",
    "python": "tests/integration/documentation/test_how_to.py",
}
NOT_RUN = {
    "docker": "there is no Docker where the tests run; tests/unit/deployment checks the files",
    "kubectl": "there is no Kubernetes where the tests run",
    "helm": "the same",
    "pip": "would change the environment that the tests run in",
    "pipx": "installs from the package index; tests/unit/packaging looks at the wheel",
    "uv": "the same",
    "python3": "makes an environment, as make setup does",
    "promtool": "run by tests/unit/deployment/test_monitoring.py where it is installed",
    "kcat": "not a package of Python; tests/faults/publishing.py writes such records",
    "openssl": "makes a random token",
    "kill": "does to the embedded Postgres what tests/faults/server_faults.py does",
    "sh": "starts Postgres again with the options that it wrote down",
    "curl": "asks the worker's pages as tests/integration/streams/web/test_web.py does",
    **dict.fromkeys(
        ("cat", "cd", "wait", "df", "du", "echo", "export", "grep", "mkdir", "sed", "."),
        "the shell's own, or every system's",
    ),
}


def pieces(text: str) -> Iterator[list[str]]:
    """The simple commands of a block: without comments, redirections, and variables that are set for one command."""
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    words: list[str] = []
    skip = False
    for token in lexer:
        if skip:
            skip = False
        elif set(token) <= set("<>&") and token.strip("&"):
            skip = True
            if words and words[-1].isdigit():
                words.pop()
        elif set(token) <= set("();|&\n"):
            yield words
            words = []
        elif words or not re.fullmatch(r"[A-Z_]+=.*", token, re.DOTALL):
            words.append(token)
    yield words


def commands(language: str, text: str) -> Iterator[list[str]]:
    if language == "console":
        text = "\n".join(re.findall(r"^\$ (.*)$", text, re.MULTILINE))
    # shlex takes a comment's line end with it.
    text = re.sub(r"(?m)(^|\s)#\s.*$", "", text)
    return (words for words in pieces(text) if words)


def inline(page: str) -> Iterator[tuple[str, list[str]]]:
    """Commands within sentences, as far as they are meant to be typed."""
    prose = re.sub(r"^ *```.*?^ *```", "", (ROOT / page).read_text(), flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`((?:ingest|make|python -m) [^`]+)`", prose):
        yield page, code.replace("\\|", "|").replace("\n", " ").split()


SHOWN = [
    (str(block), words)
    for page in PAGES
    for block in blocks(page)
    if block.language in {"sh", "console"}
    for words in commands(block.language, block.text)
] + [found for page in PAGES for found in inline(page)]


def check_ingest(arguments: list[str]) -> None:
    command: Any = get_command(app)
    while arguments and arguments[0] in getattr(command, "commands", {}):
        _, command, arguments = command.resolve_command(Context(command), arguments)
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    # What stands after -- is for another command.
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    given = {word.partition("=")[0] for word in own if word.startswith("--")}
    assert given <= known | {"--help"}
    placeholders = re.compile(r"[A-Z…]")
    takes_words = not hasattr(command, "commands") or not arguments or placeholders.match(arguments[0]) or given
    assert takes_words, f"no such subcommand: {arguments}"


def check_make(arguments: list[str]) -> None:
    for word in arguments:
        name, is_variable, _ = word.partition("=")
        pattern = rf"\$\(.*\b{name}\b|\b{name}=|^{name} \?=" if is_variable else rf"^{re.escape(name)}:"
        assert re.search(pattern, MAKEFILE, re.MULTILINE), word


def check_module(arguments: list[str]) -> None:
    module, *rest = arguments
    spec = importlib.util.find_spec(module)
    assert spec is not None, module
    assert spec.origin is not None
    origin = Path(spec.origin)
    if not origin.is_relative_to(ROOT) or origin.is_relative_to(ROOT / ".venv"):
        return
    if module == "cli":
        check_ingest(rest)
        return
    source = (origin.with_name("__main__.py") if origin.name == "__init__.py" else origin).read_text()
    for word in rest:
        if word.startswith("--") and word != "--help":
            assert f'"{word}"' in source, word
        elif not word.startswith("-") and module == "embedded":
            return  # a command of its own begins


def check(words: list[str]) -> None:
    program, *arguments = words
    program = program.removeprefix(".venv/bin/")
    if program == "ingest":
        check_ingest(arguments)
    elif program == "make":
        check_make(arguments)
    elif program == "python" and arguments[0] == "-m":
        check_module(arguments[1:])
    elif program.startswith("scripts/"):
        assert (ROOT / program).stat().st_mode & 0o111
    elif program == "alembic":
        assert arguments[0] in {"upgrade", "downgrade"}
    else:
        assert program in RUN_BY_TESTS.keys() | NOT_RUN.keys(), f"{program}: run it, check it, or name it with a reason"


@pytest.mark.parametrize(("place", "words"), SHOWN, ids=[f"{place} {' '.join(words)[:60]}" for place, words in SHOWN])
def test_a_command_can_be_typed(place: str, words: list[str]) -> None:
    assert place
    check(list(words))


@pytest.mark.parametrize("page", PAGES)
def test_each_block_says_what_it_is(page: str) -> None:
    assert [str(block) for block in blocks(page) if block.language not in LANGUAGES] == []


def test_there_are_commands_of_all_kinds() -> None:
    programs = {words[0].removeprefix(".venv/bin/") for _, words in SHOWN}
    assert {"ingest", "make", "python", "psql", "pg_dump", "kafka-topics.sh"} <= programs
    assert len(SHOWN) > 100


@pytest.mark.parametrize("tests", sorted({name for names in RUN_BY_TESTS.values() for name in names.split(", ")}))
def test_what_runs_them_is_there(tests: str) -> None:
    assert (ROOT / tests).exists()


@pytest.mark.parametrize(
    "command",
    [
        "ingest lod data/",
        "ingest load --nonsense",
        "make nonsense",
        "make run NONSENSE=1",
        "python -m streams.nonsense",
        "python -m producers.csv --nonsense",
        "nonsense",
        "scripts/nonsense.sh",
    ],
)
def test_a_command_that_is_none_is_found(command: str) -> None:
    [words] = commands("sh", command)
    with pytest.raises((AssertionError, OSError, ModuleNotFoundError)):
        check(words)

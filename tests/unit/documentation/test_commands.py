"""Each command that the documents give is one that there is, with options that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from producers import csv
from tests.unit.cli.test_documented import COMMANDS, OPTIONS
from tests.unit.deployment.image import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"^```[a-z]*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
INVOCATION = re.compile(
    r"(?:^|[\s/(])(ingest|python -m cli|python -m producers\.csv)((?: [^\s#;&|)<>]+)*)", re.MULTILINE
)
OPTIONS_OF_ALL = {"--help", "--install-completion", "--model"}


class Invocation(NamedTuple):
    document: str
    program: str
    words: tuple[str, ...]

    @property
    def options(self) -> set[str]:
        return {word.partition("=")[0] for word in self.words if word.startswith("--")}

    @property
    def path(self) -> tuple[str, ...]:
        """The command and subcommand meant; no more than there are."""
        path: tuple[str, ...] = ("ingest",)
        for word in self.words:
            if (*path, word) not in COMMANDS:
                break
            path = (*path, word)
        return path


def invocations() -> Iterator[Invocation]:
    for document in DOCUMENTS:
        for block, span in CODE.findall(document.read_text()):
            for program, words in INVOCATION.findall(block or span):
                yield Invocation(document.name, program, tuple(words.split()))


ALL = list(invocations())
INGEST = [found for found in ALL if found.program != "python -m producers.csv"]
PRODUCER = [found for found in ALL if found.program == "python -m producers.csv"]


def test_the_documents_give_commands() -> None:
    assert len(INGEST) > 40
    assert len(PRODUCER) > 3


@pytest.mark.parametrize("given", INGEST, ids=lambda given: f"{given.document}: {' '.join(given.words)}")
def test_a_command_is_one_that_there_is_with_options_that_it_has(given: Invocation) -> None:
    if given.words and given.words[0].islower() and given.words[0].isalpha():
        assert len(given.path) > 1, f"there is no command {given.words[0]}"
    assert given.options <= OPTIONS_OF_ALL | {option for path, option in OPTIONS if path == given.path}


@pytest.mark.parametrize("given", PRODUCER, ids=lambda given: f"{given.document}: {' '.join(given.words)}")
def test_the_producers_options_are_those_of_its_help(given: Invocation, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        csv.main(["--help"])
    assert given.options <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))

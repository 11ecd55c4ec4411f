"""Documents and messages are in plain English: the odd phrases of earlier days don't come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fenced_blocks import ROOT

BANNED = re.compile(
    r"""
    \btold\b                          # reported, said
    | \banew\b                        # again
    | (?<!there\ )\bis\ no\b(?!\ longer)   # is not a
    | \bno\ day\ of\ the\ calendar\b  # not a valid date
    | \bgoes\ on\ after\ line\b       # resuming after line
    """,
    re.VERBOSE | re.IGNORECASE,
)
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
PACKAGES = ("cli", "models", "producers", "streams")
CODE = re.compile(r"^ *```.*?^ *```|`[^`]*`", re.MULTILINE | re.DOTALL)


def prose(document: str) -> str:
    """The text without code, on one line."""
    return " ".join(CODE.sub("", document).split())


def messages(source: str) -> Iterator[str]:
    """Texts of more than one word that are not docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            text = " ".join(node.value.split())
            if " " in text:
                yield text


def banned(text: str) -> list[str]:
    return [text[max(0, match.start() - 40) : match.end() + 40] for match in BANNED.finditer(text)]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_document_is_in_plain_english(page: Path) -> None:
    assert banned(prose(page.read_text())) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_messages_are_in_plain_english(package: str) -> None:
    sources = sorted((ROOT / package).rglob("*.py"))
    assert [
        (path.name, found) for path in sources for text in messages(path.read_text()) for found in banned(text)
    ] == []


@pytest.mark.parametrize(
    ("text", "is_banned"),
    [
        ("bad rows are told once", True),
        ("it is no folder", True),
        ("There is no such file, and it is no longer there", False),
        ("rows are reported; the topic is created again", False),
    ],
)
def test_the_phrases_are_found(text: str, is_banned: bool) -> None:  # noqa: FBT001  # a case
    assert bool(banned(text)) == is_banned


def test_code_is_not_prose_and_a_docstring_is_not_a_message() -> None:
    assert prose("`told` and\n```sh\nanew\n```\nsaid") == "and said"
    assert list(messages('"""It is no message."""\nraise OSError(f"{path} is not here")\n')) == ["is not here"]

"""Each relative link of the Markdown files leads to a file, and each anchor to a heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[3]
# Folders with a dot are caches and environments, whose files are others'.
PAGES = sorted(
    path for path in ROOT.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
PARSER = MarkdownIt("commonmark").enable("table")


def tokens(text: str) -> Iterator[Token]:
    for block in PARSER.parse(text):
        yield block
        yield from block.children or ()


def links(text: str) -> Iterator[str]:
    for token in tokens(text):
        target = token.attrGet("src" if token.type == "image" else "href")
        if target is not None:
            yield str(target)


def anchors(text: str) -> set[str]:
    """The anchors of the headings, as the usual forges make them: a repeated heading gets a number."""
    blocks = PARSER.parse(text)
    seen: Counter[str] = Counter()
    found = set()
    for opening, inline in pairwise(blocks):
        if opening.type == "heading_open":
            anchor = re.sub(r"[^\w\- ]", "", plain(inline).lower()).replace(" ", "-")
            found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
            seen[anchor] += 1
    return found


def plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})


def broken(page: Path, root: Path = ROOT) -> Iterator[str]:
    for link in links(page.read_text()):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.exists() or not target.is_relative_to(root):
            yield f"{link}: no such file"
        elif parts.fragment and unquote(parts.fragment) not in anchors(target.read_text()):
            yield f"{link}: no such heading"


def test_there_are_pages() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "guarantees.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_wrong_file_and_a_wrong_anchor_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# The `a` and b\n\n## Twice\n\n## Twice\n\n"
        "[1](#the-a-and-b) [2](#twice-1) [3](#twice-2)\n\n| ![4](gone.svg) |\n| --- |\n| [5](page.md#no) |\n\n"
        "[6]\n\n[6]: ../x.md\n"
    )

    assert list(broken(page, tmp_path)) == [
        "#twice-2: no such heading",
        "gone.svg: no such file",
        "page.md#no: no such heading",
        "../x.md: no such file",
    ]

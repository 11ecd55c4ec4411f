"""The fenced blocks of the documents, by page and heading: tests run what the reader is told to run."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
_PARSER = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: str
    """Its file, from the project's folder."""
    heading: str
    """The heading that it stands under."""
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: str) -> list[Block]:
    """All fenced blocks of a page, in order."""
    found: list[Block] = []
    heading = ""
    tokens = _PARSER.parse((ROOT / page).read_text(encoding="utf-8"))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            heading = following.content
        elif token.type == "fence":
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(page, heading, line, token.info.strip(), textwrap.dedent(token.content)))
    return found


def blocks_under(page: str, heading: str) -> list[str]:
    """The commands of the `sh` blocks under a heading.

    Raises:
        LookupError: there are none.
    """
    found = [block.text for block in blocks(page) if block.heading == heading and block.language == "sh"]
    if not found:
        raise LookupError(f"{page} has no commands under the heading {heading}")
    return found

"""The indexes name every document and every decision."""

from __future__ import annotations

import re

from tests.fenced_blocks import ROOT

DOCS = ROOT / "docs"


def test_the_index_names_every_document() -> None:
    index = (DOCS / "index.md").read_text()
    documents = {path.name for path in DOCS.glob("*.md")} - {"index.md"}
    assert documents <= set(re.findall(r"\]\(([\w-]+\.md)", index))


def test_the_decisions_stand_in_their_index_with_title_and_status() -> None:
    row = re.compile(r"^\| (\d+) \| \[(.*)\]\((\d{4}-.*?\.md)\) \| (.+?) \| .+ \|$", re.MULTILINE)
    rows = row.findall((DOCS / "adr" / "README.md").read_text())
    decisions = []
    for path in sorted(DOCS.glob("adr/[0-9]*.md")):
        text = path.read_text()
        heading = re.match(r"# (\d+)\. (.*)\n", text)
        status = re.search(r"^Status: (.*)$", text, re.MULTILINE)
        assert heading is not None, path
        assert status is not None, path
        decisions.append((heading[1], heading[2], path.name, status[1]))
    assert rows == decisions

"""docs/how-to: what each page shows is what one sees."""

from __future__ import annotations

import re

import pytest

from tests.fenced_blocks import ROOT, blocks
from tests.integration.documentation.test_readme import ALREADY_DONE, same_each_time, steps
from tests.operator_shell import OperatorShell

FOLDER = "docs/how-to"
BEGIN = f"{FOLDER}/README.md"
PAGES = sorted(path.name for path in (ROOT / FOLDER).glob("*.md") if path.name != "README.md")
FILES = ("bookings.py", "bookings/hotels.csv", "bookings/nights.csv")


async def begin(operator: OperatorShell) -> None:
    """What README.md says that each page begins with: a model, files, and a load of them."""
    (operator.folder / "bookings").mkdir()
    *files, session = blocks(BEGIN)
    for name, block in zip(FILES, files, strict=True):
        (operator.folder / name).write_text(block.text)
    for command, _ in steps(session.text):
        if not command.startswith(ALREADY_DONE):
            await operator.run(command)


def programs(page: str) -> dict[str, str]:
    """The programs of a page, by the name of the file that stands in the sentence before each."""
    return dict(
        re.findall(r"^`(\w+\.py)`:\n\n```python\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    )


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_does_what_is_shown(operator: OperatorShell, name: str) -> None:
    await begin(operator)
    page = f"{FOLDER}/{name}"
    for file, text in programs(page).items():
        (operator.folder / file).write_text(text)
    session = [step for block in blocks(page) if block.language == "console" for step in steps(block.text)]
    assert len(session) > 1
    for command, expected in session:
        # psql ends with an empty line, which a page need not show.
        shown = (await operator.shown(command)).rstrip("\n")
        assert same_each_time(shown) == same_each_time(expected.rstrip("\n")), command

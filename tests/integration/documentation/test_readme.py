"""README.md and docs/tutorial.md: what they show is what one sees."""

from __future__ import annotations

import re

from tests.fenced_blocks import Block, blocks
from tests.operator_shell import OperatorShell

PAGE = "README.md"
TUTORIAL = "docs/tutorial.md"
ALREADY_DONE = ("make setup", "python -m embedded bash", "python3 -m venv", "export KAFKA_BOOTSTRAP_SERVERS=")
"""Setting up, which the tests' own environment stands for."""


def under(heading: str, language: str, page: str = PAGE) -> list[Block]:
    return [block for block in blocks(page) if (block.heading, block.language) == (heading, language)]


def steps(session: str) -> list[tuple[str, str]]:
    """Commands, with the text that they are given, and what is shown after each."""
    parts = re.split(r"^\$ (.*\n)", session, flags=re.MULTILINE)[1:]
    found = []
    for command, rest in zip(parts[::2], parts[1::2], strict=True):
        given, end, shown = rest.partition("END\n") if "<<END" in command else ("", "", rest)
        found.append((command + given + end, shown))
    return found


def same_each_time(shown: str) -> list[str]:
    """The lines without what differs from run to run: ids, times, and the widths of columns that follow."""
    for pattern, name in (
        (r"^\d+ s: .*\n", ""),  # how far it is, on a slow machine
        (r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", "ID"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME"),
        (r"\d+\.\d+ s$", "SECONDS"),
        (r" +\d+\.\d\d +[\d,]+$", " SECONDS RATE"),
        (r"-{2,}", "--"),
        (r" +", " "),
    ):
        shown = re.sub(pattern, name, shown, flags=re.MULTILINE)
    return [line.rstrip() for line in shown.splitlines()]


async def test_the_tutorial_does_what_it_shows(operator: OperatorShell) -> None:
    session = [step for block in blocks(TUTORIAL) if block.language == "console" for step in steps(block.text)]
    assert len(session) > 15
    for command, expected in session:
        if not command.startswith(ALREADY_DONE):
            # psql ends with an empty line, which a page need not show.
            shown = (await operator.shown(command)).rstrip("\n")
            assert same_each_time(shown) == same_each_time(expected.rstrip("\n")), command


async def test_the_main_job_ends_as_shown(operator: OperatorShell) -> None:
    [block] = under("Try it: two commands", "text")
    expected = same_each_time(block.text)
    shown = same_each_time(await operator.shown("python -m cli.main_job data"))
    # "ends like this": the rejects of the samples come first.
    assert shown[-len(expected) :] == expected


async def test_the_commands_for_data_to_keep_work(operator: OperatorShell) -> None:
    [block] = under("Your own data, to keep", "sh")
    commands = [line for line in block.text.splitlines() if not line.startswith(ALREADY_DONE)]
    assert len(commands) == 5
    # In the background, it would hold this test's pipe open.
    shown = [await operator.shown(command.replace("worker &", "worker > worker.log 2>&1 &")) for command in commands]
    _, load, report, audit, doctor = shown
    assert "applied in" in load
    assert "Ada Winter" in report
    assert "features of 9 users equal" in audit
    assert "BAD" not in doctor

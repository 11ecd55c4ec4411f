"""A file name that holds a terminal's commands and a line break: printed by every command, obeyed by none."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.shell import USERS
from tests.processes import Stack

NAME = "evil\x1b[31m\nname"
SHOWN = r"evil\x1b[31m\nname"


async def test_names_from_files_are_printed_on_one_line_without_control_characters(
    stack: Stack, tmp_path: Path
) -> None:
    bad, empty = tmp_path / f"{NAME}.csv", tmp_path / f"{NAME}-empty.csv"
    bad.write_text(f"{USERS}1,A\x1b[2Ja,,2024-01-01\nx,Bo,,2024-01-01\n")
    empty.write_text("")
    stack.start_worker()
    await stack.workers[-1].ready()
    printed = []
    for arguments, code in (
        (["cli", "load", str(bad), str(empty)], 1),
        (["producers.csv", str(bad), str(empty)], 1),
        (["producers.csv", str(empty)], 2),
        (["cli", "load", str(empty)], 2),
        (["cli", "loads"], 0),
        (["cli", "rejects", "list"], 0),
        (["cli", "rejects", "show", "1"], 0),
        (["cli", "rejects", "export", str(tmp_path / NAME)], 0),
        (["cli", "rejects", "export", str(tmp_path / NAME)], 2),
        (["cli", "report"], 0),
        (["streams.report"], 0),
        (["cli", "status"], 0),
    ):
        done = await stack.run(*arguments)
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        printed.append(done.stdout + done.stderr)
    [load] = (await stack.fetch("SELECT load_id FROM loads ORDER BY number LIMIT 1"))[0]
    printed.append((await stack.run("cli", "loads", "show", str(load))).stdout)
    assert not [text for text in printed if "\x1b" in text]
    for text in (*printed[:11], printed[-1]):
        assert SHOWN in text or "A\\x1b[2Ja" in text

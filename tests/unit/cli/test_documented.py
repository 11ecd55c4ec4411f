"""Each command and each option is in the manual, and the manual names no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer import Context
from typer.main import get_command

from cli.main import app
from models.exit_codes import ExitCode
from models.settings.environment import Settings
from tests.unit.deployment.image import ROOT

MANUAL = (ROOT / "docs" / "command-line.md").read_text()


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401  # typer's own click has no types
    yield path, command
    for name in getattr(command, "commands", {}):
        # As it is resolved to be run: only then is it imported.
        _, below, _ = command.resolve_command(Context(command), [name])
        yield from _commands(below, (*path, name))


OF_ALL = {"--model"}
"""Options of every command, which stand before their sections."""
COMMANDS = dict(_commands(get_command(app), ("ingest",)))
OPTIONS = [
    (path, option)
    for path, command in COMMANDS.items()
    for parameter in command.params
    for option in (*parameter.opts, *parameter.secondary_opts)
    if option.startswith("--") and option not in {"--install-completion", "--show-completion", "--help", *OF_ALL}
]


def section(path: tuple[str, ...]) -> str:
    """What the manual says of one command."""
    [_, found] = re.split(rf"^#+ `{' '.join(path)}`$", MANUAL, maxsplit=1, flags=re.MULTILINE)
    return re.split(r"^#+ ", found, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("option", sorted(OF_ALL))
def test_an_option_of_all_commands_is_told_before_their_sections(option: str) -> None:
    assert f"`{option}" in MANUAL.partition("\n## `")[0]
    leaves = [command for command in COMMANDS.values() if not hasattr(command, "commands")]
    assert all(any(option in each.opts for each in command.params) for command in leaves)


def test_there_are_commands() -> None:
    assert {path[1] for path in COMMANDS if len(path) > 1} == {
        "load",
        "worker",
        "rejects",
        "loads",
        "model",
        "status",
        "skip",
        "audit",
        "report",
        "export",
        "rebuild",
        "doctor",
        "demo",
        "init",
    }


@pytest.mark.parametrize("path", [path for path in COMMANDS if len(path) > 1], ids=" ".join)
def test_each_command_has_a_section(path: tuple[str, ...]) -> None:
    assert section(path).strip()


@pytest.mark.parametrize(
    ("path", "option"), OPTIONS, ids=lambda value: value if isinstance(value, str) else "-".join(value)
)
def test_each_option_is_in_its_commands_section(path: tuple[str, ...], option: str) -> None:
    assert f"`{option}" in section(path)


@pytest.mark.parametrize("path", [path for path in COMMANDS if len(path) > 1], ids=" ".join)
def test_a_section_names_only_options_that_there_are(path: tuple[str, ...]) -> None:
    known = {option for at, option in OPTIONS if at == path}
    assert set(re.findall(r"^\| `(--[a-z-]+)", section(path), re.MULTILINE)) <= known


@pytest.mark.parametrize("code", ExitCode)
def test_each_exit_code_is_in_the_table(code: ExitCode) -> None:
    assert re.search(rf"^\| {int(code)} \|", MANUAL, re.MULTILINE)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_commands_help_tells_the_variables(path: tuple[str, ...]) -> None:
    epilog = COMMANDS[path].epilog
    assert all(f"  {name.upper()}\n" in epilog for name in Settings.model_fields)

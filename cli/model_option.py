"""The option `--model` of every command: it sets MODEL for the process and those that it starts."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from models.settings.environment import from_any_folder


class GroupWithModel(TyperGroup):
    """Gives each command below it the option."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401  # Typer's own click is private
        """The command of that name, with the option."""
        return with_model_option(super().get_command(ctx, cmd_name))


def with_model_option(command: Any) -> Any:  # noqa: ANN401  # the same
    """The command and those below it, with the option; None stays None."""
    for below in getattr(command, "commands", {}).values():
        with_model_option(below)
    if command is not None and not hasattr(command, "commands") and _OPTION.params[0] not in command.params:
        command.params.append(_OPTION.params[0])
    return command


def _use(name: str | None) -> None:
    if name is not None:
        os.environ["MODEL"] = from_any_folder(name)


_APP = typer.Typer()


@_APP.command()
def _of_every_command(
    model: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|MODULE",
            help="The model that declares rows and features; MODEL if not given.",
            callback=_use,
            expose_value=False,
            is_eager=True,
        ),
    ] = None,
) -> None:
    """What Typer makes the option of."""


_OPTION = get_command(_APP)

"""`python -m streams.audit` and `python -m streams.report`."""

from __future__ import annotations

import asyncio
import signal
import sys

import asyncpg
import pytest

from tests.conditions import until
from tests.processes import Stack


@pytest.mark.parametrize("module", ["streams.audit", "streams.report"])
async def test_ctrl_c_ends_a_command_that_waits_with_a_line(stack: Stack, module: str) -> None:
    locking = await asyncpg.connect(stack.environment["DATABASE_URL"])
    await locking.execute("BEGIN; LOCK TABLE user_features IN ACCESS EXCLUSIVE MODE")
    asked = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env=stack.environment, stderr=asyncio.subprocess.PIPE
    )

    async def waits() -> bool:
        return bool(await stack.fetch("SELECT FROM pg_locks WHERE NOT granted"))

    await until(waits, "it waits for the lock")
    asked.send_signal(signal.SIGINT)
    _, said = await asyncio.wait_for(asked.communicate(), 30)
    assert (asked.returncode, said) == (130, f"{module.removeprefix('streams.')}: interrupted\n".encode())
    await locking.close()

"""What a worker writes to its log where no terminal is."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conditions import until
from tests.processes import Stack

USERS = "user_id,name,email,signup_date\n1,Ada,,2024-01-01\n2,Bob,,2024-01-02\n"


async def test_every_line_is_json_and_names_the_load_that_it_is_about(stack: Stack, tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    users.write_text(USERS)
    worker = stack.start_worker()
    await worker.ready()
    await stack.fetch("ALTER TABLE users ADD CONSTRAINT no_bob CHECK (name <> 'Bob')")
    loaded = await stack.load(users)
    assert loaded.returncode == 0, loaded.stderr

    async def is_refused() -> bool:
        return "Postgres refuses a row" in worker.log()

    await until(is_refused, "the log tells of the row")
    assert worker.stop() == 0
    [load] = await stack.fetch("SELECT load_id FROM loads")
    # Faust prints a table of its settings before its log begins.
    lines = [json.loads(line) for line in worker.log().splitlines() if line and line[0] not in "+|"]
    [told] = [line for line in lines if "refuses a row" in line["event"]]
    assert (told["load"], told["level"]) == (str(load["load_id"]), "warning")
    assert any("Worker ready" in line["event"] for line in lines)

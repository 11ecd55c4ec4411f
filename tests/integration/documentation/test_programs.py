"""docs/programs.md: what it shows a program is what the program gets."""

from __future__ import annotations

import json
from decimal import Decimal

import aiohttp

from embedded.ports import LOOPBACK
from tests.conditions import until
from tests.integration.documentation.test_readme import under
from tests.operator_shell import OperatorShell

PAGE = "docs/programs.md"


async def test_what_is_shown_is_what_a_program_gets(operator: OperatorShell) -> None:
    port = int(operator.stack.environment["WEB_PORT"])
    await operator.run("ingest worker > worker.log 2>&1 &")
    await operator.run("ingest load data || true")
    await _is_answered_as_shown(port)
    [exports] = under("Whole tables as files", "sh", PAGE)
    await operator.run(exports.text)

    async def printed(heading: str, place: int = 0) -> list[str]:
        block = under(heading, "python", PAGE)[place]
        (operator.folder / "shown.py").write_text(block.text)
        return (await operator.run("python shown.py")).stdout.splitlines()

    total = sum(row["total_compounds"] for row in await operator.stack.fetch("SELECT * FROM user_features"))
    assert await printed("In Python") == ["19.750 False", "[2, 3, None]", str(total)]
    rows = (operator.folder / "features.jsonl").read_text().splitlines()
    experiments = sum(json.loads(row)["total_experiments"] for row in rows)
    assert await printed("pandas and polars") == ["19.750", "19.750", str(experiments)]
    assert await printed("pandas and polars", 1) == ["19.750", "19.750"]


async def _is_answered_as_shown(port: int) -> None:
    [shown] = under("Over HTTP", "json", PAGE)
    expected = json.loads(shown.text, parse_float=Decimal)
    found = {}
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:

        async def is_applied() -> bool:
            async with session.get("/features/user_features/1") as response:
                found.update(json.loads(await response.read(), parse_float=Decimal))
            return not found["waiting"]

        await until(is_applied, "nothing waits")
        assert list(found) == list(expected)
        changing = {name: found[name] for name in ("version", "updated_at")}
        assert found == expected | changing
        async with session.post("/features/user_features", data='{"keys": [1, 2, 999]}') as response:
            answer = await response.json()
    assert [group and group["key"]["user_id"] for group in answer["groups"]] == [1, 2, None]

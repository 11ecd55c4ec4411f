from __future__ import annotations

from models.declaration.loading import load_model
from models.settings.environment import Settings
from models.sql.views import reject_report
from tests.integration.models.sql.model_database import EARLY, LATE, LATER, LOAD, opened

REJECT = """
INSERT INTO rejects (reject_id, reason, kind, row_id, load_id, line, published_at)
VALUES (gen_random_uuid(), 'bad', $1, $2, $3, 1, $4)
"""


async def test_a_reject_is_resolved_by_its_row_of_whatever_key(empty_database: Settings) -> None:
    model = load_model("examples/shop.py")
    async with opened(empty_database, model) as connection:
        await connection.execute(reject_report(model))
        await connection.execute("INSERT INTO customers VALUES ($1, 'A', NULL, now(), $2, $3, 1)", 'a"b', LATE, LOAD)
        await connection.execute(
            "INSERT INTO order_lines VALUES ('n1', 2, 'a', 's', 1, 1, true, now(), $1, $2, 1)", LATE, LOAD
        )
        await connection.execute("INSERT INTO deletions VALUES ('products', '\"p\"', $1, $2, 1)", LATE, LOAD)
        rejects = [("customers", '"a\\"b"'), ("order_lines", '["n1",2]'), ("products", '"p"'), ("customers", '"z"')]
        for kind, key in rejects:
            for at in (EARLY, LATER):
                await connection.execute(REJECT, kind, key, LOAD, at)
        rows = await connection.fetch("SELECT kind, row_id FROM reject_report WHERE state = 'resolved' ORDER BY number")
        assert [tuple(row) for row in rows] == rejects[:3]
        assert await connection.fetchval("SELECT count(*) FROM reject_report WHERE state = 'open'") == 5

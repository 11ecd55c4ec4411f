"""The views over a model's tables that the engine has for itself."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from typing import Final

from models.declaration.model import Model, RowTable
from models.expressions.to_sql import text_literal
from models.sql.names import column, publication_names, quoted
from models.types.column_types import WholeNumber

_NEWER: Final = "> (r.published_at, by_load, by_line)"


def reject_report(model: Model) -> str:
    """Each reject with its state: it is resolved once its row, or what is in its place, is published or deleted again.

    Computed and not stored, so that it depends on no order of arrival and costs the batches of good rows nothing.
    """
    resolutions = "\n            UNION ALL".join(map(_published_again, model.rows))
    return f"""
CREATE OR REPLACE VIEW reject_report AS
SELECT r.*, CASE WHEN resolution.at IS NULL THEN 'open' ELSE 'resolved' END AS state,
       resolution.at AS resolved_at, resolution.load_id AS resolved_by
  FROM rejects AS r
 CROSS JOIN LATERAL (
        SELECT coalesce(r.load_id, lpad(to_hex(r.partition), 32, '0')::uuid) AS by_load,
               coalesce(r.line, r."offset") AS by_line
       ) AS publication
  LEFT JOIN LATERAL (
        SELECT at, load_id FROM (
            SELECT resolved_at AS at, load_id
              FROM reject_resolutions
             WHERE reject_id = r.reject_id AND resolved_at > r.published_at
            UNION ALL{resolutions}
            UNION ALL
            SELECT published_at, load_id FROM deletions
             WHERE topic = r.kind AND key = r.row_id AND (published_at, load_id, line) {_NEWER}
            UNION ALL
            SELECT published_at, load_id
              FROM load_files
             WHERE r.row_id IS NULL AND path = r.file AND published_at > r.published_at
               AND r.line BETWEEN first_line AND last_line
        ) AS found
         ORDER BY at LIMIT 1
       ) AS resolution ON true
"""


def _published_again(table: RowTable) -> str:
    published_at, load_id, line = (column(name, "t") for name in publication_names(table))
    kind = f"r.kind = {text_literal(table.name)}"
    # Keys of other tables cannot be cast to the types of this one.
    same = " AND ".join(
        f"{column(name, 't')} = CASE WHEN {kind} THEN {_key_part(table, place)} END"
        for place, name in enumerate(table.key)
    )
    return f"""
            SELECT {published_at}, {load_id} FROM {quoted(table.name)} AS t
             WHERE {kind} AND {same} AND ({published_at}, {load_id}, {line}) {_NEWER}"""


def _key_part(table: RowTable, place: int) -> str:
    """A column of the key, from its text in `row_id`."""
    kind = table.types[table.key[place]]
    if len(table.key) > 1:
        text = f"(r.row_id::jsonb ->> {place})"
    else:
        text = "r.row_id" if isinstance(kind, WholeNumber) else "(r.row_id::jsonb #>> '{}')"
    return f"{text}::{kind.postgres}"


def view_statements(model: Model) -> list[str]:
    """What makes the views anew, after the tables: that of rejects, and the reports that the model declares."""
    # A view whose columns change cannot be replaced.
    dropped = [f"DROP VIEW IF EXISTS {quoted(name)}" for name in ("reject_report", *model.reports)]
    reports = [f"CREATE VIEW {quoted(name)} AS {query}" for name, query in model.reports.items()]
    return [*dropped, reject_report(model), *reports]

"""The views of a model: its reports, and the rejects with what has become of each."""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Iterator

from models.declaration.model import Model, RowTable
from models.expressions.to_sql import text_literal
from models.sql.names import column, quoted
from models.sql.tables import publication_names
from models.types.column_types import WholeNumber


def view_statements(model: Model) -> list[str]:
    """What makes the views anew, after the tables."""
    views = {**model.reports, "reject_report": reject_report(model)}
    dropped = [f"DROP VIEW IF EXISTS {quoted(name)}" for name in views]
    return [*dropped, *(f"CREATE VIEW {quoted(name)} AS {query}" for name, query in views.items())]


def reject_report(model: Model) -> str:
    """The query of the view `reject_report`: a reject is resolved once a newer publication of its row is stored.

    It is computed and not stored, so that it depends on no order of arrival and costs the batches of good rows nothing.
    """
    publications = "".join(f" UNION ALL {query}" for query in _newer_publications(model))
    return f"""
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
            {publications}
            UNION ALL
            SELECT published_at, load_id
              FROM deletions
             WHERE topic = r.kind AND key = r.row_id
               AND (published_at, load_id, line) > (r.published_at, by_load, by_line)
            UNION ALL
            SELECT published_at, load_id
              FROM load_files
             WHERE r.row_id IS NULL AND path = r.file AND published_at > r.published_at
               AND r.line BETWEEN first_line AND last_line
        ) AS found
         ORDER BY at LIMIT 1
       ) AS resolution ON true
"""


def _newer_publications(model: Model) -> Iterator[str]:
    for table in model.rows:
        published_at, load_id, line = (column(name, "s") for name in publication_names(table))
        yield f"""
            SELECT {published_at}, {load_id}
              FROM {quoted(table.name)} AS s
             WHERE r.kind = {text_literal(table.name)} AND {_is_named(table)}
               AND ({published_at}, {load_id}, {line}) > (r.published_at, by_load, by_line)"""


def _is_named(table: RowTable) -> str:
    """Whether a row is the one that the reject's key names, such that the primary key's index finds it."""
    # The case keeps the keys of other kinds from being read as one of this.
    kind = text_literal(table.name)
    named = []
    for number, name in enumerate(table.key):
        if len(table.key) > 1:
            part = f"r.row_id::jsonb ->> {number}"
        else:
            part = "r.row_id" if isinstance(table.types[name], WholeNumber) else "r.row_id::jsonb #>> '{}'"
        value = f"CASE WHEN r.kind = {kind} THEN {part} END"
        named.append(f"{column(name, 's')} = ({value})::{table.types[name].sql.compile()}")
    return " AND ".join(named)

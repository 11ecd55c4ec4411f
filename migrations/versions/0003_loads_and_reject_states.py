"""Loads and their files, what a reject's row was, and which rejects are resolved."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REJECT_COLUMNS = (
    sa.Column("code", sa.Text),
    sa.Column("faults", JSONB),
    sa.Column("original", sa.Text),
    sa.Column("raw", sa.LargeBinary),
    sa.Column("kind", sa.Text),
    sa.Column("row_id", sa.BigInteger),
    sa.Column("published_at", sa.DateTime(timezone=True)),
)

# A load is applied once the worker has passed every position that it published.
_LOAD_REPORT = """
CREATE VIEW load_report AS
SELECT load_id, CASE WHEN state = 'published' AND reached THEN 'applied' ELSE state END AS state,
       reached, started_at, ended_at, told_at, read, published, rejected, error, problems, positions
  FROM loads
 CROSS JOIN LATERAL (
        SELECT coalesce(bool_and((offsets.topic_id = position.topic_id
                                  AND offsets.next_offset >= position.next_offset) IS TRUE), true) AS reached
          FROM jsonb_to_recordset(positions)
               AS position (topic text, topic_id uuid, partition int, next_offset bigint)
          LEFT JOIN stream_offsets AS offsets USING (topic, partition)
       ) AS all_positions
"""

# Computed and not stored, so that it depends on no order of arrival and costs the batches of good rows nothing.
_REJECT_REPORT = """
CREATE VIEW reject_report AS
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
            UNION ALL
            SELECT published_at, load_id
              FROM experiments
             WHERE r.kind = 'experiments' AND experiment_id = r.row_id
               AND (published_at, load_id, line) > (r.published_at, by_load, by_line)
            UNION ALL
            SELECT published_at, load_id
              FROM users
             WHERE r.kind = 'users' AND user_id = r.row_id
               AND (published_at, load_id, line) > (r.published_at, by_load, by_line)
            UNION ALL
            SELECT published_at, load_id
              FROM compounds
             WHERE r.kind = 'compounds' AND compound_id = r.row_id
               AND (published_at, load_id, line) > (r.published_at, by_load, by_line)
            UNION ALL
            SELECT published_at, load_id
              FROM deletions
             WHERE topic = r.kind AND id = r.row_id
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


def upgrade() -> None:
    for column in _REJECT_COLUMNS:
        op.add_column("rejects", column)
    op.execute("UPDATE rejects SET published_at = rejected_at")
    op.create_table(
        "loads",
        sa.Column("load_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read", sa.BigInteger, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("problems", JSONB, nullable=False),
        sa.Column("positions", JSONB, nullable=False),
    )
    op.create_index("loads_started_at", "loads", ["started_at"])
    op.create_table(
        "load_files",
        sa.Column("load_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("told_by", sa.BigInteger, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("deletes", sa.Boolean, nullable=False),
        sa.Column("header", sa.Text),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("digest", sa.Text),
        sa.Column("digested", sa.BigInteger, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read", sa.BigInteger, nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("first_line", sa.BigInteger, nullable=False),
        sa.Column("last_line", sa.BigInteger, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
    )
    op.create_index("load_files_path", "load_files", ["path"])
    op.create_index("load_files_size", "load_files", ["size"])
    op.create_table(
        "reject_resolutions",
        sa.Column("reject_id", sa.Uuid, primary_key=True),
        sa.Column("load_id", sa.Uuid, nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(_LOAD_REPORT)
    op.execute(_REJECT_REPORT)


def downgrade() -> None:
    op.execute("DROP VIEW reject_report")
    op.execute("DROP VIEW load_report")
    for table in ("reject_resolutions", "load_files", "loads"):
        op.drop_table(table)
    for column in _REJECT_COLUMNS:
        op.drop_column("rejects", str(column.name))

"""The tables, their indexes and the view user_report."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MODEL_TABLES = ("user_features", "experiments", "compounds", "users")
"""Those that the model of the first edition has; a database of another model loses them while nothing is stored."""

_REPORT = """
CREATE VIEW user_report AS
WITH counters AS (
    SELECT sum(row_count) FILTER (WHERE topic = 'experiments') AS experiments,
           sum(row_count) FILTER (WHERE topic = 'users') AS users,
           sum(active_users) AS active_users
      FROM stream_offsets
)
SELECT u.user_id, u.name, u.email, u.signup_date,
       coalesce(f.total_experiments, 0) AS total_experiments,
       coalesce(f.total_run_time, 0) AS total_run_time,
       f.average_run_time,
       coalesce(f.total_compounds, 0) AS total_compounds,
       f.top_compound_id,
       c.compound_name AS top_compound_name,
       coalesce(f.top_compound_count, 0) AS top_compound_count,
       coalesce(f.tied_compound_ids, '{}') AS tied_compound_ids,
       f.total_compounds::numeric / nullif(f.total_experiments, 0) AS average_compounds_per_experiment,
       coalesce(n.experiments, 0) / nullif(n.users, 0) AS average_experiments_per_user,
       n.experiments / nullif(n.active_users, 0) AS average_experiments_per_active_user,
       f.version, f.updated_at
  FROM users u
 CROSS JOIN counters n
  LEFT JOIN user_features f USING (user_id)
  LEFT JOIN compounds c ON c.compound_id = f.top_compound_id
"""


def _publication() -> list[sa.Column[object]]:
    return [
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("load_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("signup_date", sa.Date, nullable=False),
        *_publication(),
    )
    op.create_table(
        "compounds",
        sa.Column("compound_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("compound_name", sa.Text, nullable=False),
        sa.Column("compound_structure", sa.Text),
        *_publication(),
    )
    op.create_table(
        "experiments",
        sa.Column("experiment_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("experiment_compound_ids", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("experiment_run_time", sa.Numeric(15, 3), nullable=False),
        *_publication(),
    )
    op.create_index("experiments_user_id", "experiments", ["user_id"])
    op.create_table(
        "user_features",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("total_experiments", sa.BigInteger, nullable=False),
        sa.Column("total_run_time", sa.Numeric, nullable=False),
        sa.Column("average_run_time", sa.Numeric, nullable=False),
        sa.Column("total_compounds", sa.BigInteger, nullable=False),
        sa.Column("top_compound_id", sa.BigInteger),
        sa.Column("top_compound_count", sa.BigInteger, nullable=False),
        sa.Column("tied_compound_ids", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "stream_offsets",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("topic_id", sa.Uuid, nullable=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
        sa.Column("row_count", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("active_users", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "rejects",
        sa.Column("reject_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("file", sa.Text),
        sa.Column("line", sa.BigInteger),
        sa.Column("field", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("load_id", sa.Uuid),
        sa.Column("topic", sa.Text),
        sa.Column("partition", sa.Integer),
        sa.Column("offset", sa.BigInteger),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("rejects_number", "rejects", ["number"])
    op.execute(_REPORT)


def downgrade() -> None:
    op.execute("DROP VIEW user_report")
    for table in ("rejects", "stream_offsets", *MODEL_TABLES):
        op.drop_table(table)

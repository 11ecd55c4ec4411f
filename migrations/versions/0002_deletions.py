"""The table of deletions, and user_report listing deleted users that still have experiments."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DELETED_TOO = """(
    SELECT user_id, name, email, signup_date FROM users
     UNION ALL
    SELECT f.user_id, NULL, NULL, NULL
      FROM user_features f
      JOIN deletions d ON d.topic = 'users' AND d.id = f.user_id
     WHERE NOT EXISTS (SELECT FROM users u WHERE u.user_id = f.user_id)
)"""


def _report(users: str) -> str:
    return f"""
CREATE OR REPLACE VIEW user_report AS
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
       coalesce(f.tied_compound_ids, '{{}}') AS tied_compound_ids,
       f.total_compounds::numeric / nullif(f.total_experiments, 0) AS average_compounds_per_experiment,
       coalesce(n.experiments, 0) / nullif(n.users, 0) AS average_experiments_per_user,
       n.experiments / nullif(n.active_users, 0) AS average_experiments_per_active_user,
       f.version, f.updated_at
  FROM {users} u
 CROSS JOIN counters n
  LEFT JOIN user_features f USING (user_id)
  LEFT JOIN compounds c ON c.compound_id = f.top_compound_id
"""  # noqa: S608  # composed of constants only


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("load_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
    )
    op.execute(_report(_DELETED_TOO))


def downgrade() -> None:
    op.execute(_report("users"))
    op.drop_table("deletions")

"""Keys of rows as texts, in the form that they have on the wire, and a counter for each feature table.

The views over the tables of a model come from the model from now on: those that read what changes here are dropped, and
`models.sql.views` has them as they are now.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Views are found by what they read: their names are not the engine's.
_DROP_VIEWS = """
DO $$
DECLARE view regclass;
BEGIN
    FOR view IN
        SELECT DISTINCT ev_class::regclass
          FROM pg_depend AS d
          JOIN pg_rewrite AS r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
          JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE (attrelid::regclass::text, attname) IN
               (('deletions', 'id'), ('deletions', 'key'), ('rejects', 'row_id'),
                ('stream_offsets', 'active_users'), ('stream_offsets', 'feature_rows'))
    LOOP
        EXECUTE 'DROP VIEW ' || view;
    END LOOP;
END $$
"""

# Until now there was one feature table, which alone has these columns.
_FILL_FEATURE_ROWS = """
UPDATE stream_offsets SET feature_rows = jsonb_build_object(relname, active_users)
  FROM (SELECT relname FROM pg_class AS c
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
           AND 2 = (SELECT count(*) FROM pg_attribute
                     WHERE attrelid = c.oid AND attname IN ('version', 'updated_at') AND NOT attisdropped)) AS kept
 WHERE active_users <> 0
"""

_FILL_ACTIVE_USERS = """
UPDATE stream_offsets
   SET active_users = (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(feature_rows))
"""


def upgrade() -> None:
    # Each transaction of a worker begins with this table. In another order the two would wait for each other.
    op.execute("LOCK TABLE stream_offsets IN ACCESS EXCLUSIVE MODE")
    op.execute(_DROP_VIEWS)
    op.alter_column("deletions", "id", new_column_name="key")
    op.execute('ALTER TABLE deletions ALTER COLUMN key TYPE text COLLATE "C" USING key::text')
    op.alter_column("rejects", "row_id", type_=sa.Text, postgresql_using="row_id::text")
    op.add_column("stream_offsets", sa.Column("feature_rows", JSONB, nullable=False, server_default="{}"))
    op.execute(_FILL_FEATURE_ROWS)
    op.drop_column("stream_offsets", "active_users")


def downgrade() -> None:
    op.execute(_DROP_VIEWS)
    op.add_column("stream_offsets", sa.Column("active_users", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(_FILL_ACTIVE_USERS)
    op.drop_column("stream_offsets", "feature_rows")
    op.alter_column("rejects", "row_id", type_=sa.BigInteger, postgresql_using="row_id::bigint")
    op.alter_column("deletions", "key", type_=sa.BigInteger, postgresql_using="key::bigint")
    op.alter_column("deletions", "key", new_column_name="id")
    before, report = _said_in("0002"), _said_in("0003")
    op.execute(before["_report"](before["_DELETED_TOO"]))
    op.execute(report["_REJECT_REPORT"])


def _said_in(revision: str) -> dict[str, Any]:
    """What an earlier revision says: it made the views."""
    found = context.script.get_revision(revision)
    return vars(found.module) if found is not None else {}

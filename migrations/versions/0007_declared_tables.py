"""Tables of rows and features come from the declared model; keys of deletions and rejects are texts of any form.

A database without rows is left without the tables of the lab: the worker makes those of the model that it has. In one
with rows they stay, as they are what the model `models.lab` declares.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("user_features", "experiments", "compounds", "users")


def upgrade() -> None:
    # Both are made again from the model.
    op.execute("DROP VIEW user_report")
    op.execute("DROP VIEW reject_report")
    op.alter_column("deletions", "id", new_column_name="key")
    op.alter_column("deletions", "key", type_=sa.Text(collation="C"), postgresql_using="key::text")
    op.alter_column("rejects", "row_id", type_=sa.Text, postgresql_using="row_id::text")
    op.add_column("stream_offsets", sa.Column("feature_rows", JSONB, nullable=False, server_default="{}"))
    op.execute(
        "UPDATE stream_offsets SET feature_rows = jsonb_build_object('user_features', active_users) "
        "WHERE topic = 'experiments'"
    )
    op.drop_column("stream_offsets", "active_users")
    if not op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM stream_offsets)")):
        for table in _TABLES:
            op.drop_table(table)


def downgrade() -> None:
    raise NotImplementedError("the tables of other models have no place in the version before: restore a backup")

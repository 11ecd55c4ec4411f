"""The models that were in force, and what of the newest is still to be filled from the stored rows.

The first worker or command of this release puts its own model in force, if the tables that are there fit it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("declaration", sa.JSON, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "model_fills",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("feature_table", sa.Text, nullable=False),
        sa.Column("columns", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("after", sa.ARRAY(sa.Text)),
        sa.Column("groups", sa.BigInteger, nullable=False),
        sa.Column("filled", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    op.drop_table("model_fills")
    op.drop_table("model")

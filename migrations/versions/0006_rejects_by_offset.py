"""Rejects that are looked for by their place in Kafka: bad timestamps and damaged batches."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "rejects_of_offsets",
        "rejects",
        ["topic", "partition", "offset"],
        postgresql_where=sa.text("code IN ('bad_timestamp', 'damaged')"),
    )


def downgrade() -> None:
    op.drop_index("rejects_of_offsets", "rejects")

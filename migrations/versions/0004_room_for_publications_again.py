"""Room in each page of experiments for new versions of its rows."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A file that is published again updates each row's publication. With room in the row's own page that touches no
    # index. The rows of one page belong to several partitions, so one transaction updates a part of them, and the next
    # finds the room of the versions that those replaced.
    op.execute("ALTER TABLE experiments SET (fillfactor = 75)")


def downgrade() -> None:
    op.execute("ALTER TABLE experiments RESET (fillfactor)")

"""Room in each page of experiments for new versions of its rows."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A file that is published again updates each row's publication, and a run of it most rows of a page at once. With
    # room for all of them in the row's own page that touches no index.
    op.execute("ALTER TABLE experiments SET (fillfactor = 50)")


def downgrade() -> None:
    op.execute("ALTER TABLE experiments RESET (fillfactor)")

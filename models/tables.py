"""The Postgres tables. What `user_features` and the view `user_report` mean is written in docs/architecture.md."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()


def _publication() -> list[Column[object]]:
    """What orders two publications of the same row (models.publication)."""
    return [
        Column("published_at", DateTime(timezone=True), nullable=False),
        Column("load_id", Uuid, nullable=False),
        Column("line", BigInteger, nullable=False),
    ]


users = Table(
    "users",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("signup_date", Date, nullable=False),
    *_publication(),
)

compounds = Table(
    "compounds",
    metadata,
    Column("compound_id", BigInteger, primary_key=True, autoincrement=False),
    Column("compound_name", Text, nullable=False),
    Column("compound_structure", Text),
    *_publication(),
)

experiments = Table(
    "experiments",
    metadata,
    Column("experiment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, nullable=False),
    Column("experiment_compound_ids", ARRAY(BigInteger), nullable=False),
    Column("experiment_run_time", Numeric(15, 3), nullable=False),
    *_publication(),
    Index("experiments_user_id", "user_id"),
)

user_features = Table(
    "user_features",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("total_experiments", BigInteger, nullable=False),
    Column("total_run_time", Numeric, nullable=False),
    Column("average_run_time", Numeric, nullable=False),
    Column("total_compounds", BigInteger, nullable=False),
    Column("top_compound_id", BigInteger),
    Column("top_compound_count", BigInteger, nullable=False),
    Column("tied_compound_ids", ARRAY(BigInteger), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Feature rows are rewritten often and no index covers the columns that change: room for HOT updates.
    postgresql_with={"fillfactor": 70},
)

stream_offsets = Table(
    "stream_offsets",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", Uuid, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
    Column("row_count", BigInteger, nullable=False, server_default="0"),
    Column("active_users", BigInteger, nullable=False, server_default="0"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

deletions = Table(
    "deletions",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_publication(),
)

rejects = Table(
    "rejects",
    metadata,
    Column("reject_id", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("file", Text),
    Column("line", BigInteger),
    Column("field", Text),
    Column("value", Text),
    Column("reason", Text, nullable=False),
    Column("load_id", Uuid),
    Column("topic", Text),
    Column("partition", Integer),
    Column("offset", BigInteger),
    Column("rejected_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("rejects_number", "number"),
)

"""The Postgres tables. What they and the views mean is written in docs/architecture.md."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
    # A file that is published again updates most rows of a page at once: room for all of them in their own page.
    postgresql_with={"fillfactor": 50},
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
    Column("code", Text),
    Column("faults", JSONB),
    Column("original", Text),
    Column("raw", LargeBinary),
    Column("kind", Text),
    Column("row_id", BigInteger),
    Column("published_at", DateTime(timezone=True)),
    Index("rejects_number", "number"),
    # What is looked for by its place in Kafka.
    Index(
        "rejects_of_offsets",
        "topic",
        "partition",
        "offset",
        postgresql_where=text("code IN ('bad_timestamp', 'damaged')"),
    ),
)

loads = Table(
    "loads",
    metadata,
    Column("load_id", Uuid, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("told_at", DateTime(timezone=True), nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("published", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("error", Text),
    Column("problems", JSONB, nullable=False),
    Column("positions", JSONB, nullable=False),
    Index("loads_started_at", "started_at"),
)

load_files = Table(
    "load_files",
    metadata,
    Column("load_id", Uuid, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("told_by", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("deletes", Boolean, nullable=False),
    Column("header", Text),
    Column("options", Text, nullable=False),
    Column("size", BigInteger),
    Column("digest", Text),
    Column("digested", BigInteger, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("published", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("first_line", BigInteger, nullable=False),
    Column("last_line", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False),
    Index("load_files_path", "path"),
    Index("load_files_size", "size"),
)

reject_resolutions = Table(
    "reject_resolutions",
    metadata,
    Column("reject_id", Uuid, primary_key=True),
    Column("load_id", Uuid, nullable=False),
    Column("resolved_at", DateTime(timezone=True), nullable=False),
)

rebuilds = Table(
    "rebuilds",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ended_at", DateTime(timezone=True)),
    Column("rows_before", JSONB, nullable=False),
    Column("rows_after", JSONB),
)

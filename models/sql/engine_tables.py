"""The tables that the engine has for itself, whatever the model is. docs/architecture.md says what they mean."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _publication() -> list[Column[object]]:
    """What orders two publications of the same row (models.publication)."""
    return [
        Column("published_at", DateTime(timezone=True), nullable=False),
        Column("load_id", Uuid, nullable=False),
        Column("line", BigInteger, nullable=False),
    ]


stream_offsets = Table(
    "stream_offsets",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", Uuid, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
    Column("row_count", BigInteger, nullable=False, server_default="0"),
    # How many rows the partition's groups have in each feature table, by its name.
    Column("feature_rows", JSONB, nullable=False, server_default="{}"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

deletions = Table(
    "deletions",
    metadata,
    Column("topic", Text, primary_key=True),
    # As the rows of the topic are named on the wire.
    Column("key", Text(collation="C"), primary_key=True),
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
    # The key of the row, as in `deletions`.
    Column("row_id", Text),
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

model = Table(
    "model",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("fingerprint", Text, nullable=False),
    # As text, so that it keeps its order.
    Column("declaration", JSON, nullable=False),
    # Of the file or module, for people.
    Column("name", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

model_fills = Table(
    "model_fills",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("feature_table", Text, nullable=False),
    Column("columns", ARRAY(Text), nullable=False),
    # The last group that is filled, as texts; groups are taken in the order of the table's key.
    Column("after", ARRAY(Text)),
    Column("groups", BigInteger, nullable=False),
    Column("filled", BigInteger, nullable=False, server_default="0"),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ended_at", DateTime(timezone=True)),
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

"""Names that Postgres and Kafka take: what is wrong with one, and what would be right."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MAX_NAME_BYTES: Final = 63
"""Postgres cuts longer names (NAMEDATALEN - 1)."""
MAX_TOPIC_LENGTH: Final = 249
"""Kafka refuses longer names of topics."""
_TOPIC = re.compile(r"[a-zA-Z0-9._-]+")
_SYSTEM_COLUMNS: Final = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
"""Columns that each table of Postgres has."""
ENGINE_TABLES: Final = frozenset(
    {
        "alembic_version",
        "deletions",
        "load_files",
        "load_report",
        "loads",
        "model",
        "model_fills",
        "rebuilds",
        "reject_report",
        "reject_resolutions",
        "rejects",
        "stream_offsets",
    }
)
"""Tables and views that the engine has for itself, and its topics."""
POSTGRES_TYPES: Final = frozenset(
    """
    aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray
    anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid
    cidr circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector
    index_am_handler inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal
    interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange
    numrange oid oidvector path point polygon record refcursor regclass regcollation regconfig regdictionary
    regnamespace regoper regoperator regproc regprocedure regrole regtype table_am_handler text tid time
    timestamp timestamptz timetz trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange
    tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml
    """.split()  # noqa: SIM905  # as a list it takes a hundred lines
)
"""Types that Postgres has for itself: it takes one of these names for them, and not for the rows of a table."""
ENGINE_FEATURE_COLUMNS: Final = frozenset({"version", "updated_at"})
"""Columns that each feature table has beside its own."""


class NameFault(NamedTuple):
    """What is wrong with a name, and what would be right."""

    wrong: str
    right: str


BEGINS_WITH_UNDERSCORE: Final = NameFault(
    "begins with an underscore, which pydantic takes for private", "use another name"
)


def fault_of_table(name: str, *, is_topic: bool) -> NameFault | None:
    """What is wrong with the name of a table, or of a table and its topic."""
    if not name:
        return NameFault("has no table", 'write table="…" with its name')
    # Names that begin with an underscore are those of arrays of rows, and of parts of statements.
    if name in ENGINE_TABLES | POSTGRES_TYPES or name.startswith(("pg_", "_")):
        return NameFault(f"has the table {name!r}, which the engine or Postgres has for itself", "use another name")
    if is_topic and (not _TOPIC.fullmatch(name) or set(name) == {"."} or len(name) > MAX_TOPIC_LENGTH):
        return NameFault(
            f"has the table {name!r}, which cannot be a topic of Kafka",
            f"use up to {MAX_TOPIC_LENGTH} letters, digits and underscores",
        )
    return _fault_of_length(f"has the table {name!r}", name)


def fault_of_column(name: str) -> NameFault | None:
    """What is wrong with the name of a column."""
    if name.startswith("_"):
        return BEGINS_WITH_UNDERSCORE
    if name in _SYSTEM_COLUMNS:
        return NameFault("is the name of a column that Postgres has for itself", "use another name")
    return _fault_of_length("is a name", name)


def _fault_of_length(subject: str, name: str) -> NameFault | None:
    size = len(name.encode())
    if "\x00" in name or size > MAX_NAME_BYTES:
        return NameFault(f"{subject} of {size} bytes, and Postgres cuts it", f"use {MAX_NAME_BYTES} bytes at most")
    return None

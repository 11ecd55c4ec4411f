"""asyncpg's private names: codecs for whole arrays, a connection's socket, and the error of values it cannot encode.

The names are those of asyncpg 0.31 and 0.32. They are used in this module only; tests/unit/private_names says what is
missing after an upgrade.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

# asyncpg exports this one under no public name: `asyncpg.DataError` is another, Postgres' own.
from asyncpg.exceptions._base import DataError as UnencodableError

if TYPE_CHECKING:
    import asyncio

    from streams.postgres.connection import Connection

__all__ = ["UnencodableError", "add_codec", "transport_of"]


def add_codec(
    connection: Connection,
    oid: int,
    name: str,
    schema: str,
    encode: Callable[[Any], bytes],
    decode: Callable[[bytes], Any],
) -> None:
    """Let a connection encode and decode a type by these functions, in Postgres' binary form.

    asyncpg's public way, set_type_codec, allows codecs for scalars and composites only; it ends in the same call.

    Args:
        connection: any.
        oid: the type's.
        name: the type's.
        schema: that the type is in.
        encode: a value to what is sent.
        decode: what is received to a value.
    """
    settings = connection._protocol.get_settings()  # type: ignore[union-attr]  # the stubs do not know it
    settings.add_python_codec(oid, name, schema, [], "scalar", encode, decode, "binary")


def transport_of(connection: Connection) -> asyncio.Transport:
    """What a connection reads and writes by: there is no public way to the socket."""
    transport: asyncio.Transport = connection._transport  # type: ignore[union-attr]  # as above
    return transport

"""The SQL statements of the report: groups, their features, and the labels of what they name."""
# ruff: noqa: S608  # composed of constants and quoted names only

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from models.declaration.model import FeatureTable, Model, RowTable
from models.sql.names import column, equal, quoted
from models.types.column_types import ArrayOf, TextType, WholeNumber
from streams.queries.labels import labelled_columns, named_by_column

DIRECTIONS: Mapping[str, str] = {"up": "ASC", "down": "DESC"}

READ_OPEN_REJECTS = """
SELECT file, line, field, value, reason, topic, partition, "offset"
  FROM reject_report WHERE state = 'open' ORDER BY file, line, number LIMIT $1
"""


def read_first(name: str) -> str:
    """The first rows of a table or view, `$1` so many."""
    return f"SELECT * FROM {quoted(name)} ORDER BY 1, 2 LIMIT $1"


LABEL = "_label"
"""The label of a group's first column, where a table names it."""


def label_of(output: str) -> str:
    """The column that holds the label of an output's value; the output's name may be as long as a name can be."""
    return f"_label_{blake2b(output.encode(), digest_size=8).hexdigest()}"


def read_groups(
    model: Model, features: FeatureTable, sort: str, direction: str, *, with_rows_only: bool = False
) -> str:
    """Groups, their features and labels, by the page.

    Binds: `$1` a whole number, `$2` a part of a text: what the first column of the group is; each NULL if it is not
    asked for. A part of the label will do too. `$3` so many, `$4` that many left out before.

    Args:
        model: whose labels are looked up.
        features: which table.
        sort: a column of the group, LABEL, or an output.
        direction: one of DIRECTIONS.
        with_rows_only: leave out groups that have no rows, though a table names them: then one table is sorted, and
            not a join of two.
    """
    keys = [group.name for group in features.group]
    is_alone = with_rows_only or not _is_named(model, features)
    key = "f" if is_alone else "k"
    shown = {name: column(name, key) for name in [*keys, LABEL]} | _outputs(features)
    # Columns of a group are never NULL, and their index is read in both directions as it is.
    nulls = "" if sort in keys else " NULLS LAST"
    order = ", ".join(
        [f"{column(sort)} {DIRECTIONS[direction]}{nulls}", *(column(name) for name in keys if name != sort)]
    )
    labels = "".join(
        f",\n       {_label(table, column(name, 'p'))} AS {quoted(label_of(name))}"
        for name, table in labelled_columns(model, features)
    )
    # In one subquery the names of the columns stand for what they are sorted by.
    return f"""
SELECT p.*{labels}
  FROM (
    SELECT {", ".join(f"{value} AS {quoted(name)}" for name, value in shown.items())}
      FROM {_alone(model, features) if is_alone else _with_known(model, features, by_key=sort in keys)}
     WHERE {_found(features, key)}
     ORDER BY {order} LIMIT $3 OFFSET $4
  ) AS p
 ORDER BY {order}
"""


def _is_named(model: Model, features: FeatureTable) -> bool:
    """Whether rows of a table with a label name the groups, so that some may have no features."""
    named = named_by_column(model, features.group[0])
    return len(features.group) == 1 and named is not None and named.label is not None


def _alone(model: Model, features: FeatureTable) -> str:
    """The groups that have features, with the labels of their first columns, as `f`."""
    named = named_by_column(model, features.group[0])
    labelled = named is not None and named.label is not None
    label = _label(named, column(features.group[0].name, "g")) if labelled and named is not None else "NULL::text"
    return f"(SELECT g.*, {label} AS {quoted(LABEL)} FROM {quoted(features.name)} AS g) AS f"


def _with_known(model: Model, features: FeatureTable, *, by_key: bool) -> str:
    """The groups that have features, and the rows of the table that names them, as `k`; their features as `f`."""
    first = features.group[0].name
    named = named_by_column(model, features.group[0])
    assert named is not None  # noqa: S101  # else they stand alone
    [key], label = named.key, column(str(named.label), "n")
    if by_key:
        # Both halves are read in the order of an index, and no further than the page.
        known = f"""
        SELECT u.{quoted(first)}, {label}::text AS {quoted(LABEL)}
          FROM (SELECT {column(key)} AS {quoted(first)} FROM {quoted(named.name)}
                 UNION
                SELECT {column(first)} FROM {quoted(features.name)}) AS u
          LEFT JOIN {quoted(named.name)} AS n ON {column(key, "n")} = u.{quoted(first)}"""
    else:
        known = f"""
        SELECT {column(key, "n")} AS {quoted(first)}, {label}::text AS {quoted(LABEL)} FROM {quoted(named.name)} AS n
         UNION ALL
        SELECT {column(first, "g")}, NULL FROM {quoted(features.name)} AS g
         WHERE NOT EXISTS (SELECT FROM {quoted(named.name)} AS n WHERE {column(key, "n")} = {column(first, "g")})"""
    return f"({known}) AS k LEFT JOIN {quoted(features.name)} AS f ON {equal([first], 'f', 'k')}"


def _found(features: FeatureTable, alias: str) -> str:
    first = features.group[0]
    value = column(first.name, alias)
    is_number = first.period is None and isinstance(first.column.type, WholeNumber)
    texts = [column(LABEL, alias)]
    if first.period is None and isinstance(first.column.type, TextType):
        texts.append(value)
    parts = " OR ".join(f"position(lower($2) IN lower({text})) > 0" for text in texts)
    number = f"$1::bigint IS NULL OR {value} = $1" if is_number else "$1::bigint IS NULL"
    return f"({number}) AND ($2::text IS NULL OR {parts})"


def _outputs(features: FeatureTable) -> dict[str, str]:
    """Each output; of a group without rows what an aggregate of nothing is."""
    found = {output.name: column(output.name, "f") for output in features.outputs}
    for output in features.outputs:
        if not output.optional:
            nothing = "'{}'" if isinstance(output.type, ArrayOf) else "0"
            found[output.name] = f"coalesce({found[output.name]}, {nothing})"
    return found


def _label(table: RowTable, value: str) -> str:
    label = column(str(table.label), "n")
    return f"(SELECT {label}::text FROM {quoted(table.name)} AS n WHERE {column(table.key[0], 'n')} = {value})"

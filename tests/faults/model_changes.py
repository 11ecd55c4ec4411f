"""Random changes of a model that a database can be altered for (docs/models.md, "Changing a model")."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from itertools import count
from random import Random
from typing import Final

from tests.faults.declaration import Declaration, FeatureTable
from tests.faults.drawn_aggregates import drawn_aggregate, drawn_condition
from tests.faults.drawn_models import any_column, drawn_features
from tests.feature_oracle import Aggregation

Change = Callable[[Random, Declaration], Declaration]


def with_other_condition(draw: Random, declaration: Declaration) -> Declaration:
    """The same aggregate, of other rows."""
    features = draw.choice(declaration.features)
    name = draw.choice(list(features.said.aggregates))
    other = replace(features.said.aggregates[name], where=drawn_condition(draw, features.of))
    return _with_aggregates(declaration, features, {**features.said.aggregates, name: other})


def with_another_aggregate(draw: Random, declaration: Declaration) -> Declaration:
    """One more; it may have the name of one that was dropped."""
    features = draw.choice(declaration.features)
    name = _free("b", features.said.aggregates)
    another = drawn_aggregate(draw, features.of, name)
    return _with_aggregates(declaration, features, {**features.said.aggregates, name: another})


def without_an_aggregate(draw: Random, declaration: Declaration) -> Declaration:
    """One fewer; where each table has only one, one more."""
    several = [features for features in declaration.features if len(features.said.aggregates) > 1]
    if not several:
        return with_another_aggregate(draw, declaration)
    features = draw.choice(several)
    gone = draw.choice(list(features.said.aggregates))
    left = {name: each for name, each in features.said.aggregates.items() if name != gone}
    return _with_aggregates(declaration, features, left)


def with_more_features(draw: Random, declaration: Declaration) -> Declaration:
    """One more table of features."""
    table = draw.choice([table for table in declaration.tables if table.group is not None])
    name = _free(f"{table.name}_f", {features.name for features in declaration.features})
    return replace(declaration, features=(*declaration.features, drawn_features(draw, table, name)), module=None)


def with_another_column(draw: Random, declaration: Declaration) -> Declaration:
    """One more column of rows, which is NULL in those that are stored; and an aggregate that reads it."""
    before = draw.choice(declaration.tables)
    name = _free(f"{before.name}_n", before.by_name)
    table = replace(before, columns=(*before.columns, replace(any_column(draw, name), optional=True)))
    tables = tuple(table if each is before else each for each in declaration.tables)
    features = tuple(replace(each, of=table) if each.of is before else each for each in declaration.features)
    wider = replace(declaration, tables=tables, features=features, module=None)
    if not (over := [each for each in features if each.of is table]):
        return wider
    changed = draw.choice(over)
    another = _free("b", changed.said.aggregates)
    drawn = next(each for _ in count() if name in repr(each := drawn_aggregate(draw, table, another)))
    return _with_aggregates(wider, changed, {**changed.said.aggregates, another: drawn})


CHANGES: Final[Mapping[str, Change]] = {
    "a condition of the model is changed": with_other_condition,
    "an aggregate is added to the model": with_another_aggregate,
    "an aggregate is dropped from the model": without_an_aggregate,
    "a table of features is added to the model": with_more_features,
}

LASTING: Final[Mapping[str, Change]] = {"a column of rows is added to the model": with_another_column}
"""Those that are not taken back in a history: values would be lost that only Kafka has."""


def _with_aggregates(
    declaration: Declaration, changed: FeatureTable, aggregates: Mapping[str, Aggregation]
) -> Declaration:
    after = replace(changed, said=replace(changed.said, aggregates=aggregates))
    features = tuple(after if each is changed else each for each in declaration.features)
    return replace(declaration, features=features, module=None)


def _free(prefix: str, taken: Container[str]) -> str:
    return next(name for number in count() if (name := f"{prefix}{number}") not in taken)

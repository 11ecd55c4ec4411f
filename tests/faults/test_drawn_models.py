from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random

from models.declaration.as_json import as_json
from models.declaration.changes import Kind, changes_between
from models.declaration.loading import load_model
from models.declaration.model import Model
from tests.faults.declaration import LAB
from tests.faults.drawn_models import drawn_model
from tests.faults.model_changes import CHANGES, LASTING


def loaded(source: str, path: Path) -> Model:
    path.write_text(source)
    return load_model(str(path))


def test_every_drawn_model_can_be_declared_and_changed(tmp_path: Path) -> None:
    every = {**CHANGES, **LASTING}
    for seed in range(60):
        draw = Random(seed)
        drawn = drawn_model(draw)
        models = []
        for number, each in enumerate((drawn, *(change(draw, drawn) for change in every.values()))):
            model = loaded(each.source(), tmp_path / f"model_{seed}_{number}.py")
            assert [(table.name, table.partitions) for table in model.rows] == [
                (table.name, table.parts) for table in each.tables
            ]
            assert [table.name for table in model.features] == [table.name for table in each.features]
            models.append(as_json(model))
        for before, after in product(models, models):
            assert all(change.kind is not Kind.REFUSED for change in changes_between(before, after))


def test_the_lab_is_written_as_it_is_declared(tmp_path: Path) -> None:
    written, declared = loaded(LAB.source(), tmp_path / "lab.py"), load_model("models.lab")
    rows = {table.name: table for table in declared.rows}
    for table in written.rows:
        assert (table.columns, table.key, table.group) == (
            rows[table.name].columns,
            rows[table.name].key,
            rows[table.name].group,
        )
    assert len(written.rows) == len(rows)
    [found], [wanted] = written.features, declared.features
    assert (found.name, found.group, found.aggregates) == (wanted.name, wanted.group, wanted.aggregates)

from __future__ import annotations

from pathlib import Path
from random import Random

from models.declaration.loading import load_model
from models.declaration.model import Model
from tests.faults.declaration import LAB
from tests.faults.drawn_models import drawn_model, with_other_condition


def loaded(source: str, path: Path) -> Model:
    path.write_text(source)
    return load_model(str(path))


def test_every_drawn_model_can_be_declared(tmp_path: Path) -> None:
    for seed in range(60):
        draw = Random(seed)
        drawn = drawn_model(draw)
        changed, *_ = with_other_condition(draw, drawn)
        for number, each in enumerate((drawn, changed)):
            model = loaded(each.source(), tmp_path / f"model_{seed}_{number}.py")
            assert [table.name for table in model.rows] == [table.name for table in each.tables]
            assert [table.name for table in model.features] == [table.name for table in each.features]


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

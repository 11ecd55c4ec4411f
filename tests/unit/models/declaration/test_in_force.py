from pathlib import Path

import pytest

from models.declaration.in_force import model_in_force, model_named
from models.settings.environment import load_settings
from models.topics import input_topics

EXAMPLES = Path(__file__).parents[4] / "examples"


def test_without_a_setting_the_lab_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODEL", raising=False)
    assert model_in_force() is model_named("models.lab")


def test_a_relative_path_names_the_same_file_in_every_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.setenv("MODEL", "./shop.py")
    named = load_settings().model
    monkeypatch.chdir(tmp_path)
    assert model_named(named).rows[0].name == "customers"


def test_the_topics_are_those_of_the_rows_and_of_the_engine() -> None:
    topics = input_topics(model_named(str(EXAMPLES / "sensors.py")))
    assert {name: topic.key for name, topic in topics.items()} == {
        "devices": "device",
        "readings": "device",
        "rejects": "file",
        "loads": "load_id",
    }

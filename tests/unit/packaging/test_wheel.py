"""The wheel holds all that an installed `ingest` needs, and nothing else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.unit.deployment.image import ROOT

PACKAGES = ("cli", "embedded", "migrations", "models", "producers", "streams")
SAMPLES = {"cli/sample/users.csv", "cli/sample/compounds.csv", "cli/sample/user_experiments.csv"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    return zipfile.ZipFile(path)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_whole_and_typed(wheel: zipfile.ZipFile, package: str) -> None:
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")}

    assert sources | {f"{package}/py.typed"} <= set(wheel.namelist())


def test_the_page_is_in_it(wheel: zipfile.ZipFile) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "streams" / "web" / "page").iterdir()}

    assert "streams/web/page/index.html" in files
    assert files <= set(wheel.namelist())


def test_the_sample_files_are_as_they_are_in_the_checkout(wheel: zipfile.ZipFile) -> None:
    assert {name for name in wheel.namelist() if name.endswith(".csv")} == SAMPLES
    for name in SAMPLES:
        assert wheel.read(name) == (ROOT / "data" / Path(name).name).read_bytes()


def test_nothing_else_would_be_installed(wheel: zipfile.ZipFile) -> None:
    folders = {name.partition("/")[0] for name in wheel.namelist()}

    assert {folder for folder in folders if not folder.endswith(".dist-info")} == set(PACKAGES)
    assert not [name for name in wheel.namelist() if "__pycache__" in name]


def test_the_command_is_installed(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]

    entries = wheel.read(name).decode()
    assert "[console_scripts]\ningest = cli.main:main" in entries
    assert "[pipx.run]\nexact-features = cli.main:main" in entries

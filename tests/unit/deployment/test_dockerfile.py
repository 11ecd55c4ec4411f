from __future__ import annotations

import ast
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings.environment import Settings
from tests.unit.deployment.image import DOCKERFILE, ROOT, instructions, is_ignored, of_last_stage

SOURCES = sorted({source for each in instructions() for source in each.copied})
IMAGE_PACKAGES = sorted(
    source for each in instructions() if each.stage for source in each.copied if (ROOT / source).is_dir()
)
OWN_PACKAGES = {folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists()}


def _imported(package: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name.split(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield path, node.module.split(".")[0]


def test_hadolint_finds_no_fault() -> None:
    hadolint = Path(sysconfig.get_path("scripts"), "hadolint")
    checked = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_copied_exists_and_reaches_the_build(source: str) -> None:
    assert (ROOT / source).exists()
    assert not is_ignored(source)


@pytest.mark.parametrize(
    "path", [".git", ".env", ".venv", "data", "data/users.csv", "embedded", "tests", "models/__pycache__", ".store"]
)
def test_what_the_image_does_not_need_stays_outside_the_build(path: str) -> None:
    assert is_ignored(path)


def test_the_image_holds_what_runs() -> None:
    assert IMAGE_PACKAGES == ["cli", "migrations", "models", "producers", "streams"]


@pytest.mark.parametrize("package", IMAGE_PACKAGES)
def test_packages_of_the_image_import_no_other_package_of_ours(package: str) -> None:
    missing = {(path.name, name) for path, name in _imported(package) if name in OWN_PACKAGES - set(IMAGE_PACKAGES)}
    assert not missing


def test_both_stages_have_the_same_python() -> None:
    first, second = (each.arguments.split()[0] for each in instructions() if each.name == "FROM")
    assert first == second


def test_the_image_installs_nothing_in_its_last_stage() -> None:
    for command in of_last_stage("RUN"):
        assert not {"pip", "apt-get", "curl"} & set(command.split())


def test_the_image_does_not_run_as_root() -> None:
    [user] = of_last_stage("USER")
    assert int(user.split(":")[0]) > 0


def test_the_image_runs_the_worker() -> None:
    assert of_last_stage("CMD") == ['["faust", "-A", "streams.app", "worker", "-l", "info"]']


def test_the_image_sets_only_known_settings_and_serves_every_address() -> None:
    [environment] = of_last_stage("ENV")
    variables = dict(pair.split("=", 1) for pair in environment.split())
    own = {name: value for name, value in variables.items() if name != "PATH" and not name.startswith("PYTHON")}
    assert {name.lower() for name in own} <= set(Settings.model_fields)
    assert own["WEB_HOST"] == "0.0.0.0"  # noqa: S104  # inside the container; compose publishes it to this machine only
    assert [own["STORE_DIR"]] == of_last_stage("VOLUME")


def test_the_image_is_healthy_when_the_health_page_says_so() -> None:
    [check] = of_last_stage("HEALTHCHECK")
    [port] = of_last_stage("EXPOSE")
    assert f"http://127.0.0.1:{port}/health" in check
    assert "urllib" in check

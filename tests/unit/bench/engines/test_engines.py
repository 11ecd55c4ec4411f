from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench import environments
from bench.engines import flink
from bench.engines.__main__ import main
from bench.engines.engine import BULK, DEFAULT, LIVE, TRIALS, code_lines
from bench.engines.engines import ENGINES
from bench.engines.ours import declared_lines
from bench.engines.sitting import planned
from bench.errors import UnavailableError
from bench.live.offered import Offered, partition_of


@pytest.mark.parametrize("name", ENGINES)
def test_each_engine_says_its_settings_in_words(name: str) -> None:
    engine = ENGINES[name]
    assert DEFAULT in engine.settings
    assert engine.settings.keys() == engine.words.keys() <= {DEFAULT, BULK, LIVE}
    assert all(path.is_file() for path in engine.programs)
    assert engine.lines > 5


def test_an_unknown_engine_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["flink", "spark"])
    assert "unknown: spark" in capsys.readouterr().err


def test_corrections_and_a_kill_are_tried_with_the_default_settings() -> None:
    found = [(trial, setting) for trial, setting, _ in planned(ENGINES["flink"], TRIALS)]
    assert found == [
        ("drain", DEFAULT),
        ("drain", BULK),
        ("correct", DEFAULT),
        ("kill", DEFAULT),
        ("live", DEFAULT),
        ("live", LIVE),
    ]


def test_a_variant_is_killed_only_when_that_is_asked_for() -> None:
    assert "kill" not in {trial for trial, *_ in planned(ENGINES["pathway-append"])}
    assert "kill" in {trial for trial, *_ in planned(ENGINES["pathway-append"], TRIALS)}
    assert "kill" in {trial for trial, *_ in planned(ENGINES["pathway"])}


def test_a_batch_engine_is_not_tried_live() -> None:
    assert "live" not in {trial for trial, *_ in planned(ENGINES["dlt"], TRIALS)}
    assert [trial for trial, *_ in planned(ENGINES["dlt"], ["kill"])] == ["kill"]


@pytest.mark.parametrize("name", [name for name in ENGINES if not name.startswith("ours")])
def test_each_engine_says_its_versions(name: str) -> None:
    assert ENGINES[name].versions
    assert all(version[0].isdigit() for version in ENGINES[name].versions.values())


def test_blank_lines_and_comments_are_no_lines_that_a_user_writes() -> None:
    assert code_lines("# why\n\nSELECT 1;\n  -- how\nx = 1  # what\n") == 2


def test_our_lines_are_those_of_the_two_declarations() -> None:
    assert 10 <= declared_lines() <= 20


def test_flink_starts_again_from_its_last_complete_checkpoint(tmp_path: Path) -> None:
    assert flink.newest_checkpoint(tmp_path) is None
    for second, name in enumerate(("a/chk-1", "a/chk-9", "b/chk-2")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "_metadata").touch()
        os.utime(folder / "_metadata", (second, second))
    (tmp_path / "b" / "chk-3").mkdir()
    assert flink.newest_checkpoint(tmp_path) == tmp_path / "b" / "chk-2"


def test_an_environment_that_cannot_be_installed_makes_its_engine_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("./not-there\n")
    with pytest.raises(UnavailableError, match="could not be installed"):
        environments.environment_python("none", requirements)
    assert not (environments.environment_folder("none", requirements) / ".installed").exists()


def test_an_environment_is_shared_until_the_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (one := tmp_path / "one.txt").write_text("x==1\n")
    (same := tmp_path / "same.txt").write_text("x==1\n")
    folder = environments.environment_folder("name", one)
    assert folder.is_relative_to(tmp_path)
    assert folder == environments.environment_folder("name", same)
    same.write_text("x==2\n")
    assert folder != environments.environment_folder("name", same)


def test_one_of_ten_rows_is_of_a_user_that_has_no_other() -> None:
    offered = Offered(1000.0, 100, 501, 20, probe_every=10)
    users = [offered.user(number) for number in range(100)]
    probes = [users[number] for number in offered.probes()]
    assert len(probes) == 10
    assert all(users.count(user) == 1 and user > 20 for user in probes)
    assert [offered.probe_id(number, by_row=False) for number in offered.probes()] == probes
    assert offered.probe_id(30, by_row=True) == 531
    assert offered.partition(0) == partition_of(probes[0])

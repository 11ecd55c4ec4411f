import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import command


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in command.FORWARDED}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("returncode", "expected"), [(0, 0), (3, 3), (-signal.SIGTERM, 143), (-signal.SIGKILL, 137)])
def test_exit_codes_are_a_shells(returncode: int, expected: int) -> None:
    assert command.exit_code(returncode) == expected


def test_a_program_on_the_path_has_no_obstacle() -> None:
    assert command.obstacle("sh") is None


def test_what_is_installed_beside_this_python_is_found_first_though_no_environment_is_activated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tmp_path / "found"
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert command.obstacle("ingest") is None
    assert command.run(["sh", "-c", f"command -v ingest > {found}"], {}) == 0
    assert found.read_text() == f"{Path(sys.executable).parent}/ingest\n"


def test_an_unknown_program_is_not_found(tmp_path: Path) -> None:
    assert command.obstacle("no-such-program-anywhere") == 127
    assert command.obstacle(str(tmp_path / "missing")) == 127


def test_a_file_without_the_permission_is_not_executable(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()

    assert command.obstacle(str(tmp_path / "plain")) == 126


def test_a_program_that_the_system_refuses_is_not_executable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "empty-program"
    program.write_bytes(b"\x00")
    program.chmod(0o755)

    assert command.run([str(program)], {}) == 126
    assert str(program) in capsys.readouterr().err


def test_the_command_gets_the_variables_and_its_code_is_returned() -> None:
    code = "import os, sys; sys.exit(int(os.environ['ANSWER']))"

    assert command.run([sys.executable, "-c", code], {"ANSWER": "42"}) == 42


def test_signals_are_ignored_after_the_command() -> None:
    command.run(["true"], {})

    assert all(signal.getsignal(number) is signal.SIG_IGN for number in command.FORWARDED)


def test_a_signal_is_passed_on_to_the_command() -> None:
    code = "import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)"

    assert command.run([sys.executable, "-c", code], {}) == 143


def test_a_command_that_ignores_its_signal_is_killed_after_the_limit() -> None:
    code = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)"
    )

    assert command.run([sys.executable, "-c", code], {}, limit_seconds=0.2) == 137

import os
import signal
from pathlib import Path

import psutil

from tests.integration.embedded import supervisor


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_sigterm_ends_the_command_and_leaves_nothing(temporary: Path) -> None:
    process = supervisor.start(temporary, *supervisor.python(supervisor.REPORT))
    _, pid = supervisor.line(process).split()

    process.send_signal(signal.SIGTERM)

    assert supervisor.finish(process).returncode == 143
    assert gone(int(pid))
    assert list(temporary.iterdir()) == []
    assert supervisor.processes_using(temporary) == []


def test_sigterm_also_ends_what_a_script_was_waiting_for(temporary: Path) -> None:
    script = f'"$0" -c "{supervisor.REPORT}"; echo not reached'
    process = supervisor.start(temporary, "sh", "-c", script, *supervisor.python("")[:1])
    _, pid = supervisor.line(process).split()

    process.send_signal(signal.SIGTERM)

    assert supervisor.finish(process).stdout == ""
    assert gone(int(pid))
    assert supervisor.processes_using(temporary) == []


def test_ctrl_c_outside_a_terminal_is_passed_on(temporary: Path) -> None:
    code = "import os, signal, time; signal.signal(signal.SIGINT, lambda *_: os._exit(5)); " + supervisor.REPORT
    process = supervisor.start(temporary, *supervisor.python(code))
    supervisor.line(process)

    process.send_signal(signal.SIGINT)

    assert supervisor.finish(process).returncode == 5
    assert list(temporary.iterdir()) == []


def test_a_signal_while_the_servers_start_leaves_nothing(temporary: Path) -> None:
    process = supervisor.start(temporary, "true")
    assert supervisor.eventually(lambda: bool(list(temporary.glob("embedded-*/logs/kafka.log"))))

    process.send_signal(signal.SIGTERM)

    assert supervisor.finish(process).returncode == 143
    assert supervisor.eventually(lambda: not supervisor.processes_using(temporary))
    assert list(temporary.iterdir()) == []


def test_a_killed_supervisor_leaves_nothing(temporary: Path) -> None:
    process = supervisor.start(temporary, *supervisor.python(supervisor.REPORT))
    _, pid = supervisor.line(process).split()
    left = supervisor.processes_using(temporary)
    assert len(left) > 5

    process.kill()
    process.wait()

    assert supervisor.eventually(lambda: all(gone(each.pid) for each in left))
    assert supervisor.eventually(lambda: gone(int(pid)))
    assert supervisor.eventually(lambda: list(temporary.iterdir()) == [])
    supervisor.finish(process)


def test_the_watchdog_outlives_polite_signals(temporary: Path) -> None:
    process = supervisor.start(temporary)
    supervisor.line(process)
    (watchdog,) = [each for each in psutil.Process(process.pid).children() if "embedded.watchdog" in each.cmdline()]

    watchdog.send_signal(signal.SIGINT)
    watchdog.send_signal(signal.SIGTERM)
    assert os.getsid(watchdog.pid) == watchdog.pid
    process.kill()

    assert supervisor.eventually(lambda: not supervisor.processes_using(temporary))
    assert supervisor.eventually(lambda: list(temporary.iterdir()) == [])
    supervisor.finish(process)


def test_a_folder_of_a_killed_run_can_be_used_at_once(temporary: Path) -> None:
    data = str(temporary / "data")
    killed = supervisor.start(temporary, "--data", data, *supervisor.python(supervisor.REPORT))
    supervisor.line(killed)
    killed.kill()

    result = supervisor.run(temporary, "--data", data, "true")

    assert result.returncode == 0, result.stderr
    supervisor.finish(killed)
    assert supervisor.processes_using(temporary) == []

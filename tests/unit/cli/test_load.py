import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n"
NOWHERE = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "DATABASE_URL": "postgresql://someone:secret@127.0.0.1:1/none"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "x.csv"
    found.write_text(EXPERIMENTS + "1,1,1,1\n" * 9 + "2,1,1,-1\n")
    return found


def test_a_dry_run_needs_no_server_and_has_the_same_summary(path: Path) -> None:
    done = CliRunner(env=NOWHERE).invoke(app, ["load", str(path), "--dry-run", "--json"])
    report = json.loads(done.stdout)
    assert (done.exit_code, report["read"], report["published"], report["rejected"]) == (1, 10, 9, 1)
    assert report["rejects"][0]["code"] == "negative"


def test_a_limit_is_for_each_file(path: Path) -> None:
    arguments = ["load", str(path), str(path), "--dry-run", "--json", "--limit", "3"]
    assert json.loads(CliRunner(env=NOWHERE).invoke(app, arguments).stdout)["read"] == 6


def test_a_rate_holds_a_load_back(path: Path) -> None:
    done = CliRunner(env=NOWHERE).invoke(app, ["load", str(path), "--dry-run", "--json", "--rate", "20"])
    assert json.loads(done.stdout)["files"][0]["seconds"] >= 0.4


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["load", "no/such/file.csv"], 2, "no/such/file.csv"),
        (["load", "x", "--max-rejects", "many"], 2, "is not a limit of rejected rows"),
        (["load", "x", "--max-rejects", "101%"], 2, "is not a limit of rejected rows"),
        (["loads"], 4, "DATABASE_URL"),
        (["rejects", "list"], 4, "DATABASE_URL"),
        (["rejects", "export", "somewhere"], 4, "DATABASE_URL"),
        (["status"], 3, "KAFKA_BOOTSTRAP_SERVERS"),
        (["audit"], 4, "DATABASE_URL"),
        (["report"], 4, "DATABASE_URL"),
        (["doctor"], 1, "start Kafka"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_code_and_no_secret(arguments: list[str], code: int, said: str) -> None:
    done = CliRunner(env=NOWHERE).invoke(app, arguments)
    assert done.exit_code == code
    assert said in done.output
    assert "secret" not in done.output
    assert "Traceback" not in done.output


def test_a_bad_setting_is_told_without_its_password() -> None:
    done = CliRunner(env={"DATABASE_URL": "mysql://someone:secret@host/none"}).invoke(app, ["loads"])
    assert done.exit_code == 2
    assert "DATABASE_URL=mysql://someone:***@host/none" in done.output

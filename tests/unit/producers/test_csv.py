from pathlib import Path

import pytest

from producers.csv import main


def test_help_tells_variables_exit_codes_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    told = capsys.readouterr().out
    assert exit_.value.code == 0
    words = (
        "--wait-timeout",
        "KAFKA_BOOTSTRAP_SERVERS",
        "DATABASE_URL",
        "TOPIC_PARTITIONS",
        "130",
        "example",
        "--delete",
    )
    assert all(word in told for word in words)


@pytest.mark.parametrize(
    "arguments", [[], ["data", "--nonsense"], ["data", "--wait-timeout", "-1"], ["data", "--wait-timeout", "x"]]
)
def test_a_wrong_command_line_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_nothing_loadable_is_exit_code_2_with_a_line_for_each_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main([str(tmp_path / "missing"), str(tmp_path / "empty")]) == 2
    told = capsys.readouterr()
    assert [line.split(": ")[0] for line in told.err.splitlines()] == [
        str(tmp_path / "missing"),
        str(tmp_path / "empty"),
    ]
    assert told.out == ""


def test_a_setting_that_cannot_be_used_is_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOPIC_PARTITIONS", "none")
    assert main(["data"]) == 2
    assert "TOPIC_PARTITIONS=none" in capsys.readouterr().err


def test_a_dry_run_publishes_nothing_and_needs_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    file = tmp_path / "users.csv"
    file.write_text("user_id,name,email,signup_date\n1,Ada,,2024-01-01\n")
    assert main([str(file), "--dry-run"]) == 0
    assert "nothing is published" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:1", "no.such.host.invalid:9092", "127.0.0.1:port"])
def test_no_kafka_is_exit_code_3_with_one_line(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", address)
    path = tmp_path / "x.csv"
    path.write_text("compound_id,compound_name,compound_structure\n")
    assert main([str(path)]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{address} (KAFKA_BOOTSTRAP_SERVERS)" in line


def test_a_dry_run_needs_no_kafka(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    path = tmp_path / "x.csv"
    path.write_text("compound_id,compound_name,compound_structure\n1,Caffeine,\n")
    assert main([str(path), "--dry-run"]) == 0
    assert "nothing is published" in capsys.readouterr().err

import pytest

from embedded.__main__ import main


def test_help_names_the_option_and_the_variables(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "--data" in text
    assert "DATABASE_URL" in text


@pytest.mark.parametrize("arguments", [["--unknown"], ["--data"]])
def test_a_wrong_option_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2


def test_a_command_that_is_not_there_starts_no_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-program-anywhere"]) == 127
    assert capsys.readouterr().err == "embedded: no-such-program-anywhere: command not found\n"

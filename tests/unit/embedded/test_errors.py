from pathlib import Path

from embedded.errors import ServerStartError, last_lines


def test_a_failed_start_says_why_and_shows_the_logs_end(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    log.write_text("\n".join(f"line {number}" for number in range(30)), encoding="utf-8")

    text = str(ServerStartError("Kafka", "it ended with exit code 1", log))

    assert text.startswith("Kafka did not start: it ended with exit code 1.")
    assert "line 9" not in text
    assert "line 10" in text
    assert "line 29" in text


def test_the_logs_place_can_be_corrected_after_the_log_is_moved(tmp_path: Path) -> None:
    error = ServerStartError("Kafka", "it ended", tmp_path / "kafka.log")
    error.log = tmp_path / "kept" / "kafka.log"

    assert str(tmp_path / "kept" / "kafka.log") in str(error)


def test_a_log_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none") == []

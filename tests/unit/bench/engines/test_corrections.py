from __future__ import annotations

from pathlib import Path

from bench.engines.corrections import write_corrections
from bench.expected import aggregate, expected_answer, newest_lines, stored_rows
from bench.load import HEADER, write_experiments


def written(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines))
    return path


def test_corrections_are_of_a_tenth_partly_moved_and_partly_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    write_experiments(first, 1000, 100)
    count = write_corrections(second, first, 100)
    corrected = [line.split(",") for line in second.read_text().splitlines()[1:]]
    owners = {line.split(",")[0]: line.split(",")[1] for line in first.read_text().splitlines()[1:]}
    assert count == len(corrected) == 120
    assert len({experiment for experiment, *_ in corrected}) == 100
    moved = sum(owners[experiment] != user for experiment, user, *_ in corrected)
    assert 30 < moved < 90


def test_the_last_line_of_an_experiment_counts(tmp_path: Path) -> None:
    first = written(tmp_path / "first.csv", "1,7,3,1.5", "2,7,3;4,2.5")
    second = written(tmp_path / "second.csv", "1,8,5,0.25", "1,8,6;6,0.75")
    answer = aggregate(newest_lines(first, second))
    assert answer == {7: (1, 2500, 2, 3, 1), 8: (1, 750, 2, 6, 2)}


def test_without_corrections_it_is_the_plain_answer(tmp_path: Path) -> None:
    path = tmp_path / "user_experiments.csv"
    write_experiments(path, 500, 20)
    assert aggregate(newest_lines(path)) == expected_answer(path)


def test_stored_rows_are_summed_exactly(tmp_path: Path) -> None:
    path = written(tmp_path / "first.csv", "1,7,3,0.1", "2,9,3;4,0.2")
    assert stored_rows(newest_lines(path)) == (2, 16, 300)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.sources.file_names import is_part, is_table, listed, misplaced, natural


@pytest.mark.parametrize("name", ["a.csv", "A.TSV", "a.txt", "a.csv.gz", "a.tsv.BZ2", "a.txt.xz", "a.csv.zst"])
def test_names_that_are_meant(name: str) -> None:
    assert is_table(name)
    assert not is_table(f".{name}")
    assert not is_table(f"{name}.part")


def test_numbers_in_names_count_by_value() -> None:
    names = ["run_2.csv", "Run_10.csv", "run_010.csv", "run_1.csv", "run.csv", "run_9-b12.csv", "run_9-b3.csv"]
    assert sorted(names, key=natural) == [
        "run.csv",
        "run_1.csv",
        "run_2.csv",
        "run_9-b3.csv",
        "run_9-b12.csv",
        "Run_10.csv",
        "run_010.csv",
    ]


@given(st.integers(0, 10**30), st.integers(0, 10**30), st.integers(0, 3))
def test_two_numbers_are_in_the_order_of_their_values(first: int, second: int, zeros: int) -> None:
    before, after = natural(f"a{'0' * zeros}{first}.csv"), natural(f"a{second}.csv")
    assert (before[0] < after[0], before[0] == after[0]) == (first < second, first == second)


@given(st.lists(st.text(max_size=5000)))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    sorted([*names, "1" * 5000], key=natural)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("part-00000", True), ("part-r-00000.gz", True), ("000000_0", True), ("x.csv", True), ("_SUCCESS", False)],
)
def test_names_of_parts(name: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_part(name) is is_one


def test_a_list_of_names_is_one_short_line() -> None:
    told = listed([f"{number}\x1b\n{'x' * 300}" for number in range(1000)])
    assert told.isprintable()
    assert told.endswith("and 980 more")
    assert len(told) < 2000


def test_the_order_of_a_shell_is_noticed() -> None:
    assert misplaced(["a_1.csv", "a_10.csv", "a_2.csv"]) == ("a_10.csv", "a_2.csv")
    assert misplaced(["b_2.csv", "a_1.csv", "a_2.csv"]) is None

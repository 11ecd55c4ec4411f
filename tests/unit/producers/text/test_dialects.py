import pytest

from producers.text.dialects import Dialect, header_of, sniff
from tests.lab_kinds import EXPERIMENTS, LAB

COLUMNS = list(EXPERIMENTS.types)


@pytest.mark.parametrize("delimiter", list(",\t;|"))
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_separator_is_told_from_the_header(delimiter: str, quote: str) -> None:
    header = delimiter.join(quote + column + quote for column in COLUMNS) + "\r\n"
    dialect = sniff([header], LAB)
    assert dialect == Dialect(delimiter)
    assert header_of(header, dialect) == COLUMNS


@pytest.mark.parametrize("quote", ["", '"'])
def test_comma_and_tab_are_one_separator(quote: str) -> None:
    header = ",\t".join(quote + column + quote for column in COLUMNS)
    dialect = sniff([header], LAB)
    assert dialect == Dialect(",", tabs_after_commas=True)
    assert header_of(header, dialect) == COLUMNS


def test_a_header_of_other_case_and_with_spaces_is_known() -> None:
    header = " Experiment_ID , USER_ID ,Experiment_Compound_Ids, experiment_run_time \n"
    assert header_of(header, sniff([header], LAB)) == COLUMNS


def test_a_header_quoted_as_a_whole_is_known() -> None:
    header = '"' + ",".join(COLUMNS) + '"\n'
    assert header_of(header, sniff([header], LAB)) == COLUMNS


def test_a_comma_tab_file_saved_again_as_tab_separated_is_known() -> None:
    header = "\t".join([f'"{column},"' for column in COLUMNS[:-1]] + COLUMNS[-1:])
    dialect = sniff([header], LAB)
    assert dialect == Dialect("\t", trailing_commas=True)
    assert header_of(header, dialect) == COLUMNS

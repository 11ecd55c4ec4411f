import pytest

from producers.errors import LoadOptionError
from producers.load.options import NO_LIMIT, reject_limit


def test_a_number_of_rows_is_judged_at_once() -> None:
    limit = reject_limit("2")
    assert [limit.is_passed(read, rejected) for read, rejected in ((2, 2), (3, 3))] == [False, True]


def test_a_share_is_judged_from_a_hundred_rows_on_or_at_the_end() -> None:
    limit = reject_limit(" 2.5% ")
    assert not limit.is_passed(99, 99)
    assert limit.is_passed(100, 3)
    assert not limit.is_passed(1000, 25)
    assert limit.is_passed(10, 1, at_end=True)
    assert str(limit) == "2.5%"


def test_without_a_limit_every_row_may_be_bad() -> None:
    assert not NO_LIMIT.is_passed(10**9, 10**9, at_end=True)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "%", "100.1%", "1e3", "٣", "5 %"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(LoadOptionError, match="is not a limit of rejected rows"):
        reject_limit(text)

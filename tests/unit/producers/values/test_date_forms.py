from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.values.date_forms import FORMS, ISO, settled_form

DAYS = st.lists(st.dates(), min_size=1, max_size=8)
WRITTEN = {
    "YYYY-MM-DD": "{0:04}-{1:02}-{2:02}",
    "YYYY-MM-DD 00:00:00": "{0:04}-{1:02}-{2:02} 00:00:00",
    "YYYYMMDD": "{0:04}{1:02}{2:02}",
    "YYYY/MM/DD": "{0:04}/{1:02}/{2:02}",
    "YYYY.MM.DD": "{0:04}.{1}.{2}",
    "DD/MM/YYYY": "{2}/{1}/{0:04}",
    "MM/DD/YYYY": "{1:02}/{2:02}/{0:04}",
    "DD.MM.YYYY": "{2:02}.{1:02}.{0:04}",
    "MM.DD.YYYY": "{1}.{2}.{0:04}",
    "DD-MM-YYYY": "{2:02}-{1:02}-{0:04}",
    "MM-DD-YYYY": "{1:02}-{2:02}-{0:04}",
}


def written(day: date, form: str) -> str:
    return WRITTEN[form].format(day.year, day.month, day.day)


def test_each_form_is_tried_below() -> None:
    assert list(WRITTEN) == [form.name for form in FORMS]


@given(days=DAYS, form=st.sampled_from(FORMS))
def test_a_settled_form_is_the_one_they_were_written_in(days: list[date], form: object) -> None:
    name = form.name  # type: ignore[attr-defined]  # a DateForm
    texts = [written(day, name) for day in days]
    settled = settled_form(texts)
    if settled is not ISO:
        assert settled.name == name
        assert [settled.read(text) for text in texts] == days
    elif not name.startswith("YYYY"):
        # Not settled: no day of the month is greater than 12, so that either order fits.
        assert all(day.day <= 12 for day in days)


@given(days=DAYS, other=st.dates())
def test_one_iso_date_leaves_nothing_but_iso(days: list[date], other: date) -> None:
    assert settled_form([*(written(day, "DD/MM/YYYY") for day in days), other.isoformat()]) is ISO
    assert settled_form([other.isoformat(), *(written(day, "YYYYMMDD") for day in days)]) is ISO


def test_a_first_iso_date_ends_the_search() -> None:
    def texts() -> object:
        yield "2024-01-15"
        raise AssertionError("more was asked for")

    assert settled_form(texts()) is ISO  # type: ignore[arg-type]  # a generator of texts


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["n/a", "25/12/2024", "?"], "DD/MM/YYYY"),
        (["25/25/2024", "12/25/2024"], "MM/DD/YYYY"),
        (["05/05/2024"], "YYYY-MM-DD"),
        (["25/12/2024", "12/25/2024"], "YYYY-MM-DD"),
        (["25/12/2024", "25.12.2024"], "YYYY-MM-DD"),
        (["n/a"], "YYYY-MM-DD"),
        ([], "YYYY-MM-DD"),
    ],
)
def test_words_tell_nothing_and_contradictions_settle_nothing(texts: list[str], name: str) -> None:
    assert settled_form(texts).name == name


@given(
    day=st.dates(),
    zone=st.sampled_from(["Z", "+00:00", "-00:00", "+0000", "-0000", "+00", " UTC", "UTC", ""]),
    has_fraction=st.booleans(),
)
def test_midnight_in_utc_is_that_day_however_it_is_spelled(day: date, zone: str, *, has_fraction: bool) -> None:
    text = f"{day.isoformat()}T00:00:00{'.000000' if has_fraction else ''}{zone}"
    assert settled_form([text]).read(text) == day


@pytest.mark.parametrize(
    "zone", ["+01:00", "-01:00", "+00:01", "+00:30", "-0030", "+14", " CET", "+", "+0", "+000", "z"]
)
def test_midnight_of_another_zone_is_no_plain_day(zone: str) -> None:
    assert not any(form.fits(f"2024-12-31T00:00:00{zone}") for form in FORMS)

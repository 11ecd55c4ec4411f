from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fault_codes import FaultCode
from streams.kafka.micro_batch import joined
from streams.kafka.timestamps import AHEAD_MS, with_plausible_times
from tests.integration.streams.batches import Publisher, deletion, experiment

NOW = 1_764_000_000_000


@pytest.mark.parametrize("time", [-1, 0, 1, NOW // 1000, NOW, NOW + AHEAD_MS])
def test_times_of_the_past_and_of_a_day_ahead_are_taken(time: int) -> None:
    batch = Publisher().batch(experiment(1, 1, [1]), published_ms=time)
    assert with_plausible_times(batch, NOW) is batch


@pytest.mark.parametrize(
    ("time", "said", "counts_from"),
    [
        (NOW * 1000, "in microseconds", NOW),
        (NOW * 1_000_000, "in nanoseconds", NOW),
        (NOW + AHEAD_MS + 1, "more than a day ahead", NOW),
        (2**62, "in nanoseconds", NOW),
        (2**63 - 1, "", NOW),
        (-(2**63), "cannot be what the client meant", NOW),
    ],
)
def test_other_times_are_unfit_and_corrected_by_what_is_published_later(time: int, said: str, counts_from: int) -> None:
    batch = with_plausible_times(Publisher().batch(deletion(1), published_ms=time), NOW)
    unfit = batch.unfit[0]
    assert (unfit.code, unfit.value) == (FaultCode.BAD_TIMESTAMP, str(time))
    assert said in unfit.reason
    assert unfit.published_ms == counts_from or time == 2**63 - 1


def test_what_was_refused_stays_refused_when_its_time_has_come() -> None:
    batch = Publisher().batch(experiment(1, 1, [1]), experiment(2, 1, [1]), published_ms=NOW)
    assert list(with_plausible_times(batch, NOW, {(1, NOW)}).unfit) == [1]
    # Another record at the same offset, of a log that was set back.
    assert not with_plausible_times(batch, NOW, {(1, NOW - 1)}).unfit


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_each_record_is_judged_by_its_own_time(times: list[int]) -> None:
    publisher = Publisher()
    batches = [publisher.batch(experiment(1, 1, [1]), published_ms=time) for time in times]
    [batch] = joined(batches)
    judged = with_plausible_times(batch, NOW)
    assert set(judged.unfit) == {offset for offset, time in enumerate(times) if not -(2**43) < time <= NOW + AHEAD_MS}

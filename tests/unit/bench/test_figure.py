from __future__ import annotations

from bench.figure import Figure, median, thinned


def test_the_median_has_the_middle_speed_and_the_most_memory_of_all_runs() -> None:
    runs = [Figure(100, 1, 30), Figure(100, 4, 10), Figure(100, 2, 20)]
    assert median(runs) == Figure(100, 2, 30)


def test_of_two_runs_the_slower_counts() -> None:
    assert median([Figure(100, 1, 1), Figure(100, 2, 1)]).seconds == 2


def test_thinned_samples_keep_the_first_and_the_last() -> None:
    samples = [(float(number), 1.0) for number in range(1000)]
    kept = thinned(samples, 300)
    assert (len(kept), kept[0], kept[-1]) == (300, samples[0], samples[-1])
    assert kept == sorted(set(kept))


def test_few_samples_are_all_kept() -> None:
    assert thinned([(0.0, 1.0), (1.0, 2.0)]) == [(0.0, 1.0), (1.0, 2.0)]

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from bench.documents import chart, engines, performance, readme, scale, tables, targets
from bench.documents.needs import Limits, microseconds, needs
from bench.documents.results import all_results
from bench.engines.outcome import Outcome
from bench.measurements import MEASUREMENTS
from bench.write_docs import PERFORMANCE, README, SCALE
from tests.unit.bench.entries import ORIGIN, entry, results, unavailable


def test_the_page_in_docs_is_what_the_script_writes_from_the_stored_results() -> None:
    assert PERFORMANCE.read_text(encoding="utf-8") == performance.page(all_results()), "run make bench-docs"


def test_the_tables_of_the_scale_page_are_what_the_script_writes_from_the_stored_results() -> None:
    text = SCALE.read_text(encoding="utf-8")
    assert text == scale.page(text, all_results()), "run make bench-docs"


def test_the_tables_in_the_readme_are_what_the_script_writes_from_the_stored_results() -> None:
    text = README.read_text(encoding="utf-8")
    assert all(f"<!-- measured: {name} -->" in text for name in readme.BLOCKS)
    assert text == readme.page(text, all_results()), "run make bench-docs"


def test_what_was_never_measured_is_said_in_words() -> None:
    page = performance.page(results())
    for measurement in MEASUREMENTS.values():
        if measurement.suite != "scale":
            assert f"| {measurement.title} |  | not measured yet |" in page
    assert page.count("| not measured yet |") >= len(targets.TARGETS)


def test_a_peer_that_cannot_be_had_is_named_with_the_reason() -> None:
    page = performance.page(results({"quix": unavailable("No module named 'quixstreams'")}))
    assert "| Quix Streams, no sink |  | not available: No module named 'quixstreams' |" in page


@pytest.mark.parametrize(("ours", "verdict"), [(190, "| aim met |"), (140, "| met |"), (120, "| **not met** |")])
def test_a_ratio_is_judged_by_must_and_aim(ours: float, verdict: str) -> None:
    lines = targets.lines(results({"worker": entry(ours), "kafka-streams-eos": entry(100)}))
    assert lines[2].endswith(f"| {ours / 100:.2f}{targets.TIMES} {verdict}")


@pytest.mark.parametrize(("peak", "verdict"), [(280, "aim met"), (300, "met"), (301, "**not met**")])
def test_memory_is_judged_as_a_limit(peak: float, verdict: str) -> None:
    lines = targets.lines(results(growth={"worker-10000000": entry(10_000_000, peak)}))
    assert next(line for line in lines if "worker resident" in line).endswith(f"| {peak} MB | {verdict} |")


def test_latency_is_judged_at_a_thousand_rows_a_second() -> None:
    live = entry(1000, rate=1000.0, kept_up=True)
    live["runs"][0]["percentiles_ms"] = {"p50": 7.0, "p99": 39.0}
    lines = targets.lines(results(latency={"1000": live}))
    assert [line.rsplit("| ", 2)[1:] for line in lines if "1,000 rows/s offered" in line] == [
        ["7 ms ", "aim met |"],
        ["39 ms ", "met |"],
    ]


def test_each_program_that_a_target_names_is_measured_by_somebody() -> None:
    everything = results({name: entry(100) for name in MEASUREMENTS})
    unmeasured = [line for line in targets.lines(everything) if "not measured yet" in line]
    assert not [line for line in unmeasured if " over " in line and "10 M" not in line and "dlt" not in line]


def test_a_rate_takes_cores_at_half_use_and_twice_as_many_partitions_as_workers() -> None:
    found = needs(100_000, Limits({"worker": 12.5, "Postgres": 10, "Kafka": 1}, bytes_a_row=200))
    assert (found.workers, found.partitions, found.postgres_cores, found.kafka_cores, found.shards) == (3, 6, 2, 1, 1)
    assert found.gigabytes_a_day == pytest.approx(1728)


def test_a_row_takes_the_most_that_it_took_where_postgres_had_a_core_of_its_own() -> None:
    scale_runs = {
        name: entry(100_000, workers=1, microseconds={"worker": worker, "Postgres": 4.0, "Kafka": 0.5})
        for name, worker in (("together", 9.0), ("apart", 2.0), ("two-apart", 3.0))
    }
    step = entry(100, microseconds={"worker": 7.0, "Postgres": 7.0, "Kafka": 7.0})
    assert microseconds(results()) is None
    assert microseconds(results(steps={"a": step})) == {"worker": 7.0, "Postgres": 7.0, "Kafka": 7.0}
    assert microseconds(results(steps={"a": step}, scale=scale_runs)) == {"worker": 3.0, "Postgres": 4.0, "Kafka": 0.5}
    apart = next(line for line in scale.core_runs(results(scale=scale_runs)) if line.startswith("| one worker and"))
    assert "| 100,000 | 2.0 | 4.0 | 0.5 | 25% | 40% |" in apart


def test_what_stands_around_the_measured_blocks_stays() -> None:
    text = "before\n<!-- measured: needs -->\nold\n<!-- end -->\nafter\n"
    written = scale.page(text, results())
    assert written.startswith("before\n<!-- measured: needs -->\n")
    assert "old" not in written
    assert written.endswith("<!-- end -->\nafter\n")


def test_the_chart_is_drawn_from_whatever_is_there(tmp_path: Path) -> None:
    chart.draw(results({"worker": entry(100), "quix": unavailable("no wheel")}), tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def test_an_engine_stands_with_its_speed_and_what_is_wrong_with_it() -> None:
    trials = {
        "drain-default": asdict(Outcome(rows=100, measured=98, seconds=1.96, peak_mb=5, wrong_users=0, fell=1)),
        "drain-bulk": asdict(Outcome(failed="it | ended")),
        "correct-default": asdict(Outcome(wrong_users=1234)),
        "kill-default": asdict(Outcome(wrong_users=0, killed_at=0.31)),
        "live-default": asdict(Outcome(percentiles_ms={"p50": 12.3, "p99": 45.6})),
    }
    words = {"default": "as it comes", "bulk": "more"}
    flink = {**ORIGIN, "title": "Flink", "rows": 100, "lines": 7, "words": words, "trials": trials}
    lines = engines.compared(results(engines={"flink": flink, "dlt": unavailable("no network")}))
    assert (
        "| Flink | as it comes | 100 | 50, totals fall meanwhile | 5 MB | **1,234 users wrong** | right (at 31%) | "
        "12 / 46 | 7 | 2001-02-03, abc1234 |" in lines
    )
    assert "|  | bulk: more |  | does not: it / ended |  |  |  |  |  |  |" in lines
    assert any("does not: no network" in line for line in lines)
    short = engines.short(results(engines={"flink": flink}))
    assert (
        "| Flink | default | 50, totals fall meanwhile |  | 5 MB | **1,234 users wrong** | right (at 31%) | 12 / 46 "
        "| 7 |" in short
    )
    assert "|  | best | does not: it / ended |  |  |  |  |  |  |" in short


def drained(rows_per_second: int, setting: str = "default") -> dict[str, object]:
    outcome = Outcome(rows=rows_per_second, measured=rows_per_second, seconds=1, wrong_users=0)
    return {f"drain-{setting}": asdict(outcome)}


def test_ours_is_compared_from_the_topic_and_with_batch_engines_from_the_file() -> None:
    def tried(title: str, **trials: object) -> dict[str, object]:
        words = {"default": "", "bulk": ""}
        return {**ORIGIN, "title": title, "rows": 1, "lines": 1, "words": words, "trials": trials}

    found = results(
        engines={
            "ours": tried("ours", **drained(300)),
            "ours-file": tried("ours-file", **drained(150)),
            "dlt": tried("dlt", **drained(50), **drained(100, "bulk")),
            "pathway": tried("pathway", **drained(60)),
        }
    )
    assert engines.over_dlt(found) == pytest.approx(1.5)
    text = "\n".join(engines.short(found))
    assert "| dlt | default | 50 cold | 3.0 times as fast |" in text
    assert "| best | 100 cold | 1.5 times as fast |" in text
    assert "| pathway | default | 60 cold | 5.0 times as fast |" in text
    assert "| **ours** | default | 300 cold |  |" in text


def test_numbers_in_the_readme_have_two_digits_or_three() -> None:
    assert [readme.rounded(number) for number in (186_628.0, 56_493.0, 1_241.0, 926_111.0)] == [
        187_000,
        56_000,
        1_200,
        926_000,
    ]


def test_reads_stand_with_their_way_and_what_rows_there_were_beside_them() -> None:
    described = {"reads": 100.0, "failed": 0, "kept_up": True}
    page = entry(100, way="page", rate=5000.0, processor_ms=None, **described)
    reader = entry(100, way="reader", rate=0.0, processor_ms=0.512, **described)
    for each in (page, reader):
        each["runs"][0]["percentiles_ms"] = {"p50": 1.0, "p90": 2.0, "p99": 9.96}
    lines = tables.read_beside(results(features={"page-5000": page, "reader-0": reader}))
    assert lines[2].startswith("| `FeatureReader` | 0 | 100 | 1.0 | 2.0 | 10.0 | 0.51 | 0 | yes |")
    assert lines[3].startswith("| `GET /features` | 5,000 | 100 | 1.0 | 2.0 | 10.0 |  | 0 | yes |")

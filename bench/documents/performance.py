"""The page docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable

from bench.documents import engines, tables, targets
from bench.documents.results import Results
from bench.storage import Entry

CHART = "performance.png"

INTRODUCTION = """\
# Performance

This page is written from `bench/results/*.json` by `python -m bench.write_docs`. Don't edit it: run a measurement. What
each one is, and how to repeat it, is [below](#how-it-is-measured)."""

METHOD = """\
## How it is measured

Everything runs on one machine: Kafka, Postgres, the load, and what is measured. Both servers are the embedded ones of
this project, with the same settings for all, and `fsync` on. Speeds are medians of several runs. Memory is the most
resident memory of the measured processes, looked at every 20 ms; of all runs the most.

The load is `user_experiments.csv` with evenly drawn users, one to four of 100 compounds a row, and run times with three
decimals. Every program computes the same: experiments, exact run time, listed compounds, the most often listed compound
(of several the lowest id) and how often it is listed, for each user. Afterwards its answer is compared with ours and
with a plain computation from the file. A program whose answer is wrong ends the run, and its speed is not stored. Only
the growth, latency and soak runs have no second computation: there `python -m streams.audit` compares every feature
with SQL over the stored experiments, which are counted.

| command | what it measures |
| --- | --- |
| `make bench` | ours, and the peers that need Python only |
| `make bench-peers` | each engine that ends in Postgres, ours among them; then Kafka Streams, Quix Streams, Bytewax |
| `make bench-growth` | 1, 3 and 10 million rows; `GROWTH_ROWS=` other sizes |
| `make bench-latency` | rates from 100 rows/s until one is not kept up; `LATENCY_RATES=`, `SECONDS=` |
| `make bench-features` | reads of one user's features, alone and beside 5,000 rows/s; `RATE=`, `READS=`, `SECONDS=` |
| `make bench-soak` | half the greatest rate that was kept up; `MINUTES=`, `SOAK_RATE=` |
| `make bench-scale` | Postgres and the workers on a core each; more workers; `experiments` divided by hash |
| `make bench-step STEP=name` | processor time of a row, kept under that name |
| `make bench-guard AGAINST=commit` | the working tree and a commit in turn, five minutes; stores nothing |
| `make bench-docs` | nothing |

Each of them writes this page, the chart and the tables of [scale.md](scale.md) again when it is done.
`ROWS`, `USERS` and `RUNS` set the size, for example `make bench ROWS=100000 RUNS=1`. Measurements by name replace their
own results only: `python -m embedded python -m bench worker polars`; `python -m bench --help` lists them.

What is timed:

- **Producers**: from opening the file to the last acknowledgement of all replicas, both idempotent. The peer is
  librdkafka by confluent-kafka. It sends each line as it stands, with the user as key, as `cat FILE | kcat` would. Ours
  reads the fields, validates each, and writes JSON with headers.
- **Programs that drain a backlog**: from the program's readiness to its last row. Ours is done when the row's
  transaction is committed in Postgres. Kafka Streams starts at its state `RUNNING`, Quix Streams and Bytewax at their
  first row, and all three are done when the last row is aggregated, committed or not. They write to no database. Kafka
  Streams and Quix Streams keep their state in RocksDB with a changelog, with default settings and one thread; Bytewax
  keeps it in memory, without a recovery store.
- **Engines that end in Postgres**: `python -m embedded python -m bench.engines NAME…` tries some of them alone;
  `TRIALS=` chooses what is tried, and `TRIAL_SECONDS` (600) is the most that each wait may take. One that fails or
  takes too long stands in the table with its reason, and the next goes on. Each outcome is stored at once, and a
  second run of the same commit on the same machine makes only those that are missing (`AGAIN=1`: all). Speed: from
  when the first rows are visible in Postgres to when the last is, by a look each 0.25 s. Engines that commit rarely
  show much at once, with more nearly done: where the first look finds more than a fiftieth, the speed is that of all
  rows from the start of the process, start-up and all (*cold*), which is to their disadvantage. Memory: resident, the
  engine's processes together. Corrections: behind 200,000 rows, a second file in the same topic corrects a tenth of
  the experiments, half of these under another user, a fifth twice. SIGKILL: of 500,000 rows half are visible when all
  of its processes get it, then the same command again, for one program of each engine. Both are tried with the
  default settings. An answer is final when it is right or has not moved for 60 s (180 s before it goes on after
  SIGKILL); then users whose features are not those of a plain computation count as wrong, and the rows are summed.
  Latency: 1,000 rows/s for 15 s after 10 s of warming up; one of ten rows is of a user that has no other, and a look
  every 2 ms sees when this user is there, or the row where an engine stores rows only. Lines: what a user writes,
  without blank lines and comments. dlt loads the file, without Kafka, from the start of its process to its end;
  beside it our worker and our producer from the start of both until all is committed; the worker is then killed. In
  the trial of SIGKILL they get it after half of the time they take.
- **Several workers**: from when all are ready. What the first applied before counts neither as rows nor as time. The
  memory is the sum of each one's most.
- **The naive Faust agent** updates a table and upserts one row for each event, with synchronous commits, over a small
  backlog of its own, from its first upsert to its last.
- **File to features**: from the start of the process to the commit. Ours is `python -m producers.csv --wait` with a
  worker that waits for work; the memory is both together. polars has the whole file in memory and copies raw rows and
  features into tables without keys or indexes, in one transaction; a second line is of the same with ours
  made at the end, which still holds no publications and can take no correction. pandas makes an ORM object of each row.
- **The same file again**: the worker drains the second publication with the first in its database and store.
- **Latency**: a sender offers rows on a schedule fixed beforehand, whether earlier ones were answered or not. A row's
  latency runs from when it was due, not from when it was sent, so waiting counts (no coordinated omission). It ends
  when the committed offset of its partition is seen to have passed it, by a look every 2 ms, so up to 2 ms too late.
  How late the sender itself was at most is a column of its own, and in the latencies too. Headers and values are as our
  producer writes them. Percentiles are from an HDR histogram with three digits. A rate is kept up if the last row is
  visible within 2 s of when it was due.
- **Soak**: the slope is of resident memory by least squares, after the first fifth of the time."""


def page(results: Results) -> str:
    """The whole page."""
    parts = [
        [INTRODUCTION, "", *environment(results.entries())],
        ["## Targets", "", *targets.lines(results)],
        ["### Why targets are missed", "", MISSED],
        *([[f"![Speeds, memory and latency]({CHART})"]] if results.entries() else []),
        ["## Ours and others", "", *tables.compared(results)],
        ["## Engines that end in Postgres", "", ENGINES, "", *engines.compared(results)],
        ["## Where the time of a row goes", "", STEPS, "", *tables.stepwise(results)],
        ["## As the load grows", "", *tables.grown(results)],
        ["## Latency", "", *tables.latencies(results)],
        ["## Features for programs", "", READS, "", *tables.read_beside(results)],
        ["## Soak", "", *tables.soaked(results)],
        [METHOD],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


MISSED = """\
Profiles of what stands in the way, taken on the machine of the newest results:

- **Latency at 100 and 1,000 rows/s.** At 100 rows/s a transaction takes 6.5 ms, of which 3.5 are processor time of the
  worker. BEGIN and the lock take 1.1 ms, reading 0.4, storing the row 1.2, features 1.5, COMMIT 1.6. At 1,000 rows/s it
  takes 9 ms. A row waits for half of the transaction before its own, and before that 3 to 7 ms from its sender through
  Kafka to the worker. Reading while BEGIN is on its way would take half a millisecond less.
  The machine has two speeds. In a slower hour p50 at 100, 1,000 and 10,000 rows/s was 9.8, 26.6 and 81.5 ms, and
  80,000 rows/s were not kept up. The broker's JVM compiles for the first 35 s of a run with 0.4 of a core.
- **10 M rows over 1 M.** With 500,000 users a transaction of the greatest size has one or two rows of a user where it
  has ten with 50,000, and each user that it touches costs the worker and Postgres some ten microseconds. The rate at
  10 M is a quarter higher than before its plans went by indexes
  ([ADR 130](adr/0130-rows-are-found-by-an-index.md)), that at 1 M a third. Smaller transactions would take less memory
  and write more: with MAX_BATCH_RECORDS=400000 the worker's peak was 392 to 409 MB in place of 465.
- **The same file again.** A row that is there already costs Postgres 4.1 µs by the upsert that finds it ([how it got
  fast](how-it-got-fast.md)), and a new one 3.2 by COPY. It was not measured since."""


ENGINES = """\
What people would take instead of this project: each ends in Postgres with rows and features, and runs with its default
settings and with its best ones. What is tried is [below](#how-it-is-measured)."""

STEPS = """\
Processor time of a row while one worker drains a backlog, by process, in microseconds. On two cores their sum may
exceed the elapsed time."""


READS = """\
How long a program waits for the features of one user ([programs.md](programs.md)), without rows and beside rows that
stream in. Reads are due on a schedule, answered or not."""


def environment(entries: Iterable[Entry]) -> list[str]:
    """Each machine and each set of versions that the results come from, once."""
    lines: dict[str, None] = {}
    for entry in sorted(entries, key=lambda found: str(found["date"])):
        machine, versions = entry["machine"], entry["versions"]
        lines[
            f"- {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; {machine['system']}; "
            + ", ".join(f"{name} {number}" for name, number in versions.items())
        ] = None
    return ["Measured on:", "", *lines] if lines else ["Nothing is measured yet."]

from __future__ import annotations

import json
from pathlib import Path

from embedded.cluster import Cluster
from tests.integration.producers.load.test_command import ROOT, run
from tests.integration.producers.records import records_of


async def test_what_was_loaded_is_deleted_by_the_same_files(cluster: Cluster, tmp_path: Path) -> None:
    for sample in (ROOT / "data").glob("*.csv"):
        (tmp_path / sample.name).write_bytes(sample.read_bytes())
    done = run(cluster, tmp_path, "--delete")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[1:5] for line in lines[2:5]] == [
        ["users", "10", "10", "0"],
        ["compounds", "6", "6", "0"],
        ["experiments", "17", "17", "0"],
    ]
    for topic, ids in (("users", 10), ("compounds", 6)):
        found = await records_of(cluster.environment, topic, str(tmp_path))
        assert {record.value for record in found} == {None}
        assert len({int(record.key) for record in found}) == ids
    found = await records_of(cluster.environment, "experiments", str(tmp_path))
    values = [json.loads(record.value) for record in found]
    assert {tuple(value) for value in values} == {("experiment_id", "deleted")}
    assert {value["deleted"] for value in values} == {True}


async def test_a_bad_id_is_rejected_with_its_place_and_the_others_are_deleted(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("experiment_id;user_id\n17;3\nx;3\n\n18;4\n")
    done = run(cluster, "--delete", path)
    assert done.returncode == 1
    assert f'{path}:3: experiment_id: "x" is not a whole number' in done.stderr
    found = await records_of(cluster.environment, "experiments", str(tmp_path))
    deleted = {(record.key, json.loads(record.value)["experiment_id"]) for record in found}
    assert deleted == {(b"3", 17), (b"4", 18)}
    assert {dict(record.headers)["line"] for record in found} == {b"2", b"5"}
    [letter] = await records_of(cluster.environment, "rejects", str(tmp_path))
    assert json.loads(letter.value)["field"] == "experiment_id"


def test_a_file_without_any_id_is_exit_code_2(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("name\nAda\n")
    done = run(cluster, "--delete", path)
    assert done.returncode == 2
    assert "must name one of the columns experiment_id, user_id, compound_id" in done.stderr

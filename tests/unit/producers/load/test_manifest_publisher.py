from __future__ import annotations

from pathlib import Path
from uuid import UUID

from models.clients.applied_offsets import TopicPartition
from models.manifest import MAX_FILES, MAX_RESOLVED, Manifest
from producers.files.discovery import find
from producers.kafka.destination import CountingWriter, Nowhere
from producers.load.file_loading import FileLoad
from producers.load.manifest_publisher import ManifestPublisher
from producers.load.report import LoadReport

LOAD = UUID(int=7)


class Listener(Nowhere):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[Manifest] = []

    async def tell(self, topic: str, load_id: UUID, value: bytes) -> tuple[int, int]:
        assert (topic, load_id) == ("loads", LOAD)
        self.told.append(Manifest.model_validate_json(value))
        return 3, len(self.told) + 9


def loaded(path: Path) -> FileLoad:
    path.write_text("compound_id,compound_name,compound_structure\n1,Caffeine,\n")
    [source] = find([path]).files
    return FileLoad(source, CountingWriter("compounds"), CountingWriter("rejects"), lambda *_: None)


async def nothing(_: FileLoad) -> None:
    pass


async def test_a_file_is_told_once_with_what_came_of_it_in_the_end(tmp_path: Path) -> None:
    to = Listener()
    journal = ManifestPublisher(to, LOAD, 1000)
    file = loaded(tmp_path / "x.csv")
    journal.note(file, 1000)
    await file.run(nothing)
    journal.note(file, 1000)
    await journal.tell("publishing", LoadReport(LOAD))
    await journal.tell("published", LoadReport(LOAD))
    first, last = to.told
    [told] = first.files
    assert (told.complete, told.last_line, told.published, told.digested) == (True, 2, 1, told.size)
    assert told.header == "compound_id,compound_name,compound_structure"
    assert (first.number, last.number, last.files, first.ended_ms is None) == (0, 1, [], True)
    assert journal.next_offsets == {TopicPartition("loads", 3): 12}


async def test_much_that_is_new_is_told_in_several_manifests(tmp_path: Path) -> None:
    to = Listener()
    journal = ManifestPublisher(to, LOAD, 1000)
    for number in range(MAX_FILES + 1):
        journal.note(loaded(tmp_path / f"{number}.csv"), 1000)
    assert journal.is_due
    resolves = [UUID(int=number) for number in range(2 * MAX_RESOLVED + 1)]
    problems = tuple(f"\udcff{number}" for number in range(200))
    await journal.tell("failed", LoadReport(LOAD, problems=problems), error="x" * 5000, resolves=resolves)
    assert [len(manifest.files) for manifest in to.told] == [MAX_FILES, 1, 0]
    assert [reject for manifest in to.told for reject in manifest.resolves] == resolves
    assert {file.number for manifest in to.told for file in manifest.files} == set(range(MAX_FILES + 1))
    assert all(len(manifest.problems) == 100 for manifest in to.told)

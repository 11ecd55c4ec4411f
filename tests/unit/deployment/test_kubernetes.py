"""The example for Kubernetes follows the schemas, and agrees with the image, the settings and the metrics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from models.settings.environment import Settings
from models.settings.secret_files import SECRETS
from streams.web.routes import PAGES
from tests.unit.deployment.image import ROOT, of_last_stage
from tests.unit.deployment.monitoring import exported, selected

FOLDER = ROOT / "deploy" / "kubernetes"
RESOURCES: dict[str, dict[str, Any]] = {
    path.name: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))
}
KUSTOMIZATION = RESOURCES.pop("kustomization.yaml")
DEPLOYMENT = RESOURCES["worker.yaml"]
POD = DEPLOYMENT["spec"]["template"]
[CONTAINER] = POD["spec"]["containers"]
SCALED = RESOURCES["scaled-object.yaml"]
VERSIONS = ("1.30", "1.37")


def test_every_file_is_applied() -> None:
    assert sorted(KUSTOMIZATION["resources"]) == list(RESOURCES)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", sorted(RESOURCES.keys() - {"scaled-object.yaml"}))
def test_a_resource_follows_kubernetes_schema(name: str, version: str) -> None:
    kubernetes_validate.validate(RESOURCES[name], version, strict=True)


def test_the_scaled_object_follows_its_schema() -> None:
    schema = Path(__file__).parent / "schemas" / "keda_scaled_object.json"
    Draft202012Validator(json.loads(schema.read_text())).validate(SCALED)


def test_all_select_the_workers_pods() -> None:
    labels = POD["metadata"]["labels"]
    assert DEPLOYMENT["spec"]["selector"]["matchLabels"] == labels
    assert RESOURCES["service.yaml"]["spec"]["selector"] == labels
    assert RESOURCES["disruption-budget.yaml"]["spec"]["selector"]["matchLabels"] == labels
    assert SCALED["spec"]["scaleTargetRef"]["name"] == DEPLOYMENT["metadata"]["name"]
    [job] = yaml.safe_load((ROOT / "deploy/prometheus/kubernetes.yml").read_text())["scrape_configs"]
    [found] = job["kubernetes_sd_configs"][0]["selectors"]
    assert dict(label.split("=") for label in found["label"].split(",")) == labels


def test_the_worker_is_confined() -> None:
    container = CONTAINER["securityContext"]
    assert container["readOnlyRootFilesystem"] is True
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}
    pod = POD["spec"]["securityContext"]
    assert pod["runAsNonRoot"] is True
    [user] = of_last_stage("USER")
    assert f"{pod['runAsUser']}:{pod['runAsGroup']}" == user
    assert pod["fsGroup"] == pod["runAsGroup"]
    assert POD["spec"]["automountServiceAccountToken"] is False


def test_it_has_only_known_settings_and_secrets_as_files() -> None:
    names = {variable["name"] for variable in CONTAINER["env"]}
    files = {f"{name.upper()}_FILE" for name in SECRETS}
    assert names <= {name.upper() for name in Settings.model_fields} | files | {"TMPDIR"}
    assert files <= names
    assert not names & {name.upper() for name in SECRETS}


def test_every_file_and_folder_that_is_named_is_mounted() -> None:
    mounted = {mount["mountPath"]: mount["name"] for mount in CONTAINER["volumeMounts"]}
    assert set(mounted.values()) == {volume["name"] for volume in POD["spec"]["volumes"]}
    values = {variable["name"]: variable["value"] for variable in CONTAINER["env"]}
    assert values["TMPDIR"] in mounted
    assert of_last_stage("VOLUME")[0] in mounted
    for name in ("KAFKA_SASL_PASSWORD_FILE", "DATABASE_URL_FILE", "WEB_TOKEN_FILE", "KAFKA_SSL_CAFILE"):
        assert str(Path(values[name]).parent) in mounted


def test_probes_ask_pages_that_there_are_and_only_readiness_depends_on_the_servers() -> None:
    pages = {name: CONTAINER[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert pages == {"startup": "/openapi.json", "liveness": "/openapi.json", "readiness": "/health"}
    assert set(pages.values()) <= {page.view_path for page in PAGES}
    [port] = CONTAINER["ports"]
    assert [str(port["containerPort"])] == of_last_stage("EXPOSE")


def test_there_are_never_more_workers_than_partitions() -> None:
    values = {variable["name"]: variable["value"] for variable in CONTAINER["env"]}
    assert SCALED["spec"]["maxReplicaCount"] <= int(values["TOPIC_PARTITIONS"])
    assert "replicas" not in DEPLOYMENT["spec"]


def test_workers_are_scaled_by_a_metric_that_there_is() -> None:
    [trigger] = SCALED["spec"]["triggers"]
    [selector] = selected(trigger["metadata"]["query"])
    assert selector.name in exported()

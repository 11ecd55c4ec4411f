from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.unit.deployment.image import ROOT, of_last_stage

COMPOSE = ROOT / "docker-compose.yml"
TEXT = COMPOSE.read_text()
PROJECT: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = PROJECT["services"]
VARIABLES = re.findall(r"\$\{([^}]*)\}", TEXT)


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_there_are_kafka_postgres_and_the_worker() -> None:
    images = {name: service.get("image") for name, service in SERVICES.items()}
    assert images == {"kafka": "apache/kafka:4.1.1", "postgres": "postgres:18", "worker": None}


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_open_to_this_machine_only(service: str) -> None:
    assert SERVICES[service]["ports"]
    for port in SERVICES[service]["ports"]:
        assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("service", SERVICES)
def test_services_come_back_unless_they_were_stopped(service: str) -> None:
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_the_worker_starts_when_the_servers_are_healthy() -> None:
    waits_for = SERVICES["worker"]["depends_on"]
    assert waits_for == {"kafka": {"condition": "service_healthy"}, "postgres": {"condition": "service_healthy"}}
    assert all("healthcheck" in SERVICES[server] for server in waits_for)


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_variable_has_a_default_and_is_explained(variable: str) -> None:
    name, separator, default = variable.partition(":-")
    assert separator
    # Without a token there is none; every other variable has a value of its own.
    assert default or name == "WEB_TOKEN"
    assert f"#{name}=" in (ROOT / ".env.example").read_text()


def test_a_variable_has_the_same_default_everywhere() -> None:
    defaults: dict[str, set[str]] = {}
    for variable in VARIABLES:
        name, _, default = variable.partition(":-")
        defaults.setdefault(name, set()).add(default)
    assert all(len(found) == 1 for found in defaults.values()), defaults


def test_what_must_last_is_on_named_volumes() -> None:
    volumes = {volume for service in SERVICES.values() for volume in service["volumes"] if isinstance(volume, str)}
    [store] = of_last_stage("VOLUME")
    assert volumes == {
        "kafka-data:/var/lib/kafka/data",
        "postgres-data:/var/lib/postgresql",
        f"worker-store:{store}",
    }
    assert {volume.partition(":")[0] for volume in volumes} == set(PROJECT["volumes"])
    assert SERVICES["kafka"]["environment"]["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"


def test_the_worker_may_go_without_a_token_as_no_other_machine_reaches_it() -> None:
    worker = SERVICES["worker"]
    assert worker["environment"]["WEB_WITHOUT_TOKEN"] == "true"  # noqa: S105  # no secret
    assert worker["ports"] == ["127.0.0.1:8000:8000"]


def test_the_worker_can_only_read_the_data_folder() -> None:
    [data] = [volume for volume in SERVICES["worker"]["volumes"] if isinstance(volume, dict)]
    assert (data["target"], data["read_only"]) == ("/data", True)


def test_the_worker_and_this_machine_reach_kafka_by_addresses_of_their_own() -> None:
    settings = SERVICES["kafka"]["environment"]
    advertised = settings["KAFKA_ADVERTISED_LISTENERS"].split(",")
    bound = settings["KAFKA_LISTENERS"].split(",")
    assert f"INTERNAL://{SERVICES['worker']['environment']['KAFKA_BOOTSTRAP_SERVERS']}" in advertised
    assert "HOST://localhost:9092" in advertised
    for listener in advertised:
        name, port = listener.split("://")[0], listener.rsplit(":", 1)[1]
        assert f"{name}://:{port}" in bound


def test_kafka_makes_no_topic_by_itself() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_a_single_broker_asks_for_single_replicas() -> None:
    settings = SERVICES["kafka"]["environment"]
    counts = {name: value for name, value in settings.items() if name.endswith(("_FACTOR", "_ISR", "_REPLICAS"))}
    assert len(counts) == 7
    assert set(counts.values()) == {"1"}

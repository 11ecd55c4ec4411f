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


def test_without_a_profile_there_are_kafka_postgres_and_the_worker() -> None:
    assert of_profile(None) == {"kafka", "postgres", "worker"}


def test_each_profile_adds_its_services() -> None:
    profiles = {name for service in SERVICES.values() for name in service.get("profiles", [])}
    found = {profile: of_profile(profile) for profile in profiles}
    assert found == {"ui": {"kafka-ui"}, "metrics": {"prometheus", "grafana"}, "scale": {"more-workers"}}


def of_profile(profile: str | None) -> set[str]:
    expected = [] if profile is None else [profile]
    return {name for name, service in SERVICES.items() if service.get("profiles", []) == expected}


@pytest.mark.parametrize("service", SERVICES)
def test_every_image_has_a_version(service: str) -> None:
    image = SERVICES[service]["image"]
    if "build" not in SERVICES[service]:
        assert re.fullmatch(r"[a-z./-]+:v?\d+(\.\d+){0,2}", image)


def test_ports_are_open_to_this_machine_only_and_do_not_clash() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports) == 6


def test_the_profile_scale_makes_three_workers_that_share_nothing_but_volumes() -> None:
    more, one = SERVICES["more-workers"], SERVICES["worker"]
    assert more["deploy"]["replicas"] == 2
    assert "ports" not in more
    assert more["volumes"] == one["volumes"]
    assert more["environment"] == one["environment"]


@pytest.mark.parametrize("service", SERVICES)
def test_no_container_has_rights_that_it_does_not_need(service: str) -> None:
    assert SERVICES[service]["cap_drop"] == ["ALL"]
    assert SERVICES[service]["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICES[service]
    # Postgres' image starts as root, to give its volume to the user that it goes on as.
    assert ("cap_add" in SERVICES[service]) == (service == "postgres")


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - {"kafka"}))
def test_only_volumes_and_tmp_can_be_written(service: str) -> None:
    # Kafka's image writes its settings into its own folders.
    assert SERVICES[service]["read_only"] is True
    assert "/tmp" in SERVICES[service]["tmpfs"]  # noqa: S108  # in a container of its own


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_tells_whether_it_is_healthy_without_a_shell(service: str) -> None:
    if "build" in SERVICES[service]:
        assert of_last_stage("HEALTHCHECK")
        return
    check = SERVICES[service]["healthcheck"]
    assert check["test"][0] == ("CMD-SHELL" if service == "kafka" else "CMD")
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_services_come_back_unless_they_were_stopped(service: str) -> None:
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", ["worker", "more-workers"])
def test_workers_start_when_the_servers_are_healthy(service: str) -> None:
    waits_for = SERVICES[service]["depends_on"]
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
    every = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    volumes = {volume for volume in every if isinstance(volume, str) and not volume.startswith(".")}
    [store] = of_last_stage("VOLUME")
    assert volumes == {
        "kafka-data:/var/lib/kafka/data",
        "postgres-data:/var/lib/postgresql",
        f"worker-store:{store}",
        f"worker-uploads:{SERVICES['worker']['environment']['TMPDIR']}",
        "prometheus-data:/prometheus",
        "grafana-data:/var/lib/grafana",
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


def test_prometheus_asks_every_worker() -> None:
    settings = yaml.safe_load((ROOT / "deploy/prometheus/compose.yml").read_text())
    [job] = settings["scrape_configs"]
    [found] = job["dns_sd_configs"]
    assert set(found["names"]) == {"worker", "more-workers"}
    assert [str(found["port"])] == of_last_stage("EXPOSE")
    alone = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    assert (job["job_name"], settings["rule_files"]) == (alone["scrape_configs"][0]["job_name"], alone["rule_files"])
    assert "--config.file=/etc/prometheus/compose.yml" in SERVICES["prometheus"]["command"]


def test_grafana_begins_with_the_dashboard_and_that_prometheus() -> None:
    provisioning = ROOT / "deploy/grafana/provisioning"
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    port = SERVICES["prometheus"]["ports"][0].rsplit(":", 1)[1]
    assert source["url"] == f"http://prometheus:{port}"
    [provider] = yaml.safe_load((provisioning / "dashboards/exact-features.yml").read_text())["providers"]
    mounted = dict(volume.removesuffix(":ro").split(":") for volume in SERVICES["grafana"]["volumes"])
    assert mounted["./deploy/grafana/exact-features.json"].startswith(provider["options"]["path"] + "/")


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_mounted_from_here_is_there_and_only_read(service: str) -> None:
    for volume in SERVICES[service].get("volumes", []):
        if isinstance(volume, str) and volume.startswith("."):
            source, _, mode = volume.split(":")
            assert (ROOT / source).exists()
            assert mode == "ro"

import base64
from pathlib import Path

from embedded.kafka import new_cluster_id
from embedded.kafka_settings import server_properties
from embedded.listeners import SecuredListener


def parsed(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_listeners_are_on_the_loopback_address_only() -> None:
    properties = parsed(server_properties(Path("/data"), 20001, 20002))

    assert properties["listeners"] == "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002"
    assert properties["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20001"
    assert properties["controller.quorum.voters"] == "1@127.0.0.1:20002"


def test_a_single_node_can_hold_every_internal_topic() -> None:
    properties = parsed(server_properties(Path("/data"), 20001, 20002))

    factors = [value for name, value in properties.items() if name.endswith(("replication.factor", "min.isr"))]
    assert len(factors) == 6
    assert set(factors) == {"1"}


def test_nothing_expires_and_no_topic_makes_itself() -> None:
    properties = parsed(server_properties(Path("/data"), 20001, 20002))

    assert properties["log.retention.ms"] == "-1"
    assert properties["auto.create.topics.enable"] == "false"
    assert properties["log.dirs"] == "/data"


def test_cluster_ids_are_random_and_in_kafkas_form() -> None:
    ids = {new_cluster_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(len(base64.urlsafe_b64decode(each + "==")) == 16 for each in ids)
    assert not any(each.startswith("-") for each in ids)


def test_a_secured_listener_speaks_tls_and_asks_for_passwords() -> None:
    listener = SecuredListener(20003, Path("/keystore.pem"), {"lab": "correct-horse"})
    properties = parsed(server_properties(Path("/data"), 20001, 20002, [listener]))

    assert "SECURED://127.0.0.1:20003" in properties["listeners"]
    assert "SECURED:SASL_SSL" in properties["listener.security.protocol.map"]
    assert properties["listener.name.secured.ssl.keystore.location"] == "/keystore.pem"
    assert listener.format_options == ["--add-scram", "SCRAM-SHA-512=[name=lab,password=correct-horse]"]

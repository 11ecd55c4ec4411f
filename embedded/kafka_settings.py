"""The text of Kafka's settings files and the JVM's options."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded.ports import LOOPBACK

NODE_ID = 1

JVM_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    # One small heap on a machine shared with the command: G1's own threads would only take its cores.
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-XX:+ExitOnOutOfMemoryError",
    # No files in the temporary folder that a SIGKILL would leave behind.
    "-XX:-UsePerfData",
    # Kafka's own use of these warns on recent JVMs; nobody here can act on it.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)

LOG4J2_PROPERTIES = """\
status = error
appender.stdout.type = Console
appender.stdout.name = stdout
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = %d %-5p %c: %m%n
rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = stdout
logger.server.name = kafka.server
logger.server.level = info
# One line for each of several hundred settings, at every start.
logger.config.name = kafka.server.KafkaConfig
logger.config.level = warn
"""


@dataclass(frozen=True, slots=True)
class ProxiedListener:
    """A second way in, for clients that come through a proxy of the caller's: they are sent back through it."""

    port: int
    """Where the broker listens, for the proxy."""
    advertised_port: int
    """Where the proxy listens, for the clients."""


@dataclass(frozen=True, slots=True)
class SecuredListener:
    """A further way in, by TLS and with a password (SASL_SSL, SCRAM-SHA-512)."""

    port: int
    """Where the broker listens, on 127.0.0.1; it calls itself localhost, as a certificate can."""
    keystore: Path
    """PEM file: the private key in PKCS 8 form, and the certificates that prove it."""
    passwords: Mapping[str, str] = field(default_factory=dict)
    """Of each user, by name; made with the broker's data."""

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`, as Kafka's clients take it."""
        return f"localhost:{self.port}"

    @property
    def format_options(self) -> list[str]:
        """What the formatting of the storage is told, to have the users."""
        users = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in self.passwords.items()]
        return [word for user in users for word in ("--add-scram", user)]

    @property
    def properties(self) -> str:
        """Further lines of the settings."""
        prefix = "listener.name.secured"
        return f"""\
sasl.enabled.mechanisms=SCRAM-SHA-512
{prefix}.ssl.keystore.type=PEM
{prefix}.ssl.keystore.location={self.keystore}
{prefix}.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


def server_properties(
    data: Path,
    port: int,
    controller_port: int,
    proxied: ProxiedListener | None = None,
    secured: SecuredListener | None = None,
) -> str:
    """A single node's settings: broker and controller in one process, on 127.0.0.1 only.

    Args:
        data: the folder of Kafka's own data.
        port: the port for clients.
        controller_port: the port on which the node speaks to itself.
        proxied: a second listener, if there is to be one.
        secured: another one, with TLS and passwords.
    """
    listeners = f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}"
    advertised = f"PLAINTEXT://{LOOPBACK}:{port}"
    if proxied is not None:
        listeners += f",PROXIED://{LOOPBACK}:{proxied.port}"
        advertised += f",PROXIED://{LOOPBACK}:{proxied.advertised_port}"
    if secured is not None:
        listeners += f",SECURED://{LOOPBACK}:{secured.port}"
        advertised += f",SECURED://{secured.bootstrap_servers}"
    return f"""\
process.roles=broker,controller
node.id={NODE_ID}
controller.quorum.voters={NODE_ID}@{LOOPBACK}:{controller_port}
controller.listener.names=CONTROLLER
listeners={listeners}
advertised.listeners={advertised}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
num.partitions=1
auto.create.topics.enable=false
# Kept for ever unless a topic says otherwise.
log.retention.ms=-1
# There is one node, so one replica of everything.
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# Few internal partitions: each costs time at the first use and at every restart.
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
share.coordinator.state.topic.num.partitions=1
# A first member's group starts at once instead of waiting for others.
group.initial.rebalance.delay.ms=0
# A killed broker can register again only when its last session has timed out: after 9 s by default.
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
{secured.properties if secured is not None else ""}"""

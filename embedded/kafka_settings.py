"""The text of Kafka's settings files and the JVM's options."""

from collections.abc import Sequence
from pathlib import Path

from embedded.listeners import Listener
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


def server_properties(data: Path, port: int, controller_port: int, further: Sequence[Listener] = ()) -> str:
    """A single node's settings: broker and controller in one process, on 127.0.0.1 only.

    Args:
        data: the folder of Kafka's own data.
        port: the port for clients.
        controller_port: the port on which the node speaks to itself.
        further: more listeners for clients.
    """
    plain = f"PLAINTEXT://{LOOPBACK}:{port}"
    bound = [
        plain,
        f"CONTROLLER://{LOOPBACK}:{controller_port}",
        *(f"{each.name}://{LOOPBACK}:{each.port}" for each in further),
    ]
    advertised = [plain, *(f"{each.name}://{each.advertised}" for each in further)]
    protocols = ["PLAINTEXT:PLAINTEXT", "CONTROLLER:PLAINTEXT", *(f"{each.name}:{each.protocol}" for each in further)]
    return f"""\
process.roles=broker,controller
node.id={NODE_ID}
controller.quorum.voters={NODE_ID}@{LOOPBACK}:{controller_port}
controller.listener.names=CONTROLLER
listeners={",".join(bound)}
advertised.listeners={",".join(advertised)}
listener.security.protocol.map={",".join(protocols)}
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
{"".join(each.properties for each in further)}"""

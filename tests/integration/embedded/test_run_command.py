import shlex
import signal
from pathlib import Path

from embedded.jars import KAFKA_JARS
from embedded.ports import free_ports
from tests.integration.embedded import supervisor

USE_BOTH = """
import asyncio, os, asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    assert await connection.fetchval("show fsync") == "on"
    version = await connection.fetchval("show server_version_num")
    await connection.close()
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    assert await admin.list_topics() == []
    await admin.create_topics([NewTopic("events", 2, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=servers, transactional_id="one")
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait("events", b"hello")
    await producer.stop()
    consumer = AIOKafkaConsumer(
        "events", bootstrap_servers=servers, group_id="g", auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    await consumer.start()
    message = await asyncio.wait_for(consumer.getone(), 30)
    await consumer.stop()
    assert os.path.isdir(os.environ["STORE_DIR"])
    print(version[:2], message.value.decode())

asyncio.run(main())
"""


def test_the_exit_code_of_the_command_is_passed_on(temporary: Path) -> None:
    assert supervisor.run(temporary, *supervisor.python("raise SystemExit(42)")).returncode == 42


def test_a_command_that_dies_by_a_signal_gives_a_shells_code(temporary: Path) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    assert supervisor.run(temporary, *supervisor.python(code)).returncode == 137


def test_the_command_reaches_both_servers_and_nothing_is_left(temporary: Path) -> None:
    result = supervisor.run(temporary, *supervisor.python(USE_BOTH))

    assert (result.returncode, result.stdout) == (0, "18 hello\n"), result.stderr
    assert list(temporary.iterdir()) == []
    assert supervisor.processes_using(temporary) == []


def test_what_the_command_left_running_ends_with_it(temporary: Path) -> None:
    orphan = f"{shlex.join(supervisor.python('import time; time.sleep(120)'))} {temporary} >&- 2>&- &"

    result = supervisor.run(temporary, "sh", "-c", orphan)

    assert result.returncode == 0, result.stderr
    assert supervisor.processes_using(temporary) == []


def test_a_store_of_the_users_own_stays_the_store(temporary: Path) -> None:
    code = "import os; print(os.environ['STORE_DIR'])"

    assert supervisor.run(temporary, *supervisor.python(code), STORE_DIR="/my/store").stdout == "/my/store\n"


def test_without_a_command_the_exports_are_printed_until_a_signal(temporary: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        process = supervisor.start(temporary)
        lines = [supervisor.line(process), supervisor.line(process)]
        process.send_signal(number)
        result = supervisor.finish(process)

        assert lines[0].startswith("export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:")
        assert lines[1].startswith("export DATABASE_URL=postgresql://postgres@127.0.0.1:")
        assert (result.returncode, result.stdout) == (0, ""), result.stderr
        assert list(temporary.iterdir()) == []
        assert supervisor.processes_using(temporary) == []


def test_a_kept_folder_keeps_the_data(temporary: Path) -> None:
    write = """
import asyncio, os, asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("create table kept as select 7 as value")
    admin = AIOKafkaAdminClient(bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
asyncio.run(main())
"""
    read = """
import asyncio, os, asyncpg
from aiokafka.admin import AIOKafkaAdminClient
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    value = await connection.fetchval("select value from kept")
    admin = AIOKafkaAdminClient(bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    await admin.start()
    print(value, await admin.list_topics())
    await admin.close()
asyncio.run(main())
"""
    data = temporary / "data"
    first = supervisor.run(temporary, "--data", str(data), *supervisor.python(write))
    second = supervisor.run(temporary, "--data", str(data), *supervisor.python(read))

    assert first.returncode == 0, first.stderr
    assert second.stdout == "7 ['kept']\n", second.stderr
    assert supervisor.processes_using(temporary) == []
    assert [entry.name for entry in temporary.iterdir()] == ["data"]


def test_a_failed_start_shows_the_log_and_keeps_it(temporary: Path) -> None:
    data = temporary / "data"
    (data / "postgres" / "data").mkdir(parents=True)
    (data / "postgres" / "data" / "PG_VERSION").write_text("18\n", encoding="utf-8")

    result = supervisor.run(temporary, "--data", str(data), "true")

    assert result.returncode == 70
    assert result.stderr.startswith("embedded: Postgres did not start: it ended with exit code ")
    assert str(data / "logs" / "postgres.log") in result.stderr
    assert "Traceback" not in result.stderr
    assert (data / "logs" / "postgres.log").stat().st_size > 0
    assert supervisor.processes_using(temporary) == []


def test_the_logs_of_a_failed_start_outlive_the_temporary_folder(temporary: Path) -> None:
    cache = temporary / "cache" / "exact-features"
    cache.mkdir(parents=True)
    (cache / "no-kafka.jar").touch()
    listing = "+".join("-".join(coordinate.split(":")[1:]) for coordinate in KAFKA_JARS)
    (cache / f"{listing}.classpath").write_text("no-kafka.jar\n", encoding="utf-8")

    result = supervisor.run(temporary, "true", XDG_CACHE_HOME=str(temporary / "cache"))

    assert result.returncode == 70
    assert "kafka.tools.StorageTool" in result.stderr
    (log,) = temporary.glob("embedded-logs-*/kafka.log")
    assert str(log) in result.stderr
    assert "Traceback" not in result.stderr
    assert len(list(temporary.glob("embedded-*"))) == 1
    assert supervisor.processes_using(temporary) == []


def test_a_first_start_without_a_network_says_what_to_do(temporary: Path) -> None:
    (unused,) = free_ports(1)

    result = supervisor.run(
        temporary, "true", XDG_CACHE_HOME=str(temporary), HTTPS_PROXY=f"http://127.0.0.1:{unused}", HTTP_PROXY=""
    )

    assert result.returncode == 70
    assert "could not be fetched from Maven Central" in result.stderr
    assert "Connect this machine to the network" in result.stderr
    assert "Traceback" not in result.stderr

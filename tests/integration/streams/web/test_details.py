"""What a real worker answers of groups, rows, columns, declarations and uploads, by each model that ships."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from embedded.cluster import Cluster
from embedded.ports import LOOPBACK, free_ports
from models.aggregates.count import Count
from models.declaration.in_force import model_named
from models.declaration.model import Model
from tests.blank_world import blank_world
from tests.conditions import until
from tests.integration.streams.web.pages import Pages
from tests.processes import Stack

ROOT = Path(__file__).parents[4]


@dataclass
class Loaded:
    """A worker that has loaded the files of its model."""

    pages: Pages
    stack: Stack
    model: Model
    folder: Path


MODELS = {
    "lab": ("models.lab", ROOT / "data"),
    "shop": (str(ROOT / "examples" / "shop.py"), ROOT / "examples" / "shop"),
    "sensors": (str(ROOT / "examples" / "sensors.py"), ROOT / "examples" / "sensors"),
}


async def test_a_rows_history_has_its_deletion_and_its_rejects(stack: Stack, tmp_path: Path) -> None:
    [port] = free_ports(1)
    worker = stack.start_worker(web=True, WEB_PORT=str(port))
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        pages = Pages(session, tmp_path, worker, "")
        await pages.healthy()
        nothing = await asked(pages, "/report/history", table="users", key="7")
        assert (nothing["row"], nothing["deletion"], nothing["rejects"]) == (None, None, [])

        header = "user_id,name,email,signup_date\n"
        await pages.upload(("users.csv", f"{header}7,Ada,,2024-01-01\n7,Ada,,yesterday\n8,Bo,,never\n".encode()))

        async def is_shown() -> bool:
            return (await asked(pages, "/report/history", table="users", key="7"))["row"] is not None

        # An answer is kept for a moment.
        await until(is_shown, "the row is shown")
        found = await asked(pages, "/report/history", table="users", key="7")
        assert found["row"]["values"] == {"user_id": "7", "name": "Ada", "email": None, "signup_date": "2024-01-01"}
        assert (Path(found["row"]["origin"]["file"]).name, found["row"]["origin"]["line"]) == ("users.csv", 2)
        [reject] = found["rejects"]
        assert (reject["line"], reject["field"], reject["value"], reject["state"]) == (
            3,
            "signup_date",
            "yesterday",
            "open",
        )

        (tmp_path / "gone.csv").write_text("user_id\n7\n")
        assert (await stack.run("cli", "load", "--delete", str(tmp_path / "gone.csv"))).returncode == 0

        async def is_deleted() -> bool:
            return (await asked(pages, "/report/history", table="users", key="7"))["deletion"] is not None

        await until(is_deleted, "the deletion is shown")
        found = await asked(pages, "/report/history", table="users", key="7")
        assert (found["row"], found["deletion"]["line"]) == (None, 2)
        assert Path(found["deletion"]["file"]).name == "gone.csv"


async def test_what_cannot_be_answered_says_why(stack: Stack, tmp_path: Path) -> None:
    [port] = free_ports(1)
    worker = stack.start_worker(web=True, WEB_PORT=str(port))
    distribution = "/report/distribution?table=user_features"
    async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
        pages = Pages(session, tmp_path, worker, "")
        await pages.healthy()
        for page, reason in {
            "/report?sort=none": "sort=none: give one of user_id",
            "/report?table=none": "table=none: give one of user_features",
            "/report?offset=10001": "offset=10001",
            "/report/rows?table=user_features&key=x": "key=x: is not JSON",
            f"{distribution}&column=top_compound_id": "column=top_compound_id: give one of total",
        }.items():
            code, answer = await pages.ask("GET", page)
            assert code == 422
            assert reason in answer["error"]
        code, answer = await pages.ask("POST", "/loads/preview", data=form([Path("/proc/self/exe")]))
        assert code == 422
        assert "is not text" in answer["error"]
        assert "Unhandled exception" not in worker.log()


@pytest.fixture(scope="module", params=MODELS)
async def loaded(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Loaded]:
    """A worker by a model, with the files that ship beside it."""
    name, folder = MODELS[request.param]
    [port] = free_ports(1)
    async with blank_world(cluster, tmp_path_factory.mktemp("world")) as stack:
        worker = stack.start_worker(web=True, WEB_PORT=str(port), DATA_DIR=str(folder), MODEL=name)
        async with aiohttp.ClientSession(f"http://{LOOPBACK}:{port}") as session:
            pages = Pages(session, folder, worker, "")
            await pages.healthy()
            assert (await pages.ask("GET", "/etl/"))[0] == 200
            yield Loaded(pages, stack, model_named(name), folder)


async def test_each_group_is_opened_down_to_where_its_rows_are_from(loaded: Loaded) -> None:
    pages, model = loaded.pages, loaded.model
    for features in model.features:
        first: dict[str, Any] = {}
        report = await asked(pages, "/report", table=features.name, limit="100")
        counts = [name for name, each in features.aggregates.items() if isinstance(each, Count) and each.where is None]
        assert report["groups"]
        assert len({group["key"] for group in report["groups"]}) == len(report["groups"])
        for group in report["groups"]:
            found = await asked(pages, "/report/rows", table=features.name, key=group["key"], limit="100")
            assert found["table"] == features.rows.name
            assert str(len(found["rows"])) == group["values"][counts[0]]
            assert (found["looked_at"], found["more"], found["is_sample"]) == (len(found["rows"]), False, False)
            origins = [(row["origin"]["published_at"], row["origin"]["line"]) for row in found["rows"]]
            assert origins == sorted(origins, reverse=True)
            first = next(iter(found["rows"]), first)
        history = await asked(pages, "/report/history", table=features.rows.name, key=first["key"])
        assert history["row"] == first
        _, load = await pages.ask("GET", f"/loads/{first['origin']['load']}", "/loads/{load_id}")
        assert first["origin"]["file"] in [file["path"] for file in load["files"]]


async def test_each_column_of_numbers_has_a_distribution_of_all_its_groups(loaded: Loaded) -> None:
    pages, model = loaded.pages, loaded.model
    for features in model.features:
        first = await asked(pages, "/report/distribution", table=features.name)
        assert first["columns"]
        for column in first["columns"]:
            found = await asked(pages, "/report/distribution", table=features.name, column=column)
            assert sum(each["groups"] for each in found["bins"]) == found["groups_looked_at"] > 0
            ends = [(Decimal(each["begin"]), Decimal(each["end"])) for each in found["bins"]]
            assert [begin for begin, _ in ends[1:]] == [end for _, end in ends[:-1]]
            report = await asked(pages, "/report", table=features.name, sort=column, direction="down", limit="1")
            assert Decimal(report["groups"][0]["values"][column]) <= ends[-1][1]


async def test_the_declaration_is_that_of_the_model(loaded: Loaded) -> None:
    pages, model = loaded.pages, loaded.model
    found = await asked(pages, "/declaration")
    assert [table["table"] for table in found["rows"]] == [table.name for table in model.rows]
    assert [[column["name"] for column in table["columns"]] for table in found["rows"]] == [
        [column.name for column in table.columns] for table in model.rows
    ]
    assert [
        [column for aggregate in features["aggregates"] for column in aggregate["columns"]]
        for features in found["features"]
    ] == [[output.name for output in features.outputs] for features in model.features]


async def test_a_preview_says_what_a_load_would_do_and_publishes_nothing(loaded: Loaded) -> None:
    pages, stack, model = loaded.pages, loaded.stack, loaded.model
    files = [path for path in sorted(loaded.folder.iterdir()) if path.is_file()]
    before = await stack.fetch("SELECT topic, partition, next_offset FROM stream_offsets ORDER BY 1, 2")
    code, preview = await pages.ask("POST", "/loads/preview", data=form(files))
    assert code == 200
    assert preview["accepted"] + preview["rejected"] == preview["read"] > 0
    declared = {table.name: {*table.types} for table in model.rows}
    for file in preview["files"]:
        assert {column["ours"] for column in file["columns"]} - {None} == declared[file["kind"]]
    assert await stack.fetch("SELECT topic, partition, next_offset FROM stream_offsets ORDER BY 1, 2") == before
    assert len((await pages.ask("GET", "/loads"))[1]["loads"]) == 1

    code, load = await pages.ask("POST", "/loads", data=form(files))
    assert code == 200
    assert [load[name] for name in ("read", "published", "rejected")] == [
        preview[name] for name in ("read", "accepted", "rejected")
    ]
    assert [(file["kind"], file["columns"]) for file in load["files"]] == [
        (file["kind"], file["columns"]) for file in preview["files"]
    ]


def form(files: list[Path]) -> aiohttp.FormData:
    sent = aiohttp.FormData()
    for path in files:
        sent.add_field("file", path.read_bytes(), filename=path.name)
    return sent


async def asked(pages: Pages, page: str, **query: str) -> Any:  # noqa: ANN401  # JSON
    code, found = await pages.ask("GET", page, params=query)
    assert code == 200, found
    return found

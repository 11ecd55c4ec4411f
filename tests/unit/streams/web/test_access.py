from __future__ import annotations

import pytest
from multidict import CIMultiDict
from pydantic import SecretStr

from models.errors import SettingsError
from models.settings.environment import Settings
from streams.web.access import check_exposure, misnaming, refusal

TOKEN = "0123456789abcdef"  # noqa: S105  # of no worker
HERE = {"Host": "127.0.0.1:8000"}


def _status(token: str = "", **headers: str) -> int | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = CIMultiDict(HERE)
    request.update(named)
    found = refusal(request, token)
    return found.status if found else None


def test_without_a_token_whoever_reaches_the_worker_may_load() -> None:
    assert _status() is None


def test_the_token_opens() -> None:
    assert _status(TOKEN, authorization=f"Bearer {TOKEN}") is None
    assert _status(TOKEN, authorization=f"bearer  {TOKEN}") is None


@pytest.mark.parametrize(
    "authorization",
    ["", TOKEN, "Bearer", "Bearer x", f"Bearer {TOKEN}0", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer \udcff"],
)
def test_nothing_but_the_token_opens(authorization: str) -> None:
    assert _status(TOKEN, authorization=authorization) == 401
    assert _status(TOKEN) == 401


@pytest.mark.parametrize("token", ["", TOKEN])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        # Another port of localhost: another program.
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "nonsense"},
        {"origin": "https://other.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "http://127.0.0.1:8000.other.example"},
        {"origin": "null"},
        {"origin": ""},
    ],
)
def test_a_page_of_another_site_is_refused_even_with_the_token(token: str, headers: dict[str, str]) -> None:
    assert _status(token, authorization=f"Bearer {TOKEN}", **headers) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": "http://127.0.0.1:8000"},
        # Typed in the address bar.
        {"sec_fetch_site": "none"},
        {"origin": "http://127.0.0.1:8000"},
    ],
)
def test_a_page_of_the_worker_may_load(headers: dict[str, str]) -> None:
    assert _status(**headers) is None


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "192.168.1.5:8000", "worker:8000"])
def test_without_a_token_an_address_or_a_bare_name_is_answered(host: str) -> None:
    assert _status(host=host) is None


@pytest.mark.parametrize("host", ["other.example:8000", "127.0.0.1.other.example", "other.", "", "[::1", ":8000"])
def test_without_a_token_a_domain_that_may_be_someone_elses_is_refused(host: str) -> None:
    assert _status(host=host) == 403


def test_with_the_token_the_worker_may_have_any_name() -> None:
    assert _status(TOKEN, host="features.example", authorization=f"Bearer {TOKEN}") is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    check_exposure(Settings(web_host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "worker", "localhost.example"])  # noqa: S104  # what is refused
def test_any_other_address_needs_one(host: str) -> None:
    with pytest.raises(SettingsError, match=r"WEB_HOST=.*WEB_TOKEN"):
        check_exposure(Settings(web_host=host))
    check_exposure(Settings(web_host=host, web_token=SecretStr(TOKEN)))
    check_exposure(Settings(web_host=host, web_without_token=True))


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8000", None), ("[::1]:8000", None), ("localhost:8000", None), ("worker", None), ("", 403)]
    + [(host, 403) for host in ("features.example", "127.0.0.1.nip.example:8000", "localhost.", "a b.c")],
)
def test_without_a_token_only_its_own_names_are_answered(host: str, status: int | None) -> None:
    found = misnaming({"Host": host}, "")
    assert (found.status if found else None) == status
    assert misnaming({"Host": host}, TOKEN) is None

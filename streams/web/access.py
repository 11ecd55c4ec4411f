"""Who may change something or see rows by the web pages: holders of the token, and no page of another site.

Without a token the address is the protection: the web server listens on loopback. A browser on this machine is then
what others could use, so what it says of a request's origin is heeded, token or not.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from models.errors import SettingsError

if TYPE_CHECKING:
    from models.settings.environment import Settings

UNAUTHORIZED, FORBIDDEN = 401, 403


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused."""

    status: int
    """The answer's HTTP status."""
    reason: str


def check_exposure(settings: Settings) -> None:
    """The web server may listen where its settings say.

    Raises:
        SettingsError: it would be open to other machines without a token.
    """
    if settings.web_token.get_secret_value() or settings.web_without_token or _is_loopback(settings.web_host):
        return
    raise SettingsError(
        f"WEB_HOST={settings.web_host}: other machines could load files. Set WEB_TOKEN (or WEB_TOKEN_FILE), or "
        "WEB_HOST=127.0.0.1; or WEB_WITHOUT_TOKEN=true where something else keeps others out"
    )


def refusal(headers: Mapping[str, str], token: str) -> Refusal | None:
    """Why a request with these headers may change nothing and see no rows; None: it may.

    Args:
        headers: of the request; names in any case.
        token: that it must bring; empty: none.
    """
    if not _is_of_this_site(headers):
        return Refusal(FORBIDDEN, "the request comes from a page of another site")
    if token:
        return None if _brings(headers, token) else _UNAUTHORIZED
    return misnaming(headers, token)


def misnaming(headers: Mapping[str, str], token: str) -> Refusal | None:
    """Why the name in a request with these headers may belong to somebody else; None: it is the worker's.

    Args:
        headers: of the request; names in any case.
        token: of the worker; one that has a token may have any name.
    """
    return None if token or _is_own_name(_host_name(headers.get("Host", ""))) else _MISNAMED


@dataclass(frozen=True)
class Access:
    """Whom a page answers."""

    refusal: Callable[[Mapping[str, str], str], Refusal | None]
    """Why it does not answer a request with these headers, if the worker has this token; None: it does."""
    statuses: tuple[int, ...]
    """Of its refusals."""


TOKEN = Access(refusal, (UNAUTHORIZED, FORBIDDEN))
"""A page that changes something or shows rows."""

OWN_NAME = Access(misnaming, (FORBIDDEN,))
"""A page that tells of files, but shows no rows."""

OPEN = Access(lambda _headers, _token: None, ())
"""A page that answers whoever asks."""

_UNAUTHORIZED = Refusal(UNAUTHORIZED, "send the header Authorization: Bearer, followed by the WEB_TOKEN of the worker")
_MISNAMED = Refusal(FORBIDDEN, "ask for the worker by its address or by localhost; for another name set a WEB_TOKEN")


def _is_of_this_site(headers: Mapping[str, str]) -> bool:
    # Other ports of a host are the same site but other programs, so same-site is not enough. Where the browser does
    # not tell, its Origin does. Programs that are no browser send neither, and no site can make them ask.
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("Origin")
    return origin is None or origin.partition("://")[2] == headers.get("Host", "")


def _brings(headers: Mapping[str, str], token: str) -> bool:
    scheme, _, found = headers.get("Authorization", "").partition(" ")
    # In a time that does not tell how much of it was right.
    is_right = hmac.compare_digest(found.strip().encode(errors="surrogateescape"), token.encode())
    return scheme.lower() == "bearer" and is_right


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_own_name(name: str) -> bool:
    # Whoever owns a domain can have it resolve to 127.0.0.1, and then his page is of the same origin as ours (DNS
    # rebinding). An address, or a name without a dot, cannot be such a domain.
    return bool(name) and ("." not in name or _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)

"""Files at http:// and https:// addresses: one request each, read from start to end, and checked to be whole.

What an answer may be: RFC 9110 (status, content codings) and RFC 9112 (length and chunks of its body).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, HTTPResponse
from io import BufferedReader, RawIOBase
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from producers.errors import UnreadableSourceError
from producers.sources.compression import unpacked
from producers.sources.remote_errors import reason_of, refusal
from producers.sources.spool import Spool

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 256 * 1024
_SILENCE_SECONDS = 60.0
"""Seconds without a byte after which a server is given up."""
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~"
_QUERY_CHARACTERS = _PATH_CHARACTERS + "?[]"
_DECODED = ("gzip", "x-gzip", "zstd")
"""The content codings that are undone; each is recognised by its first bytes."""


def download(address: str) -> Spool:
    """The file at an address, as it is there: without the coding that a server may have given its content.

    Raises:
        UnreadableSourceError: there is none, it is not whole, or the server is away, refuses or is not trusted.
        OSError: it cannot be kept on this machine's disk.
    """
    spool = Spool()
    with _answer(address) as response:
        body = _Body(response)
        if body.length is not None:
            spool.expect(body.length)
        _copy(_content_coding(response.headers), BufferedReader(body, _BLOCK), spool)
    return spool


def _copy(coding: str | None, body: BufferedReader, spool: Spool) -> None:
    if coding is None:
        while data := body.read1(_BLOCK):
            spool.write(data)
        return
    with unpacked(body) as content:
        while data := content.read1(_BLOCK):
            spool.write(data)


@contextmanager
def _answer(address: str) -> Iterator[HTTPResponse]:
    """What the server answers when it is asked for the file."""
    try:
        with build_opener(_Redirects).open(_request(address), timeout=_SILENCE_SECONDS) as response:
            yield response
    except UnreadableSourceError:
        raise
    except HTTPError as error:
        with error:
            raise UnreadableSourceError(refusal(error.code, error.reason)) from error
    except URLError as error:
        cause = error.reason if isinstance(error.reason, BaseException) else error
        raise UnreadableSourceError(_reason(cause)) from error
    except (TimeoutError, HTTPException, ConnectionError, ValueError) as error:
        raise UnreadableSourceError(_reason(error)) from error


def _request(address: str) -> Request:
    parts = urlsplit(address)
    login, _, host = parts.netloc.rpartition("@")
    if not host.isascii():
        host = host.encode("idna").decode()
    # Letters that an address may not hold are escaped; what is escaped already stays.
    path, query = quote(parts.path, _PATH_CHARACTERS), quote(parts.query, _QUERY_CHARACTERS)
    url = SplitResult(parts.scheme, host, path, query, "").geturl()
    request = Request(url, headers={"Accept-Encoding": "identity", "User-Agent": "exact-features"})  # noqa: S310  # http(s)
    if login:
        user, _, password = login.partition(":")
        secret = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
        # For this host only, not for those that it may lead to.
        request.add_unredirected_header("Authorization", f"Basic {secret}")
    return request


class _Redirects(HTTPRedirectHandler):
    """Follows a server to other http(s) addresses only."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            raise UnreadableSourceError("the server leads on to an address that is neither http nor https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Body(RawIOBase):
    """The bytes of an answer, as they are sent; an end before the end is an error."""

    def __init__(self, response: HTTPResponse) -> None:
        """Take an answer of which nothing was read.

        Raises:
            UnreadableSourceError: it is not that of a whole file, or how long it is cannot be known.
        """
        super().__init__()
        if response.status != HTTPStatus.OK:
            raise UnreadableSourceError(
                f"the server answers {response.status} {response.reason}, though the whole file was asked for"
            )
        self._response = response
        self._received = 0
        self.length = None if response.chunked else _length(response.headers)
        """Bytes that it has; None if they come in chunks, or until the connection ends."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        try:
            count = self._response.readinto(buffer)
        except TimeoutError as error:
            raise self._cut_off(_reason(error)) from error
        except (HTTPException, OSError) as error:
            raise self._cut_off("the connection ended") from error
        self._received += count
        if not count and self.length not in {None, self._received}:
            raise self._cut_off("the connection ended")
        return count

    def _cut_off(self, what: str) -> UnreadableSourceError:
        of_all = "" if self.length is None else f" of {self.length:,}"
        return UnreadableSourceError(f"{what} after {self._received:,}{of_all} bytes; nothing of it was loaded")


def _length(headers: HTTPMessage) -> int | None:
    lengths = {text.strip() for value in headers.get_all("Content-Length", []) for text in value.split(",")}
    coding = headers.get("Transfer-Encoding")
    if coding is not None or len(lengths) > 1 or not all(text.isascii() and text.isdigit() for text in lengths):
        what = f"Transfer-Encoding: {coding}" if coding else f"Content-Length: {', '.join(sorted(lengths))}"
        raise UnreadableSourceError(f"the length of the server's answer is not clear from its {what}")
    return int(lengths.pop()) if lengths else None


def _content_coding(headers: HTTPMessage) -> str | None:
    """How the content was coded to be sent, though this was not asked for; None if it was not."""
    coding = ", ".join(headers.get_all("Content-Encoding", [])).strip().lower()
    if coding in {"", "identity"}:
        return None
    if coding not in _DECODED:
        raise UnreadableSourceError(
            f"the server sends it in the content coding {coding}, which was not asked for and is not read: "
            "have it send the file as it is"
        )
    return coding


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"the server sent nothing for {_SILENCE_SECONDS:g} s"
    return reason_of(error)

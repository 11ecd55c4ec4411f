"""What went wrong at an address, in words; each of fsspec's libraries has errors of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http import HTTPStatus

_NOTHING_THERE = "there is nothing at this address"


def refusal(status: int, reason: str) -> str:
    """What a server means that answers with this status instead of a file."""
    return _NOTHING_THERE if _is_absence(status) else f"the server answers {status} {reason}".rstrip()


def reason_of(error: BaseException) -> str:
    """Why an address cannot be read; never names the address, which may hold a password."""
    causes = list(_causes(error))
    for cause in causes:
        # aiohttp has an error of this kind without the message, whose cause has it.
        if isinstance(cause, ssl.SSLCertVerificationError) and hasattr(cause, "verify_message"):
            return (
                f"the certificate of the server is not trusted: {cause.verify_message}; if an authority of your own "
                "issued it, name the file of that one's certificate in SSL_CERT_FILE, for s3:// in AWS_CA_BUNDLE"
            )
        status = getattr(cause, "status", None)
        if isinstance(status, int) and not _is_absence(status):
            return refusal(status, getattr(cause, "message", ""))
    # fsspec says of a server that is away, too, that there is no such file; the cause knows better.
    first = next((cause for cause in causes if not isinstance(cause, FileNotFoundError)), None)
    if isinstance(error, FileNotFoundError) and not isinstance(first, OSError):
        return _NOTHING_THERE
    return str(first) or type(first).__name__


def _is_absence(status: int) -> bool:
    return status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__

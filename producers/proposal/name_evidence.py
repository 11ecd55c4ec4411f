"""What the names of columns suggest. A name decides only where the values leave a choice."""

from __future__ import annotations

from typing import Final

from producers.proposal.names import has_unit, singular, words

_LONGEST_UNIT: Final = 3
"""Letters that the name of a unit or currency has."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IDENTIFIERS: Final = _set(
    "barcode code email guid handle iban id isbn kennung key login mail no nr num number nummer ref reference "
    "serial sku slug username uuid"
)
_WHOLE_IDENTIFIERS: Final = _set("id key no nr num number nummer")
_LINES: Final = _set("index item line part pos position rank row seq sequence step")
_ACTORS: Final = _set(
    "account author buyer client company customer device driver employee guest konto kunde machine member owner "
    "patient person player sensor station student subject supplier user"
)
_COUNTS: Final = _set("anzahl count menge pieces qty quantity stock units")
_MEASURES: Final = _set(
    "concentration duration height hours length mass minutes rate score seconds temp temperature time value "
    "volume weight width yield"
)
_MONEY: Final = _set(
    "amount balance betrag budget cost credit debit discount fee limit preis price revenue salary saldo shipping "
    "spent subtotal tax total"
)
_FREE: Final = _set("address bemerkung comment description message note notes remark text verwendungszweck")
_INTENSIVE: Final = _set(
    "age balance battery co2 db dbm density dispo humidity kontostand lat latitude level limit lng lon longitude mv "
    "pct percent percentage ph ppb ppm preis pressure price rate rating ratio rh rssi saldo score share snr speed temp "
    "temperature unit voltage year"
)
_TEXTS: Final = _set(
    "barcode bic ean fax gtin iban isbn mobile phone plz postal postcode routing tel telephone upc zip zipcode"
)
_VERSIONS: Final = _set("build firmware release revision version")
_FLAGS: Final = _set("active checked confirmed deleted enabled flag has is paid paused valid was")
_LABELS: Final = _set("description label name title")
_MOMENTS: Final = _set("at datetime time timestamp ts")
_TIMES: Final = _MOMENTS | _set("created date epoch modified unix updated when")
_LISTS: Final = _set("categories codes ids items keywords labels list names skus tags")


def _has(name: str, known: frozenset[str]) -> bool:
    return bool(known & {*words(name), *map(singular, words(name))})


def _ends(name: str, known: frozenset[str]) -> bool:
    return words(name)[-1:] != () and bool({words(name)[-1], singular(words(name)[-1])} & known)


def names_row(name: str) -> bool:
    """Whether a column is called as those that name rows are: `order_no`, `email`."""
    return _ends(name, _IDENTIFIERS)


def is_whole_identifier(name: str) -> bool:
    """Whether digits in such a column are a name and not a quantity."""
    return _ends(name, _WHOLE_IDENTIFIERS)


def names_line(name: str) -> bool:
    """Whether a column counts the lines of something: `line`, `pos`."""
    return _ends(name, _LINES)


def names_actor(name: str) -> bool:
    """Whether a column names who or what does something: `customer_email`, `device`."""
    return _has(name, _ACTORS)


def is_count(name: str) -> bool:
    """Whether values are counted, and so whole."""
    return _has(name, _COUNTS)


def is_measure(name: str) -> bool:
    """Whether values are measured, and so may have decimals: `run_time`, `price_eur`, `Budget (EUR)`."""
    *before, last = words(name) or ("",)
    is_unit = len(last) <= _LONGEST_UNIT and bool(before) and before[-1] in _MEASURES | _MONEY
    return _ends(name, _MEASURES | _MONEY) or is_unit or has_unit(name)


def is_money(name: str) -> bool:
    """Whether values are amounts of money."""
    return _has(name, _MONEY)


def is_free_text(name: str) -> bool:
    """Whether people write sentences into a column."""
    return _has(name, _FREE)


def has_no_sum(name: str) -> bool:
    """Whether values make no sense added up, such as temperatures."""
    return _has(name, _INTENSIVE)


def is_text_of_digits(name: str) -> bool:
    """Whether digits in such a column are a text: `zip`, `phone`, `Account Number`."""
    return _has(name, _TEXTS) or (names_row(name) and words(name)[-2:-1] == ("account",) and words(name)[-1] != "id")


def names_text(name: str) -> bool:
    """Whether values of such a column are no quantities, even if most are digits."""
    return names_row(name) or is_text_of_digits(name) or is_version(name)


def is_version(name: str) -> bool:
    """Whether numbers in such a column are versions, of which the parts are counted each for itself."""
    return _has(name, _VERSIONS)


def is_flag(name: str) -> bool:
    """Whether 0 and 1 in such a column mean no and yes."""
    return _has(name, _FLAGS) or name.endswith("?")


def is_label(name: str) -> bool:
    """Whether people read such a column in place of a key."""
    return _ends(name, _LABELS)


def is_moment(name: str) -> bool:
    """Whether such a column has a time beside the day."""
    return _ends(name, _MOMENTS)


def may_be_unix_time(name: str) -> bool:
    """Whether whole numbers in such a column may be times: `ts`, `created_at`, `event_time_ms`."""
    return _has(name, _TIMES)


def is_list(name: str) -> bool:
    """Whether such a column holds several values."""
    return words(name)[-1:] != () and words(name)[-1] in _LISTS


def names_things(name: str) -> bool:
    """Whether numbers in such a column are names, so that several of them are a list."""
    return is_list(name) or names_row(name) or is_whole_identifier(name)

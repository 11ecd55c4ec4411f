r"""What programs write where there is nothing: `NULL`, `NA`, `\N`."""

from __future__ import annotations

_WORDS = ("na", "n/a", "null", "none", "nil", "nan")
NULL_MARKERS: frozenset[str] = frozenset(
    form for word in _WORDS for form in (word, word.upper(), word.capitalize())
) | {"NaN", r"\N", ".", "-", "--", "?", "#N/A", "#NA", "<NA>", "<null>", "<NULL>", "(null)", "[NULL]"}
"""What programs write where there is nothing."""
LONGEST_MARKER = max(map(len, NULL_MARKERS))

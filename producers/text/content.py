"""What a source holds, as lines of text."""

from __future__ import annotations

from contextlib import ExitStack

from producers.sources.compression import unpacked
from producers.sources.source import Source
from producers.text.encoding_guess import Evidence, look_through
from producers.text.encodings import DecodedText
from producers.text.lines import Lines


class Content:
    """A source that is being read: unpacked, decoded and split into lines. Close it at the end."""

    def __init__(self, source: Source, encoding: str | None) -> None:
        """Open the source; see `ReadingOptions.encoding`.

        Raises:
            OSError: it cannot be opened.
        """
        self._source = source
        self._found: Evidence | None = None
        with ExitStack() as opening:
            self._raw = opening.enter_context(source.opened())
            self._text = DecodedText(opening.enter_context(unpacked(self._raw)), encoding, self._evidence)
            self.lines = Lines(self._text)
            self._closing = opening.pop_all()

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._source.name

    def close(self) -> None:
        """Close the file."""
        self._closing.close()

    @property
    def bytes_read(self) -> int:
        """Bytes read up to now, in the measure of `Source.size`."""
        return self._text.bytes_read if self._source.size is None else self._raw.tell()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who loads the file should know, one line each; complete at the end of the file."""
        if not self._text.fell_back or self._found is None:
            return ()
        example = self._found.example
        advice = f"if {example} is wrong, name its encoding with --encoding" if example else "name it with --encoding"
        return (f"{self._source.name}: is not UTF-8 and was read as Windows-1252 (cp1252): {advice}",)

    def _evidence(self) -> Evidence | None:
        # What can be read only once cannot be looked through for this.
        if not self._source.repeatable:
            return None
        with self._source.opened() as raw, unpacked(raw) as stream:
            self._found = look_through(stream)
        return self._found

"""Whether two files are read alike."""

from __future__ import annotations

from hashlib import blake2b

from producers.files.csv_file import CsvFile


def fingerprint(file: CsvFile) -> str:
    """Of how a file is read: the same bytes read alike give the same records."""
    layout, reading = file.layout, file.reading
    read_as = repr((file.dialect, layout.header, layout.positions, layout.deletes, reading.encoding, reading.limit))
    said = (reading.skip_lines, reading.comment, reading.null)
    if any(said):
        read_as += repr(said)
    if any(column.written for column in layout.columns):
        read_as += repr([column.written for column in layout.columns])
    if reading.timezone:
        read_as += reading.timezone
    return blake2b(read_as.encode(errors="backslashreplace"), digest_size=8).hexdigest()

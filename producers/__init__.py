"""CSV files of any size, validated row by row in constant memory and published to Kafka.

What comes in: paths, folders, archives, addresses. What goes out: records of valid rows, dead letters of the others,
and a manifest. Bytes go through `sources`, `text`, `files`, `rows` and `kafka`, in this order; `load` holds them
together.
"""

from __future__ import annotations

import os

# Arrow's own allocators keep more memory, and are no faster: not even those of what it sets up when it is imported.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

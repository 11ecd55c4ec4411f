"""CSV files of any size, validated row by row in constant memory and published to Kafka."""

import os

# numpy's linear algebra, which nobody here uses, would start a thread for each processor that spins for a moment.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

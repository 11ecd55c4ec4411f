"""The Faust table's RocksDB stores; one that cannot be opened starts empty."""

from __future__ import annotations

import shutil
from typing import Any

import rocksdict
from faust.stores import rocksdb

from streams.faust_adapters.table import PartitionedStore, StoredTable

FILES_BEFORE_COMPACTION = 8
"""RocksDB's own 4 has it write most values twice more for each time that they change."""


class _Options(rocksdb.RocksDBOptions):
    """Faust's options, and those that it has no names for."""

    def as_options(self) -> Any:  # noqa: ANN401  # a rocksdict.Options, which is not typed
        options = super().as_options()
        # The values are small numbers already, and a store takes tens of megabytes.
        options.set_compression_type(rocksdict.DBCompressionType.none())
        options.set_level_zero_file_num_compaction_trigger(FILES_BEFORE_COMPACTION)
        return options


class ReplaceableStore(PartitionedStore):
    """Faust's store; what it holds can be had from the changelog and from Postgres as well."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # Faust's signature
        super().__init__(*arguments, **options)
        self.rocksdb_options = _Options(**(self.options or {}), use_rocksdict=True)

    def open_partition(self, partition: int) -> Any:  # noqa: ANN401  # a rocksdict.Rdict, which is not typed
        """Open the store of a partition; an empty one, if it is damaged."""
        try:
            return super().open_partition(partition)
        except Exception as error:
            # Open still, for a batch at work since before a rebalance: Faust tries again.
            if "lock" in str(error).lower():
                raise
            # A damaged store would end each start of the worker.
            path = self.partition_path(partition)
            self.log.warning("The store %s cannot be opened (%s): it starts empty", path, error)
            shutil.rmtree(path)
            return super().open_partition(partition)


class ReplaceableTable(StoredTable):
    """Faust's table on the stores above."""

    def new_store(self, url: Any) -> Any:  # noqa: ANN401  # Faust's signature
        """The table's stores."""
        return ReplaceableStore(
            url,
            self.app,
            self,
            table_name=self.name,
            key_type=self.key_type,
            key_serializer=self.key_serializer,
            value_serializer=self.value_serializer,
            value_type=self.value_type,
            loop=self.loop,
            options=self.options,
        )

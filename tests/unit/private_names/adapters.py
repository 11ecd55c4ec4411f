"""The adapters, and what each expects of its library: private names, and public ones of undocumented classes."""

from __future__ import annotations

from tests.unit.private_names.contract import Expected, attributes

_SET_PRODUCER_STATE = "(self, producer_id, producer_epoch, base_sequence)"

ADAPTERS = {
    "producers.kafka.aiokafka_adapter": (
        Expected("aiokafka", "aiokafka.producer.producer:AIOKafkaProducer", attributes("_sender")),
        Expected(
            "aiokafka",
            "aiokafka.producer.sender:Sender",
            {
                **attributes("_acks _txn_manager _message_accumulator _retry_backoff _request_timeout_ms _in_flight"),
                **attributes("_muted_partitions sender_task client"),
                "__init__": "(self, client, *, acks, txn_manager, message_accumulator, retry_backoff_ms, "
                "request_timeout_ms)",
                "_send_produce_req": "async (self, node_id, batches)",
            },
        ),
        Expected(
            "aiokafka",
            "aiokafka.producer.sender:SendProduceReqHandler",
            {
                **attributes("_sender _batches _client"),
                "__init__": "(self, sender, batches)",
                "create_request": "(self)",
                "do": "async (self, node_id)",
            },
        ),
        Expected(
            "aiokafka",
            "aiokafka.producer.message_accumulator:MessageBatch",
            {**attributes("_builder"), "get_data_buffer": "(self)"},
        ),
        Expected(
            "aiokafka",
            "aiokafka.producer.message_accumulator:BatchBuilder",
            {"_set_producer_state": _SET_PRODUCER_STATE},
        ),
        Expected(
            "aiokafka",
            "aiokafka.client:AIOKafkaClient",
            {
                **attributes("_conns"),
                "_maybe_wait_metadata": "async (self)",
                "force_metadata_update": "(self)",
                "ready": "async (self, node_id, *, group=<ConnectionGroup.DEFAULT: 0>)",
            },
        ),
        Expected(
            "aiokafka",
            "aiokafka.conn:AIOKafkaConnection",
            {
                **attributes("_writer _versions _client_id _requests _request_timeout _loop"),
                "_next_correlation_id": "(self)",
                "close": "(self, reason=None, exc=None)",
            },
        ),
        Expected(
            "aiokafka",
            "aiokafka.protocol.produce:ProduceRequest",
            {"__init__": "(self, transactional_id, required_acks, timeout, topics)", "prepare": "(self, versions)"},
        ),
    ),
    "streams.kafka.aiokafka_adapter": (
        Expected(
            "aiokafka",
            "aiokafka.consumer.consumer:AIOKafkaConsumer",
            attributes("_isolation_level _fetcher _closed _coordinator"),
        ),
        Expected("aiokafka", "aiokafka.consumer.group_coordinator:GroupCoordinator", {"check_errors": "(self)"}),
        Expected(
            "aiokafka",
            "aiokafka.consumer.fetcher:Fetcher",
            {
                **attributes("_client _closed _fetch_task _subscriptions _records _wait_consume_future"),
                "_create_fetch_waiter": "(self)",
                "_notify": "(self, future)",
            },
        ),
        Expected(
            "aiokafka",
            "aiokafka.consumer.fetcher:FetchResult",
            {**attributes("_partition_records"), "_update_position": "(self)"},
        ),
        Expected(
            "aiokafka",
            "aiokafka.consumer.fetcher:PartitionRecords",
            {
                **attributes("_records _check_crcs _tp _aborted_producers _records_iterator next_fetch_offset"),
                "_consume_aborted_up_to": "(self, batch_offset)",
            },
        ),
        Expected(
            "aiokafka",
            "aiokafka.producer.message_accumulator:BatchBuilder",
            {"_build": "(self)", "_set_producer_state": _SET_PRODUCER_STATE},
        ),
    ),
    "streams.faust_adapters.consumer": (
        Expected(
            "faust-streaming",
            "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread",
            {
                "_commit": "async (self, offsets)",
                "_create_worker_consumer": "(self, transport)",
                "_ensure_consumer": "(self)",
                "_fetch_records": "async (self, consumer, active_partitions, timeout=None, max_records=None)",
                "_seek_wait": "async (self, consumer, partitions)",
            },
        ),
        Expected(
            "faust-streaming", "faust.transport.drivers.aiokafka:ConsumerRebalanceListener", attributes("_thread")
        ),
        Expected(
            "faust-streaming",
            "faust.transport.drivers.aiokafka:Consumer",
            {
                **attributes("_thread _acked _acked_index _buffered_partitions _read_offset"),
                "_add_gap": "async (self, tp, offset_from, offset_to)",
                "_new_consumer_thread": "(self)",
                "_new_offset": "(self, tp)",
                "_wait_next_records": "async (self, timeout)",
            },
        ),
    ),
    "streams.faust_adapters.table": (
        Expected(
            "faust-streaming",
            "faust.tables.recovery:Recovery",
            {
                **attributes("_generation_id"),
                "_publish_stats": "task async (self)",
                "_restart_recovery": "task async (self)",
                "_set_recovery_started": "(self)",
                "_slurp_changelogs": "task async (self)",
                "_wait": "async (self, coro, timeout=None)",
            },
        ),
        Expected(
            "faust-streaming",
            "faust.tables:TableManager",
            {**attributes("_recovery"), "_update_channels": "async (self)"},
        ),
        Expected(
            "faust-streaming",
            "faust.stores.rocksdb:Store",
            {**attributes("_dbs"), "_open_for_partition": "(self, partition)"},
        ),
        Expected("faust-streaming", "faust:Table", {"_new_store_by_url": "(self, url)"}),
    ),
    "streams.faust_adapters.process": (
        Expected(
            "faust-streaming",
            "faust:App",
            {
                "_new_transport": "(self)",
                "_new_web": "(self)",
                "_on_agent_error": "async (self, agent, exc)",
            },
        ),
        Expected("mode-streaming", "mode:Service", {**attributes("_stopped"), "_crash": "(self, reason)"}),
        Expected("faust-streaming", "faust:Worker", {"_on_sigint": "(self)", "_on_sigterm": "(self)"}),
        Expected("mode-streaming", "mode:Worker", {"_setup_logging": "(self)", "_shutdown_loop": "(self)"}),
    ),
    "streams.faust_adapters.web": (
        Expected("faust-streaming", "faust.web.drivers.aiohttp:Web", attributes("_runner")),
    ),
    "streams.postgres.asyncpg_adapter": (
        Expected("asyncpg", "asyncpg.exceptions._base:DataError", {}),
        Expected("asyncpg", "asyncpg:Connection", attributes("_protocol _transport")),
        Expected("asyncpg", "asyncpg.protocol.protocol:BaseProtocol", {"get_settings": "(self)"}),
        Expected(
            "asyncpg",
            "asyncpg.protocol.protocol:ConnectionSettings",
            {
                "add_python_codec": "(self, typeoid, typename, typeschema, typeinfos, typekind, encoder, decoder, "
                "format)"
            },
        ),
    ),
}
"""By module; see the modules for what they do."""

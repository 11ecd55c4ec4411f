import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * Aggregates the topic `experiments` by user, and prints the seconds from RUNNING until the last row was aggregated.
 *
 * <p>Arguments: processing guarantee, rows, threads, file for the answer. KAFKA_BOOTSTRAP_SERVERS and STATE_DIR are
 * environment variables.
 */
public final class ExperimentTotals {
    private static final String STORE = "totals";

    private ExperimentTotals() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        long rows = Long.parseLong(arguments[1]);
        AtomicLong seen = new AtomicLong();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Runnable count = () -> {
            if (seen.incrementAndGet() == rows) {
                done.countDown();
            }
        };
        try (KafkaStreams streams = streams(arguments[0], arguments[2], count)) {
            streams.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.RUNNING) {
                    running.countDown();
                }
            });
            streams.start();
            running.await();
            long started = System.nanoTime();
            done.await();
            double seconds = (System.nanoTime() - started) / 1e9;
            write(streams, Path.of(arguments[3]));
            System.out.println("seconds " + seconds);
        }
    }

    private static KafkaStreams streams(String guarantee, String threads, Runnable count) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream("experiments", Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .groupByKey()
                .aggregate(
                        UserTotals::new,
                        (user, json, totals) -> {
                            count.run();
                            return totals.add(json);
                        },
                        Materialized.<String, UserTotals, KeyValueStore<Bytes, byte[]>>as(STORE)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(UserTotals.serde()));
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "kafka-streams-" + UUID.randomUUID());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("KAFKA_BOOTSTRAP_SERVERS"));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getenv("STATE_DIR"));
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        return new KafkaStreams(builder.build(), settings);
    }

    private static void write(KafkaStreams streams, Path file) throws IOException {
        var query = StoreQueryParameters.fromNameAndType(
                STORE, QueryableStoreTypes.<String, UserTotals>keyValueStore());
        try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file));
                KeyValueIterator<String, UserTotals> all = streams.store(query).all()) {
            while (all.hasNext()) {
                KeyValue<String, UserTotals> entry = all.next();
                writer.println(entry.key + "," + entry.value.asCsv());
            }
        }
    }
}

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What a user's experiments add up to, and its binary form in the store. */
final class UserTotals {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FIXED_BYTES = 2 * Long.BYTES;
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private long experiments;
    private long thousandths;
    private final Map<Long, Integer> counts = new HashMap<>();

    static Serde<UserTotals> serde() {
        return Serdes.serdeFrom((topic, totals) -> totals.toBytes(), (topic, bytes) -> fromBytes(bytes));
    }

    /** Adds one experiment, a JSON object. */
    UserTotals add(byte[] json) {
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() != JsonToken.FIELD_NAME) {
                    continue;
                }
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("experiment_run_time")) {
                    thousandths += Math.round(parser.getDoubleValue() * 1000);
                } else if (field.equals("experiment_compound_ids")) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        counts.merge(parser.getLongValue(), 1, Integer::sum);
                    }
                }
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        experiments++;
        return this;
    }

    /** Experiments, run time in thousandths, listed compounds, top compound, its count: comma-separated. */
    String asCsv() {
        long compounds = 0;
        long top = 0;
        int topCount = 0;
        for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
            long compound = entry.getKey();
            int count = entry.getValue();
            compounds += count;
            if (count > topCount || (count == topCount && compound < top)) {
                top = compound;
                topCount = count;
            }
        }
        return experiments + "," + thousandths + "," + compounds + "," + top + "," + topCount;
    }

    private byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(FIXED_BYTES + counts.size() * ENTRY_BYTES);
        buffer.putLong(experiments).putLong(thousandths);
        counts.forEach((compound, count) -> buffer.putLong(compound).putInt(count));
        return buffer.array();
    }

    private static UserTotals fromBytes(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        UserTotals totals = new UserTotals();
        totals.experiments = buffer.getLong();
        totals.thousandths = buffer.getLong();
        while (buffer.hasRemaining()) {
            totals.counts.put(buffer.getLong(), buffer.getInt());
        }
        return totals;
    }
}

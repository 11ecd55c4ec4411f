"""CSV files of any size, validated row by row in constant memory and published to Kafka."""

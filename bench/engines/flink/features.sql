-- Each experiment's newest publication, and each user's features, upserted into Postgres.
SET 'execution.checkpointing.interval' = '{checkpoints}';
SET 'table.exec.mini-batch.enabled' = '{mini_batch}';
SET 'table.exec.mini-batch.allow-latency' = '{latency}';
SET 'table.exec.mini-batch.size' = '50000';
SET 'table.dml-sync' = 'true';

CREATE TABLE published (
  experiment_id BIGINT,
  user_id BIGINT,
  experiment_compound_ids ARRAY<BIGINT>,
  experiment_run_time DECIMAL(15, 3),
  published TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  headers MAP<STRING, BYTES> METADATA VIRTUAL,
  -- A time attribute that orders publications by the second of their load, then by their line: ordered by other columns,
  -- the planner takes the newest row for insert-only, and the sums that follow from it are never corrected.
  version AS TO_TIMESTAMP_LTZ(
    (CAST(EXTRACT(EPOCH FROM published) AS BIGINT) - 1700000000) * 1000000
    + CAST(CAST(headers['line'] AS STRING) AS BIGINT), 3),
  WATERMARK FOR version AS version
) WITH (
  'connector' = 'kafka',
  'topic' = 'experiments',
  'properties.bootstrap.servers' = '{kafka}',
  'properties.group.id' = '{group}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

CREATE TABLE experiments (
  experiment_id BIGINT,
  user_id BIGINT,
  experiment_compound_ids STRING,
  experiment_run_time DECIMAL(15, 3),
  PRIMARY KEY (experiment_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '{url}',
  'table-name' = 'experiments',
  'sink.buffer-flush.interval' = '{flush}',
  'sink.buffer-flush.max-rows' = '{flush_rows}'
);

CREATE TABLE user_features (
  user_id BIGINT,
  total_experiments BIGINT,
  total_run_time DECIMAL(18, 3),
  total_compounds BIGINT,
  top_compound_id BIGINT,
  top_compound_count BIGINT,
  PRIMARY KEY (user_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '{url}',
  'table-name' = 'user_features',
  'sink.buffer-flush.interval' = '{flush}',
  'sink.buffer-flush.max-rows' = '{flush_rows}'
);

CREATE TEMPORARY VIEW newest AS
SELECT experiment_id, user_id, experiment_compound_ids, experiment_run_time
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY experiment_id ORDER BY {newest} DESC) AS place
  FROM published)
WHERE place = 1;

CREATE TEMPORARY VIEW sums AS
SELECT
  user_id,
  COUNT(*) AS total_experiments,
  SUM(experiment_run_time) AS total_run_time,
  SUM(CARDINALITY(experiment_compound_ids)) AS total_compounds
FROM newest
GROUP BY user_id;

CREATE TEMPORARY VIEW counts AS
SELECT user_id, compound, COUNT(*) AS n
FROM newest CROSS JOIN UNNEST(experiment_compound_ids) AS listed (compound)
GROUP BY user_id, compound;

CREATE TEMPORARY VIEW best AS
SELECT user_id, compound, n
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY n DESC, compound) AS place
  FROM counts)
WHERE place = 1;

EXECUTE STATEMENT SET
BEGIN
INSERT INTO experiments
SELECT experiment_id, user_id, CAST(experiment_compound_ids AS STRING), experiment_run_time FROM newest;
INSERT INTO user_features
SELECT s.user_id, total_experiments, total_run_time, total_compounds, compound, n
FROM sums AS s JOIN best AS b ON s.user_id = b.user_id;
END;

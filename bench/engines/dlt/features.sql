CREATE TABLE IF NOT EXISTS public.user_features (
    user_id bigint PRIMARY KEY, total_experiments bigint, total_run_time double precision, total_compounds bigint,
    top_compound_id bigint, top_compound_count bigint);
TRUNCATE public.user_features;
INSERT INTO public.user_features
WITH listed AS (
    SELECT user_id, compound::bigint, count(*) AS n
      FROM lab.experiments, string_to_table(experiment_compound_ids, ';') AS compound
     GROUP BY user_id, compound
), best AS (
    SELECT DISTINCT ON (user_id) user_id, compound, n, sum(n) OVER (PARTITION BY user_id) AS total_compounds
      FROM listed ORDER BY user_id, n DESC, compound
), sums AS (
    SELECT user_id, count(*) AS total_experiments, sum(experiment_run_time) AS total_run_time
      FROM lab.experiments GROUP BY user_id
)
SELECT user_id, total_experiments, total_run_time, total_compounds, compound, n FROM sums JOIN best USING (user_id);

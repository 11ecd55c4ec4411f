CREATE TABLE experiments (
    experiment_id bigint PRIMARY KEY, user_id bigint, experiment_compound_ids text, experiment_run_time numeric(15, 3));
CREATE TABLE user_features (
    user_id bigint PRIMARY KEY, total_experiments bigint, total_run_time numeric(18, 3), total_compounds bigint,
    top_compound_id bigint, top_compound_count bigint);

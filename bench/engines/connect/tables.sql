CREATE TABLE experiments (
    experiment_id bigint PRIMARY KEY, user_id bigint, experiment_compound_ids bigint[],
    experiment_run_time double precision);

"""The lab's files, and what is kept of them for each user."""

from models.declare import *  # noqa: F403  # as in every model file


class User(Row, table="users", key="user_id", label="name"):
    user_id: Id
    name: str
    email: str | None
    signup_date: date


class Compound(Row, table="compounds", key="compound_id", label="compound_name"):
    compound_id: Id
    compound_name: str
    compound_structure: str | None


class Experiment(
    Row, table="experiments", key="experiment_id", group="user_id", files=("user_experiments", "experiments")
):
    experiment_id: Id
    user_id: Id
    experiment_compound_ids: Annotated[list[Id], Separated(";"), Field(max_length=20_000)]
    experiment_run_time: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=3)]


class UserFeatures(Features, table="user_features", of=Experiment):
    total_experiments = Count()
    total_run_time = Sum("experiment_run_time")
    average_run_time = Mean("experiment_run_time")
    total_compounds = CountItems("experiment_compound_ids")
    top_compound_id = MostCommon("experiment_compound_ids", count="top_compound_count", ties="tied_compound_ids")


REPORTS = {
    "user_report": """
WITH counters AS (
    SELECT sum(row_count) FILTER (WHERE topic = 'experiments') AS experiments,
           sum(row_count) FILTER (WHERE topic = 'users') AS users,
           sum((feature_rows ->> 'user_features')::bigint) AS active_users
      FROM stream_offsets
)
SELECT u.user_id, u.name, u.email, u.signup_date,
       coalesce(f.total_experiments, 0) AS total_experiments,
       coalesce(f.total_run_time, 0) AS total_run_time,
       f.average_run_time,
       coalesce(f.total_compounds, 0) AS total_compounds,
       f.top_compound_id,
       c.compound_name AS top_compound_name,
       coalesce(f.top_compound_count, 0) AS top_compound_count,
       coalesce(f.tied_compound_ids, '{}') AS tied_compound_ids,
       f.total_compounds::numeric / nullif(f.total_experiments, 0) AS average_compounds_per_experiment,
       coalesce(n.experiments, 0) / nullif(n.users, 0) AS average_experiments_per_user,
       n.experiments / nullif(n.active_users, 0) AS average_experiments_per_active_user,
       f.version, f.updated_at
  FROM (
        SELECT user_id, name, email, signup_date FROM users
         UNION ALL
        SELECT f.user_id, NULL, NULL, NULL
          FROM user_features f
          JOIN deletions d ON d.topic = 'users' AND d.key = f.user_id::text
         WHERE NOT EXISTS (SELECT FROM users u WHERE u.user_id = f.user_id)
       ) u
 CROSS JOIN counters n
  LEFT JOIN user_features f USING (user_id)
  LEFT JOIN compounds c ON c.compound_id = f.top_compound_id
"""
}
"""Views for people: all users, deleted ones that still have experiments among them."""

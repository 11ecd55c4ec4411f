#!/usr/bin/env bash
# Prints the report of the first 100 users, or the result of the SQL given as the only argument.
# Asks the database that DATABASE_URL names, or the file that DATABASE_URL_FILE names; without them, the Postgres of docker compose.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if (($# > 1)); then
  echo "usage: query_db.sh [SQL]" >&2
  exit 2
fi

report='
SELECT user_id, name, total_experiments AS experiments, round(average_run_time, 3) AS mean_run_time,
       total_compounds AS compounds, top_compound_id AS top_id, top_compound_name AS top_name,
       top_compound_count AS top_count, tied_compound_ids AS tied,
       round(average_experiments_per_user, 3) AS experiments_per_user
  FROM user_report ORDER BY user_id LIMIT 100'
psql_options=(--no-psqlrc --pset=pager=off --set=ON_ERROR_STOP=1 --command="${1:-$report}")

if [[ -z ${DATABASE_URL:-} && -n ${DATABASE_URL_FILE:-} ]]; then
  DATABASE_URL=$(<"$DATABASE_URL_FILE")
fi
if [[ -n ${DATABASE_URL:-} ]]; then
  if ! command -v psql >/dev/null; then
    echo "query_db.sh: psql is not to be had: install Postgres' client, or unset DATABASE_URL to ask docker compose" >&2
    exit 2
  fi
  exec psql "${psql_options[@]}" "$DATABASE_URL"
fi
exec docker compose --project-directory "$root" exec -T postgres psql --username=postgres --dbname=postgres "${psql_options[@]}"

#!/usr/bin/env bash
# Builds the worker's image, starts Kafka, Postgres and the worker, and waits until all three are healthy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! docker compose version >/dev/null 2>&1; then
  echo "run_docker.sh: 'docker compose' is not to be had: install Docker with its compose plugin" >&2
  exit 2
fi

docker compose up --build --detach --wait

cat <<'TEXT'

Kafka, Postgres and the worker are healthy. Next:
  scripts/run_etl.sh       load the CSV files of the data folder
  scripts/query_db.sh      print the report
  docker compose logs -f   see what happens
  docker compose down      stop everything; the data stays (with --volumes it goes too)
TEXT

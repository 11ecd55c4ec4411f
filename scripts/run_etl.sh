#!/usr/bin/env bash
# Asks the worker to load its data folder, and prints its answer, which is JSON.
# Exit 0: loaded, some rows may have been rejected. 1: not loaded. 3: the worker does not answer.
# ETL_URL names another address. WEB_TOKEN, or the file that WEB_TOKEN_FILE names, holds the worker's token if it has one.
set -euo pipefail

url=${ETL_URL:-http://127.0.0.1:8000/etl/}
# A little more than the worker itself waits for a load to be applied.
limit_seconds=660

token=${WEB_TOKEN:-}
if [[ -z $token && -n ${WEB_TOKEN_FILE:-} ]]; then
  token=$(<"$WEB_TOKEN_FILE")
fi

# By standard input: a command's arguments are seen by every user of the machine.
headers=${token:+Authorization: Bearer $token}
if ! answer=$(curl --silent --show-error --noproxy 127.0.0.1,localhost --max-time "$limit_seconds" --request POST --header @- "$url" <<<"$headers"); then
  echo "run_etl.sh: $url does not answer: is the worker running? Start it with scripts/run_docker.sh" >&2
  exit 3
fi

printf '%s\n' "$answer"
status=
if [[ $answer =~ \"status\":\ *\"([a-z]+)\" ]]; then
  status=${BASH_REMATCH[1]}
fi
case $status in
  success | partial) ;;
  "")
    echo "run_etl.sh: $url is not an answer of the worker: check ETL_URL" >&2
    exit 1
    ;;
  *)
    echo "run_etl.sh: not loaded, the status is $status" >&2
    exit 1
    ;;
esac

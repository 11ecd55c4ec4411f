// What the stream tells: health, figures, charts, loads, partitions.

import { drawCompounds, drawThroughput } from "./charts.js";
import { byId, cell, count, element, fillTable, moment, tell } from "./dom.js";

const PATHS_SHOWN = 3;

export function showConnection(isOpen, text) {
  showHealth("page", isOpen ? null : text);
  if (isOpen) return;
  for (const server of ["kafka", "postgres"]) tell(healthOf(server).querySelector("span"), "unknown");
}

export function showState(state) {
  showHealth("kafka", state.health.kafka);
  showHealth("postgres", state.health.postgres);
  card("rate", state.rows_per_second);
  card("lag", state.rows && state.partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0));
  for (const name of ["experiments", "users", "compounds"]) card(name, state.rows?.[name]);
  drawThroughput(state.throughput, state.rows_per_second);
  // Without Postgres the last tables that were known stay.
  if (!state.rows) return;
  drawCompounds(state.compounds);
  fillTable(byId("loads"), state.loads.map(loadRow), "No file was loaded yet.");
  fillTable(byId("partitions"), state.partitions.map(partitionRow), "There are no topics yet.");
}

const healthOf = (server) => document.querySelector(`[data-health=${server}]`);

function showHealth(server, fault) {
  const item = healthOf(server);
  item.className = fault === null ? "good" : "bad";
  tell(item.querySelector("span"), fault ?? "ok");
}

function card(name, number) {
  tell(document.querySelector(`[data-card=${name}]`), number === null || number === undefined ? "–" : count(number));
}

function loadRow(load) {
  return element(
    "tr",
    {},
    cell(load.state, load.state),
    element("td", {}, moment(load.started_at)),
    element("td", { class: "text" }, ...filesOf(load)),
    cell(count(load.read), "number"),
    cell(count(load.published), "number"),
    cell(count(load.rejected), "number"),
  );
}

function filesOf(load) {
  const left = load.file_count - Math.min(load.paths.length, PATHS_SHOWN);
  const paths = load.paths.slice(0, PATHS_SHOWN).join(", ") + (left > 0 ? ` and ${count(left)} more` : "");
  const problems = [load.error, ...load.problems].filter(Boolean);
  return [paths, ...problems.map((problem) => element("div", { class: "error" }, problem))];
}

function partitionRow({ topic, partition, lag, applied }) {
  const left = lag === null ? "not read here" : count(lag);
  return element("tr", {}, cell(topic), cell(partition, "number"), cell(left, "number"), cell(count(applied), "number"));
}

// What the stream tells: health, figures, charts, loads, partitions.

import { drawCharts, drawLag, drawRejectCodes, drawThroughput } from "./charts.js";
import { showFilling } from "./filling.js";
import { byId, capital, cell, count, element, fillTable, moment, tell, words } from "./dom.js";

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
  const lag = state.rows && state.partitions.reduce((sum, each) => sum + (each.lag ?? 0), 0);
  card("lag", lag);
  drawLag(lag);
  for (const found of byId("cards").querySelectorAll("[data-table]")) card(found.dataset.table, state.rows?.[found.dataset.table]);
  drawThroughput(state.throughput, state.rows_per_second);
  // Without Postgres the last tables that were known stay.
  if (!state.rows) return;
  for (const [name, number] of Object.entries(state.rows)) if (!cardOf(name)) addCard(name, number);
  drawRejectCodes(state.reject_codes);
  drawCharts(state.charts);
  showFilling(state.incomplete);
  fillTable(byId("loads"), state.loads.map(loadRow), "No file was loaded yet.");
  fillTable(byId("partitions"), state.partitions.map(partitionRow), "There are no topics yet.");
}

const healthOf = (server) => document.querySelector(`[data-health=${server}]`);

function showHealth(server, fault) {
  const item = healthOf(server);
  item.className = fault === null ? "good" : "bad";
  tell(item.querySelector("span"), fault ?? "ok");
}

const cardOf = (name) => document.querySelector(`[data-card="${CSS.escape(name)}"]`);

function card(name, number) {
  tell(cardOf(name), number === null || number === undefined ? "–" : count(number));
}

/** A card for each table of the model. */
function addCard(name, number) {
  const figure = element("dd", { "data-card": name, "data-table": name }, count(number));
  byId("cards").append(element("div", {}, element("dt", {}, capital(words(name))), figure));
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

// The charts: drawn as SVG, said as text.

import { byId, capital, cell, count, element, fillTable, plural, shape, tell, words } from "./dom.js";

const WIDTH = 150;
const HEIGHT = 100;

const LAG_MILLISECONDS = 300_000;

const lags = []; // [time, records], the oldest first, since the page was opened.

/** Rows a second over the last minutes. */
export function drawThroughput({ step_seconds: step, rates }, now) {
  const highest = Math.max(...rates, 0);
  const mean = rates.length ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : 0;
  const span = spanOf(rates.length * step);
  const said = `now ${count(now)}, at most ${count(highest)}, on average ${count(mean)} in the last ${span}`;
  byId("throughput").setAttribute("aria-label", `Rows a second: ${said}`);
  tell(byId("throughput-caption"), `Rows a second of this worker: ${said}.`);
  tell(byId("throughput-begin"), `${span} ago`);
  drawCurve(byId("throughput"), rates.map((rate, at) => [rates.length > 1 ? at / (rates.length - 1) : 1, rate]), highest);
}

/** Records that wait in Kafka, as this page has seen it; null: it is not known. */
export function drawLag(lag) {
  if (lag === null) return;
  const now = Date.now();
  lags.push([now, lag]);
  while (lags[0][0] < now - LAG_MILLISECONDS) lags.shift();
  const highest = Math.max(...lags.map(([, records]) => records));
  const begin = lags[0][0];
  const span = spanOf((now - begin) / 1000);
  const said = `now ${count(lag)}, at most ${count(highest)} in the last ${span}`;
  byId("lag").setAttribute("aria-label", `Records that wait in Kafka: ${said}`);
  tell(byId("lag-caption"), `Records that wait in Kafka: ${said}, as seen since this page is open.`);
  tell(byId("lag-begin"), `${span} ago`);
  // What was reported stays as it is until something changes.
  const steps = lags.flatMap(([at, records], place) => (place ? [[at, lags[place - 1][1]], [at, records]] : [[at, records]]));
  drawCurve(byId("lag"), steps.map(([at, records]) => [now > begin ? (at - begin) / (now - begin) : 1, records]), highest);
}

function spanOf(seconds) {
  return seconds < 120 ? plural(Math.round(seconds), "second") : plural(Math.round(seconds / 60), "minute");
}

/** A curve through points: how far on from 0 to 1, and how high. */
function drawCurve(svg, points, highest) {
  if (!points.length) return;
  const drawn = points.map(([at, height]) => `${(at * WIDTH).toFixed(2)},${(HEIGHT - (highest ? height / highest : 0) * (HEIGHT - 4)).toFixed(2)}`);
  svg.replaceChildren(
    shape("polygon", { class: "area", points: `${drawn[0].split(",")[0]},${HEIGHT} ${drawn.join(" ")} ${WIDTH},${HEIGHT}` }),
    shape("polyline", { class: "curve", points: drawn.join(" ") }),
  );
}

/** How many of the newest rejects have which code. */
export function drawRejectCodes(codes) {
  if (!codes) return;
  const highest = Math.max(...codes.map(({ rejects }) => rejects), 1);
  fillTable(
    byId("reject-codes"),
    codes.map(({ code, rejects }) => element("tr", {}, cell(words(code), "text"), cell(count(rejects), "number"), bar(rejects / highest))),
    "No row was rejected.",
  );
}

/** For each MostCommon the values that most groups have. */
export function drawCharts(charts) {
  for (const { table, column, groups_looked_at: lookedAt, is_sample: isSample, top } of charts ?? []) {
    const id = `${table}.${column}`;
    const section = byId(id) ?? chartSection(id, table, column);
    const highest = Math.max(...top.map(({ groups }) => groups), 1);
    fillTable(
      section.querySelector("tbody"),
      top.map(({ value, label, groups }) =>
        element("tr", {}, cell(label ?? value, "text"), cell(count(groups), "number"), bar(groups / highest)),
      ),
      "There are no rows yet.",
    );
    const sample = isSample ? ` Estimated from ${count(lookedAt)} of them.` : "";
    tell(section.querySelector(".note"), `Groups of ${words(table)} with this ${words(column)}.${sample}`, "note");
  }
}

function chartSection(id, table, column) {
  const title = element("h2", { id: `${id}-title` }, capital(words(column)));
  const heads = [
    element("th", { scope: "col" }, "Value"),
    element("th", { scope: "col", class: "number" }, "Groups"),
    element("th", { scope: "col" }, element("span", { class: "hidden" }, "As a bar")),
  ];
  const filled = element("table", { class: "bars" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody"));
  const scroll = element("div", { class: "scroll", role: "group", tabindex: "0", "aria-labelledby": `${id}-title` }, filled);
  const section = element("section", { id, "aria-labelledby": `${id}-title` }, title, scroll, element("p", { class: "note" }));
  byId("charts").append(section);
  return section;
}

function bar(share) {
  const drawn = shape("rect", { width: (share * 100).toFixed(1), height: 12, y: 4, rx: 1 });
  return element("td", {}, shape("svg", { "aria-hidden": "true", viewBox: "0 0 100 20", preserveAspectRatio: "none" }, drawn));
}

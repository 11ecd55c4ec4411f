// The charts: drawn as SVG, said as text.

import { byId, capital, cell, count, element, fillTable, plural, shape, tell, words } from "./dom.js";

const WIDTH = 150;
const HEIGHT = 100;

/** Rows a second over the last minutes. */
export function drawThroughput({ step_seconds: step, rates }, now) {
  const highest = Math.max(...rates, 0);
  const mean = rates.length ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : 0;
  const seconds = Math.round(rates.length * step);
  const span = seconds < 120 ? plural(seconds, "second") : plural(Math.round(seconds / 60), "minute");
  const said = `now ${count(now)}, at most ${count(highest)}, on average ${count(mean)} in the last ${span}`;
  const svg = byId("throughput");
  svg.setAttribute("aria-label", `Rows a second: ${said}`);
  tell(byId("throughput-caption"), `Rows a second of this worker: ${said}.`);
  tell(byId("throughput-begin"), `${span} ago`);
  const points = rates.map((rate, at) => {
    const x = rates.length > 1 ? (at / (rates.length - 1)) * WIDTH : WIDTH;
    return `${x.toFixed(2)},${(HEIGHT - (highest ? rate / highest : 0) * (HEIGHT - 4)).toFixed(2)}`;
  });
  if (!points.length) return;
  svg.replaceChildren(
    shape("polygon", { class: "area", points: `0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}` }),
    shape("polyline", { class: "curve", points: points.join(" ") }),
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
    tell(section.querySelector(".note"), `Groups of ${table} with this ${words(column)}.${sample}`, "note");
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

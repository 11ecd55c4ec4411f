// The charts: drawn as SVG, said as text.

import { byId, cell, count, element, fillTable, plural, shape, tell } from "./dom.js";

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

/** The compounds that most users list most often. */
export function drawCompounds(compounds) {
  const top = compounds?.top ?? [];
  const highest = Math.max(...top.map(({ users }) => users), 1);
  fillTable(
    byId("compounds"),
    top.map(({ compound_id: id, name, users }) =>
      element("tr", {}, cell(name ?? `${id} (unknown)`, "text"), cell(count(users), "number"), bar(users / highest)),
    ),
    compounds ? "No user has experiments yet." : "Not known at the moment.",
  );
  const sample = compounds?.is_sample ? ` Estimated from ${plural(compounds.users_looked_at, "user")}.` : "";
  tell(byId("compounds-note"), `Users whose most often listed compound it is.${sample}`, "note");
}

function bar(share) {
  const drawn = shape("rect", { width: (share * 100).toFixed(1), height: 12, y: 4, rx: 1 });
  return element("td", {}, shape("svg", { "aria-hidden": "true", viewBox: "0 0 100 20", preserveAspectRatio: "none" }, drawn));
}

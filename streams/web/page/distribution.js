// The distribution of a column of the feature table that is chosen: a histogram, and the same as a table.

import { ask, Refused } from "./api.js";
import { byId, cell, count, decimal, element, fillTable, plural, shape, tell, words } from "./dom.js";

const WIDTH = 150;
const HEIGHT = 100;

let table = "";
let column = null;

export function startDistribution() {
  byId("distribution-column").addEventListener("change", (event) => {
    column = event.target.value;
    showDistribution();
  });
}

/** Show that of another feature table, if it is another. */
export function showDistributionOf(name) {
  if (name === table) return;
  table = name;
  column = null;
  showDistribution();
}

export async function showDistribution() {
  if (!table) return;
  const asked = { table, ...(column === null ? {} : { column }) };
  try {
    const found = await (await ask("/report/distribution", asked)).json();
    if (found.table !== table || (column !== null && found.column !== column)) return;
    const select = byId("distribution-column");
    const names = found.columns.join();
    if (select.dataset.names !== names) {
      select.dataset.names = names;
      select.replaceChildren(...found.columns.map((name) => element("option", { value: name }, words(name))));
    }
    select.value = found.column;
    byId("distribution-choice").hidden = false;
    draw(found);
  } catch (error) {
    if (error instanceof Refused) return;
    byId("distribution-choice").hidden = true;
    byId("distribution").replaceChildren();
    fillTable(byId("distribution-bins"), [], "");
    tell(byId("distribution-caption"), error.message);
  }
}

function draw({ table: name, column: of, bins, groups_looked_at: lookedAt, is_sample: isSample }) {
  const highest = Math.max(...bins.map(({ groups }) => groups), 1);
  const each = WIDTH / Math.max(bins.length, 1);
  const svg = byId("distribution");
  svg.replaceChildren(
    ...bins.map(({ groups }, at) => {
      const height = (groups / highest) * (HEIGHT - 4);
      return shape("rect", { x: (at * each + each * 0.05).toFixed(2), y: (HEIGHT - height).toFixed(2), width: (each * 0.9).toFixed(2), height: height.toFixed(2) });
    }),
  );
  const most = bins.find(({ groups }) => groups === highest);
  const sample = isSample ? " Estimated from some of them." : "";
  const said = most ? `${count(highest)} of ${plural(lookedAt, "group")} have ${rangeOf(most)}, more than any other bar.${sample}` : "no group has a value yet.";
  svg.setAttribute("aria-label", `Distribution of ${words(of)}: ${said}`);
  tell(byId("distribution-caption"), `Groups of ${words(name)} by ${words(of)}: ${said}`);
  tell(byId("distribution-low"), bins.length ? decimal(bins[0].begin) : "");
  tell(byId("distribution-high"), bins.length ? rangeOf(bins.at(-1)).split(" ").at(-1) : "");
  fillTable(
    byId("distribution-bins"),
    bins.map((bin) => element("tr", {}, cell(rangeOf(bin), "text"), cell(count(bin.groups), "number"))),
    "There are no values yet.",
  );
}

/** The values of a bar; one of whole numbers may hold a single one. */
const rangeOf = ({ begin, end, is_single: isSingle }) => (isSingle ? decimal(begin) : `${decimal(begin)} to ${decimal(end)}`);

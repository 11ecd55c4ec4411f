// The report: the groups of a feature table, searched, sorted and by the page. Its columns are those that are declared.

import { ask, Refused } from "./api.js";
import { showDistributionOf } from "./distribution.js";
import { byId, cell, count, decimal, element, fillTable, instant, tell, words } from "./dom.js";
import { markFilling } from "./filling.js";
import { close, openGroup } from "./group.js";

const LIMIT = 20;
const MOST_LEFT_OUT = 10_000;
const ITEMS_SHOWN = 4;
const LABEL = "_label"; // What the label of the group is sorted by.

const asked = { search: "", direction: "up", offset: 0 };
let heads = "";

export function startReport() {
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    turn({ search: byId("search").value, offset: 0 });
  });
  byId("search").addEventListener("input", () => {
    // The cross that empties the field.
    if (byId("search").value === "" && asked.search !== "") turn({ search: "", offset: 0 });
  });
  byId("report-table").addEventListener("change", () => {
    delete asked.sort;
    close();
    turn({ table: byId("report-table").value, direction: "up", offset: 0 });
  });
  byId("report-back").addEventListener("click", () => turn({ offset: Math.max(0, asked.offset - LIMIT) }));
  byId("report-next").addEventListener("click", () => turn({ offset: asked.offset + LIMIT }));
}

function sortBy({ name, kind }) {
  const isSame = name === (asked.sort ?? byId("report-head").querySelector("[data-sort]").dataset.sort);
  const other = asked.direction === "up" ? "down" : "up";
  turn({ sort: name, direction: isSame ? other : kind === "number" ? "down" : "up", offset: 0 });
}

function turn(change) {
  Object.assign(asked, change);
  markSort();
  return showReport();
}

function markSort() {
  const found = [...byId("report-head").querySelectorAll("[data-sort]")];
  for (const [at, head] of found.entries()) {
    const isSorted = asked.sort === undefined ? at === 0 : head.dataset.sort === asked.sort;
    if (isSorted) head.setAttribute("aria-sort", asked.direction === "up" ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  }
}

export async function showReport() {
  const note = byId("report-note");
  const query = JSON.stringify(asked);
  try {
    const found = await (await ask("/report", { ...asked, limit: LIMIT })).json();
    // Another question was asked meanwhile: its answer is what counts.
    if (query !== JSON.stringify(asked)) return;
    const columns = withLabel(found.columns);
    showTables(found);
    showDistributionOf(found.table);
    showHeads(found.table, columns);
    fillTable(byId("report"), found.groups.map((group) => row(found.table, group, columns)), asked.search ? "Nothing is found." : "There are no rows yet.");
    byId("report-back").disabled = asked.offset === 0;
    byId("report-next").disabled = !found.more || asked.offset + LIMIT > MOST_LEFT_OUT;
    const { length } = found.groups;
    tell(byId("report-place"), length ? `${count(asked.offset + 1)} to ${count(asked.offset + length)}` : "");
    tell(note, found.with_rows_only ? "There are many: groups without rows are left out in this order." : "");
  } catch (error) {
    if (!(error instanceof Refused)) tell(note, error.message, "error");
  }
}

/** The label of the group stands beside it, in a column of its own. */
function withLabel([first, ...others]) {
  const label = { name: LABEL, kind: "text", of: first.name, is_group: true };
  return first.is_labelled ? [{ ...first, is_labelled: false }, label, ...others] : [first, ...others];
}

function showTables({ table, tables }) {
  const select = byId("report-table");
  byId("table-choice").hidden = tables.length < 2;
  if (select.options.length !== tables.length) select.replaceChildren(...tables.map((name) => element("option", { value: name }, words(name))));
  select.value = table;
}

function showHeads(table, columns) {
  const shown = JSON.stringify([table, columns]);
  if (shown === heads) return;
  heads = shown;
  byId("report-head").replaceChildren(...columns.map((column) => head(table, column)));
  byId("report-filling").dataset.filling = table;
  markSort();
  markFilling();
}

function head(table, column) {
  const button = element("button", { type: "button" }, nameOf(column.name));
  const attributes = { role: "columnheader", scope: "col", "data-sort": column.name, "data-of": table, "data-columns": column.name };
  const found = element("th", column.kind === "number" ? { ...attributes, class: "number" } : attributes, button);
  button.addEventListener("click", () => sortBy(column));
  return found;
}

function row(table, group, columns) {
  const cells = columns.map((column) => cellOf(column, group.values[column.name], group.labels));
  const texts = cells.map(({ textContent }) => textContent);
  const opener = element("button", { type: "button", class: "link" }, texts[0]);
  opener.addEventListener("click", () => {
    const title = texts.filter((_, at) => columns[at].is_group).join(" · ");
    const whole = columns.map(({ name, kind }, at) => [nameOf(name), kind === "list" ? (group.values[name] ?? []).map(instant).join(", ") : texts[at]]);
    openGroup(table, group.key, title, whole);
  });
  cells[0].replaceChildren(opener);
  return element("tr", {}, ...cells);
}

/** The first values of a list: many would make its row too high. The group that is opened shows more of them. */
function listed(values) {
  const rest = values.length - ITEMS_SHOWN;
  return values.slice(0, ITEMS_SHOWN).map(instant).join(", ") + (rest > 0 ? ` and ${count(rest)} more` : "");
}

const nameOf = (column) => (column === LABEL ? "name" : words(column));

function cellOf({ name, kind, of, is_labelled: isLabelled }, value, labels) {
  if (name === LABEL) return cell(labels[of] ?? "(unknown)", "text");
  if (value === null) return cell("");
  if (isLabelled) return cell(labels[name] ?? `${value} (unknown)`, "text");
  if (kind === "number") return cell(decimal(value), "number");
  if (kind === "list") return cell(listed(value), "text");
  if (kind === "moment") return cell(instant(value), "moment");
  return cell(String(value), kind);
}

// What the model declares: its rows and features, in words.

import { ask, Refused } from "./api.js";
import { byId, cell, element, tell, words } from "./dom.js";
import { markFilling } from "./filling.js";

let isShown = false;

export async function showDeclaration() {
  if (isShown) return;
  try {
    const found = await (await ask("/declaration")).json();
    isShown = true;
    tell(byId("declaration-text"), `${found.model}: ${found.description}`);
    byId("declaration").replaceChildren(...found.rows.map(rows), ...found.features.map(features), ...Object.entries(found.reports).map(report));
    markFilling();
  } catch (error) {
    if (!(error instanceof Refused)) tell(byId("declaration-text"), error.message, "error");
  }
}

function rows({ table, key, group, label, files, columns }) {
  const says = [
    `A row is named by ${key.join(", ")}.`,
    group === null ? "No features are kept of these rows." : `Features are kept by ${group}.`,
    label === null ? "" : `People read ${label} in its place.`,
    `A file whose header fits two kinds is of this one if it is called ${files.join(" or ")}.`,
  ];
  const body = columns.map((column) => element("tr", {}, cell(column.name), cell(column.type, "text"), cell(whatElse(column))));
  return part(`Rows: ${words(table)}`, says.filter(Boolean).join(" "), ["Column", "What it holds", ""], body);
}

function whatElse({ optional, part_of_key: isKey }) {
  if (isKey) return "key";
  return optional ? "may be empty" : "";
}

function features({ table, of, group, aggregates }) {
  const body = aggregates.map((each) => element("tr", {}, columnsCell(table, each.columns), cell(each.of, "text"), cell(each.meaning, "text")));
  const found = part(`Features: ${words(table)}`, `Computed of ${words(of)}, for each ${group.join("; ")}.`, ["Column", "What it is", "Meaning"], body);
  found.querySelector(".note").after(element("p", { class: "filling", "data-filling": table }));
  return found;
}

function columnsCell(table, columns) {
  const found = cell(columns.join(", "), "text");
  Object.assign(found.dataset, { of: table, columns: columns.join(" ") });
  return found;
}

function report([name, query]) {
  return element("details", {}, element("summary", {}, `Report: ${words(name)}`), element("pre", { tabindex: "0" }, query));
}

function part(title, text, heads, body) {
  const head = element("thead", {}, element("tr", {}, ...heads.map((name) => (name ? element("th", { scope: "col" }, name) : element("td")))));
  const scroll = element("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": title }, element("table", { class: "snug" }, head, element("tbody", {}, ...body)));
  return element("details", {}, element("summary", {}, title), element("p", { class: "note" }, text), scroll);
}

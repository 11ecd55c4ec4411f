// The report: users and their features, searched, sorted and by the page.

import { ask, Refused } from "./api.js";
import { byId, cell, count, decimal, element, fillTable, tell } from "./dom.js";

const LIMIT = 20;
const MOST_LEFT_OUT = 10_000;
const FIRST_DIRECTION = { user: "up", name: "up", experiments: "down", run_time: "down", compound: "down" };

const asked = { search: "", sort: "user", direction: "up", offset: 0 };

export function startReport() {
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    turn({ search: byId("search").value, offset: 0 });
  });
  byId("search").addEventListener("input", () => {
    // The cross that empties the field.
    if (byId("search").value === "" && asked.search !== "") turn({ search: "", offset: 0 });
  });
  byId("report-back").addEventListener("click", () => turn({ offset: Math.max(0, asked.offset - LIMIT) }));
  byId("report-next").addEventListener("click", () => turn({ offset: asked.offset + LIMIT }));
  for (const head of sortable()) head.querySelector("button").addEventListener("click", () => sortBy(head.dataset.sort));
  markSort();
}

const sortable = () => byId("report-head").querySelectorAll("[data-sort]");

function sortBy(sort) {
  const other = asked.direction === "up" ? "down" : "up";
  turn({ sort, direction: sort === asked.sort ? other : FIRST_DIRECTION[sort], offset: 0 });
  markSort();
}

function markSort() {
  for (const head of sortable()) {
    if (head.dataset.sort === asked.sort) head.setAttribute("aria-sort", asked.direction === "up" ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  }
}

function turn(change) {
  Object.assign(asked, change);
  return showReport();
}

export async function showReport() {
  const note = byId("report-note");
  const query = JSON.stringify(asked);
  try {
    const { users, more } = await (await ask("/report", { ...asked, limit: LIMIT })).json();
    // Another question was asked meanwhile: its answer is what counts.
    if (query !== JSON.stringify(asked)) return;
    fillTable(byId("report"), users.map(row), asked.search ? "No user is found." : "There are no users yet.");
    byId("report-back").disabled = asked.offset === 0;
    byId("report-next").disabled = !more || asked.offset + LIMIT > MOST_LEFT_OUT;
    tell(byId("report-place"), users.length ? `${count(asked.offset + 1)} to ${count(asked.offset + users.length)}` : "");
    tell(note, "");
  } catch (error) {
    if (!(error instanceof Refused)) tell(note, error.message, "error");
  }
}

function row(user) {
  const name = user.top_compound_name ?? `${user.top_compound_id} (unknown)`;
  const compound = user.top_compound_id === null ? "" : `${name} ×${count(user.top_compound_count)}`;
  return element(
    "tr",
    {},
    cell(user.user_id, "id"),
    cell(user.name ?? "(deleted)", "text"),
    cell(count(user.total_experiments), "number"),
    cell(decimal(user.average_run_time), "number"),
    cell(compound, "text"),
    cell(user.tied_compound_ids.length > 1 ? user.tied_compound_ids.join(", ") : "", "text"),
  );
}

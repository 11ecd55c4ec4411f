// One group: its features, its rows, and where a row is from.

import { ask, Refused } from "./api.js";
import { byId, cell, count, cut, element, fillTable, keyText, moment, plural, tell, words } from "./dom.js";

const LIMIT = 20;

let asked = null;
let rowKey = null;

export function startGroup() {
  byId("group-close").addEventListener("click", close);
  byId("group-newer").addEventListener("click", () => turn(asked.offset - LIMIT));
  byId("group-older").addEventListener("click", () => turn(asked.offset + LIMIT));
}

/** Show a group; `features` are pairs of a name and the text of its value. */
export async function openGroup(table, key, title, features) {
  asked = { table, key, offset: 0 };
  closeHistory();
  byId("group").hidden = false;
  tell(byId("group-title"), title);
  byId("group-features").replaceChildren(
    ...features.map(([name, value]) => element("div", {}, element("dt", {}, words(name)), element("dd", {}, cut(value) || "–"))),
  );
  byId("group-title").focus();
  await showGroup();
}

export function close() {
  asked = null;
  byId("group").hidden = true;
  closeHistory();
}

function turn(offset) {
  asked.offset = Math.max(0, offset);
  closeHistory();
  return showGroup();
}

/** Read the rows of the group that is open, if one is. */
export async function showGroup() {
  if (asked === null) return;
  const query = JSON.stringify(asked);
  try {
    const found = await (await ask("/report/rows", { ...asked, limit: LIMIT })).json();
    // Another question was asked meanwhile: its answer is what counts.
    if (query !== JSON.stringify(asked)) return;
    byId("group-head").replaceChildren(...[...found.columns.map(words), "from", "published"].map(headCell));
    fillTable(byId("group-rows"), found.rows.map((row) => rowOf(found, row)), "It has no rows.");
    byId("group-newer").disabled = asked.offset === 0;
    byId("group-older").disabled = !found.more;
    tell(byId("group-place"), placeIn(found));
    tell(byId("group-note"), "");
  } catch (error) {
    if (!(error instanceof Refused)) tell(byId("group-note"), error.message, "error");
  }
}

const headCell = (name) => element("th", { role: "columnheader", scope: "col" }, name);

function placeIn({ rows, looked_at: lookedAt, is_sample: isSample }) {
  if (!rows.length) return "";
  const most = isSample ? `${count(lookedAt)} rows, and there may be more: these are the newest of those` : plural(lookedAt, "row");
  return `${count(asked.offset + 1)} to ${count(asked.offset + rows.length)} of ${most}, the newest first`;
}

function rowOf({ table, columns }, { key, values, origin }) {
  const [first, ...others] = columns;
  const opener = element("button", { type: "button", class: "link" }, values[first] ?? "–");
  opener.addEventListener("click", () => openHistory(table, key));
  return element(
    "tr",
    {},
    element("td", {}, opener),
    ...others.map((name) => cell(cut(values[name]), "text")),
    placeCell(origin),
    element("td", {}, moment(origin.published_at)),
  );
}

/** Where a publication is from: the file's name is enough to recognise it, and its path stands in the history. */
const placeCell = (origin) => cell(placeOf(origin).split("/").at(-1), "text place");

function placeOf({ load, file, line }) {
  if (load === null) return `another client, offset ${count(line)}`;
  return file === null ? `line ${count(line)}` : `${file}:${line}`;
}

function closeHistory() {
  rowKey = null;
  byId("history").hidden = true;
}

async function openHistory(table, key) {
  rowKey = key;
  byId("history").hidden = false;
  tell(byId("history-title"), `Row ${keyText(key)} of ${words(table)}`);
  fillTable(byId("history-rows"), [], "Reading…");
  byId("history-title").focus();
  const note = byId("history-note");
  try {
    const found = await (await ask("/report/history", { table, key })).json();
    if (rowKey !== key) return;
    fillTable(byId("history-rows"), eventsOf(found), "Nothing is known of this row.");
    const rejects = found.rejects.length ? plural(found.rejects.length, "reject") : "No reject";
    tell(note, `${rejects} of this key among the newest 100,000 rejects.`, "note");
  } catch (error) {
    if (!(error instanceof Refused)) tell(note, error.message, "error");
  }
}

/** What happened to the row, the newest first. */
function eventsOf({ row, deletion, rejects }) {
  const events = rejects.map(({ rejected_at: at, state, file, line, load, field, value, reason }) => {
    const what = `${field === null ? "" : `${field}: `}${value === null ? "" : `"${cut(value, 60)}" `}`;
    return { at, what: `rejected (${state})`, name: state, place: file === null ? "" : `${file}:${line}`, load, why: what + cut(reason) };
  });
  if (row) events.push({ ...eventOf(row.origin), what: "stored", name: "applied", why: "what Postgres holds is from here" });
  if (deletion) events.push({ ...eventOf(deletion), what: "deleted", name: "going", why: row ? "before it was published again" : "" });
  events.sort((one, other) => new Date(other.at) - new Date(one.at));
  return events.map(({ at, what, name, place, load, why }) =>
    element("tr", {}, cell(what, name), element("td", {}, moment(at)), cell(place, "text place"), cell(why, "text"), cell(load, "text")),
  );
}

const eventOf = (origin) => ({ at: origin.published_at, place: placeOf(origin), load: origin.load });

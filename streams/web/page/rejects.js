// The rejected rows: a page of them, and their export.

import { ask, Refused } from "./api.js";
import { byId, cell, cut, element, fillTable, moment, plural, tell } from "./dom.js";

let before = null;
let last = null;

export function startRejects() {
  byId("reject-state").addEventListener("change", () => turn(null));
  byId("rejects-newest").addEventListener("click", () => turn(null));
  byId("rejects-older").addEventListener("click", () => turn(last));
  byId("export").addEventListener("click", exportRows);
}

function turn(to) {
  before = to;
  return showRejects();
}

export async function showRejects() {
  const note = byId("rejects-note");
  try {
    const parameters = { state: byId("reject-state").value, ...(before === null ? {} : { before }) };
    const { rejects, more } = await (await ask("/rejects", parameters)).json();
    fillTable(byId("rejects"), rejects.map(row), "There is no such row.");
    last = rejects.at(-1)?.number ?? null;
    byId("rejects-newest").disabled = before === null;
    byId("rejects-older").disabled = !more;
    tell(note, "");
  } catch (error) {
    if (!(error instanceof Refused)) tell(note, error.message, "error");
  }
}

function row(reject) {
  const place = reject.file === null ? `${reject.topic}[${reject.partition}]@${reject.offset}` : `${reject.file}:${reject.line}`;
  return element(
    "tr",
    {},
    cell(reject.state, reject.state),
    cell(place, "text place"),
    cell(reject.field),
    cell(cut(reject.value), "text"),
    cell(cut(reject.reason), "text"),
    element("td", {}, moment(reject.rejected_at)),
  );
}

async function exportRows() {
  const note = byId("rejects-note");
  try {
    tell(note, "Writing…");
    const response = await ask("/rejects/export", { state: byId("reject-state").value });
    const address = URL.createObjectURL(await response.blob());
    element("a", { href: address, download: "rejects.zip" }).click();
    URL.revokeObjectURL(address);
    const leftOut = Number(response.headers.get("X-Rows-Left-Out"));
    tell(note, leftOut ? `${plural(leftOut, "row")} had to be left out: ingest rejects export says why.` : "Exported.");
  } catch (error) {
    tell(note, error.message, "error");
  }
}

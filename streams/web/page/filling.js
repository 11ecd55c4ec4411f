// Columns of features that are still being filled, since the model was changed: marked wherever they are named.

import { element, tell, words } from "./dom.js";

const MEANING = "A value that is shown is right. An empty one may just not be filled yet.";

let shares = {}; // By table and column, from 0 to 1.

export function showFilling(found) {
  shares = found;
  markFilling();
}

/** Mark the columns that are named now: each element that has data-of and data-columns. */
export function markFilling() {
  for (const named of document.querySelectorAll("[data-of]")) {
    named.querySelector(".filling")?.remove();
    const share = named.dataset.columns.split(" ").map((column) => shares[named.dataset.of]?.[column]).find((found) => found !== undefined);
    if (share !== undefined) named.append(element("span", { class: "filling" }, ` ${Math.floor(share * 100)} % filled`));
  }
  for (const note of document.querySelectorAll("[data-filling]")) tell(note, noteOf(note.dataset.filling), "filling");
}

function noteOf(table) {
  const columns = Object.keys(shares[table] ?? {});
  if (!columns.length) return "";
  return `Being filled from the stored rows, as the model was changed: ${columns.map(words).join(", ")}. ${MEANING}`;
}

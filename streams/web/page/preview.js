// What would come of loading files: their kinds, their columns, and the rows that would be rejected.

import { cell, count, element, plural } from "./dom.js";

/** The preview, as elements. */
export function previewOf({ read, accepted, rejected, files, problems, notes, rejects }) {
  const said = `${plural(read, "row")} read, ${count(accepted)} would be loaded, ${count(rejected)} rejected. Nothing is published yet.`;
  return [
    element("p", {}, element("b", {}, "Preview"), `: ${said}`),
    ...listOf("", [...problems, ...notes.filter((note) => !note.startsWith("a dry run"))]),
    ...files.map(fileOf),
    ...listOf(rejected > rejects.length ? `The first ${count(rejects.length)} of ${plural(rejected, "rejected row")}` : "Rejected rows", rejects.map(rejectLine)),
  ];
}

function fileOf({ path: name, kind, published, rejected, columns }) {
  const row = ({ theirs, ours }) => element("tr", {}, cell(theirs, "text"), cell(ours ?? "is ignored", ours === null ? "empty" : "text"));
  const heads = ["Column of the file", `Column of ${kind}`].map((text) => element("th", { scope: "col" }, text));
  const mapping = element("table", { class: "dense" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...columns.map(row)));
  const ignored = columns.filter(({ ours }) => ours === null).length;
  const left = ignored ? `, ${plural(ignored, "column")} ignored` : "";
  const summary = element("summary", {}, element("b", {}, name), ` holds ${kind}: ${plural(published, "row")} to load, ${count(rejected)} to reject${left}`);
  return element("details", { open: "" }, summary, element("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": `Columns of ${name}` }, mapping));
}

/** One line for a rejected row. */
export function rejectLine({ file, line, faults }) {
  const found = faults.map(({ field, value, reason }) => {
    const about = field === null ? "" : `${field}: `;
    return about + (value === null ? "" : `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}" `) + reason;
  });
  return `${file ?? ""}:${line}: ${found.join("; ")}`;
}

function listOf(title, lines) {
  if (!lines.length) return [];
  const list = element("ul", {}, ...lines.map((line) => element("li", {}, line)));
  return title ? [element("p", {}, title), list] : [list];
}

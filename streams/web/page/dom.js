// Elements and text. Whatever comes from files or Postgres becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child that is no node becomes text. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same, of SVG. */
export function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return node;
}

/** Set an element's text, if it is another: what is told aloud is told once. */
export function tell(node, text, name = "") {
  if (node.textContent !== text) node.textContent = text;
  if (node.className !== name) node.className = name;
}

/** Fill a table's body, or say that it is empty. */
export function fillTable(body, rows, emptyText) {
  const table = body.closest("table");
  const heads = [...table.querySelectorAll("thead th")].map((head) => (head.firstElementChild ?? head).textContent);
  const empty = element("tr", {}, element("td", { colspan: heads.length, class: "empty" }, emptyText));
  const filling = rows.length ? rows : [empty];
  if (table.classList.contains("stack")) for (const row of filling) keepRoles(row, heads);
  body.replaceChildren(...filling);
}

/** Small screens show such a row as lines, each with its column's name; it stays a row for those who hear it. */
function keepRoles(row, heads) {
  row.setAttribute("role", "row");
  for (const [at, cell] of [...row.cells].entries()) {
    cell.setAttribute("role", "cell");
    if (cell.colSpan === 1) cell.dataset.head = heads[at];
    cell.classList.toggle("blank", cell.textContent === "");
  }
}

export const cell = (text, name = "") => element("td", name ? { class: name } : {}, text ?? "");

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

export const count = (number) => whole.format(number);
export const decimal = (text) => (text === null ? "" : fraction.format(Number(text)));

/** A declared name as words. */
export const words = (name) => name.replaceAll("_", " ");
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const plural = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;

/** A point in time, by the viewer's clock: 2024-01-08 13:58:18. */
export function moment(iso) {
  return element("time", { datetime: iso }, new Date(iso).toLocaleString("sv-SE"));
}

/** The text of a declared moment, without what says nothing: 2024-01-08 13:58:18.5, in UTC. Other text stays as it is. */
export const instant = (text) => text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d*[1-9])?)(?:\.?0+)?(?:Z|\+00:00)$/, "$1 $2");

/** A key of records as people read it: its values, in place of their JSON. Numbers stay texts, as they may be long. */
export function keyText(key) {
  const values = key.match(/"(?:[^"\\]|\\.)*"|[^,[\]]+/g) ?? [];
  return values.map((value) => (value.startsWith('"') ? instant(JSON.parse(value)) : value)).join(" · ");
}

/** The beginning of a long text. */
export const cut = (text, most = 200) => (text !== null && text.length > most ? `${text.slice(0, most)}…` : text ?? "");

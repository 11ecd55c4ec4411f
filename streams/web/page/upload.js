// Files dropped or chosen, sent to the worker, and what came of them.

import { authorization, wantToken } from "./api.js";
import { byId, count, element, plural, tell } from "./dom.js";
import { previewOf, rejectLine } from "./preview.js";

let files = [];

export function startUpload() {
  const form = byId("upload");
  // A file that misses the place would else be opened instead of this page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  form.addEventListener("dragover", () => form.classList.add("over"));
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    choose([...event.dataTransfer.files]);
    byId("preview").focus();
  });
  byId("preview").addEventListener("click", () => send("/loads/preview", showPreview));
  byId("files").addEventListener("change", (event) => choose([...event.target.files]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send("/loads", showLoaded);
  });
}

function choose(found) {
  files = found;
  byId("chosen").replaceChildren(...files.map((file) => element("li", {}, `${file.name} (${size(file.size)})`)));
  setEnabled(files.length > 0);
  byId("outcome").replaceChildren();
  tell(byId("load"), files.length ? `Load ${plural(files.length, "file")}` : "Load");
}

function size(bytes) {
  if (bytes < 10_000) return plural(bytes, "byte");
  return bytes < 10_000_000 ? `${count(bytes / 1000)} kB` : `${count(bytes / 1_000_000)} MB`;
}

function setEnabled(isEnabled) {
  for (const id of ["preview", "load"]) byId(id).disabled = !isEnabled;
}

/** What is said of how the files are to be read, as a query. */
function reading() {
  const said = [...byId("reading").querySelectorAll("input")].map(({ name, value }) => [name, value.trim()]);
  const query = new URLSearchParams(said.filter(([, value]) => value)).toString();
  return query && `?${query}`;
}

/** Send the files there, and show what is answered. */
function send(to, show) {
  const form = new FormData();
  for (const file of files) form.append("file", file);
  const request = new XMLHttpRequest();
  const doing = show === showLoaded ? "waiting until it is in Postgres…" : "reading it…";
  request.upload.addEventListener("progress", (event) => progress((100 * event.loaded) / event.total, doing));
  request.upload.addEventListener("load", () => progress(null, doing));
  request.addEventListener("loadend", () => ended(request, show));
  request.open("POST", `${to}${reading()}`);
  request.responseType = "json";
  for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
  byId("outcome").replaceChildren();
  setEnabled(false);
  progress(0, doing);
  request.send(form);
}

function progress(percent, doing) {
  const bar = byId("progress-bar");
  byId("progress").hidden = false;
  if (percent === null) bar.removeAttribute("value");
  else bar.value = percent;
  tell(byId("progress-text"), percent === null ? `Sent; ${doing}` : `Sending: ${Math.floor(percent)} %`);
}

function ended(request, show) {
  byId("progress").hidden = true;
  setEnabled(true);
  if (request.status === 401) wantToken();
  if (request.status === 200) {
    show(request.response);
    return;
  }
  const broken = "the connection broke: the worker is away, or a file is larger than it takes (MAX_UPLOAD_BYTES)";
  const reason = request.response?.error ?? (request.status ? `HTTP ${request.status}` : broken);
  say(show === showLoaded ? "Not loaded" : "Cannot be loaded", reason);
}

function showPreview(found) {
  byId("outcome").replaceChildren(...previewOf(found));
  byId("load").focus();
}

function showLoaded({ status, read, published, rejected, problems, lagging, rejects }) {
  byId("upload").reset();
  choose([]);
  const outcome = `${plural(read, "row")} read, ${count(published)} published, ${count(rejected)} rejected`;
  say(status === "failed" ? "Published, but not all is in Postgres yet" : "Loaded", outcome, [...problems, ...lagging, ...rejects.map(rejectLine)]);
}

function say(title, text, lines = []) {
  const list = lines.length ? [element("ul", {}, ...lines.map((line) => element("li", {}, line)))] : [];
  byId("outcome").replaceChildren(element("p", {}, element("b", {}, title), `: ${text}.`), ...list);
}

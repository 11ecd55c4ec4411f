// Files dropped or chosen, sent to the worker, and what came of them.

import { authorization, wantToken } from "./api.js";
import { byId, count, cut, element, plural, tell } from "./dom.js";

let files = [];

export function startUpload() {
  const form = byId("upload");
  // A file that misses the place would else be opened instead of this page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  form.addEventListener("dragover", () => form.classList.add("over"));
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    choose([...event.dataTransfer.files]);
    byId("load").focus();
  });
  byId("files").addEventListener("change", (event) => choose([...event.target.files]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

function choose(found) {
  files = found;
  byId("chosen").replaceChildren(...files.map((file) => element("li", {}, `${file.name} (${size(file.size)})`)));
  byId("load").disabled = !files.length;
  tell(byId("load"), files.length ? `Load ${plural(files.length, "file")}` : "Load");
}

function size(bytes) {
  if (bytes < 10_000) return plural(bytes, "byte");
  return bytes < 10_000_000 ? `${count(bytes / 1000)} kB` : `${count(bytes / 1_000_000)} MB`;
}

function send() {
  const form = new FormData();
  for (const file of files) form.append("file", file);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => progress((100 * event.loaded) / event.total));
  request.upload.addEventListener("load", () => progress(null));
  request.addEventListener("loadend", () => ended(request));
  request.open("POST", "/loads");
  request.responseType = "json";
  for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
  byId("outcome").replaceChildren();
  byId("load").disabled = true;
  progress(0);
  request.send(form);
}

function progress(percent) {
  const bar = byId("progress-bar");
  byId("progress").hidden = false;
  if (percent === null) bar.removeAttribute("value");
  else bar.value = percent;
  tell(byId("progress-text"), percent === null ? "Sent; waiting until it is in Postgres…" : `Sending: ${Math.floor(percent)} %`);
}

function ended(request) {
  byId("progress").hidden = true;
  byId("load").disabled = false;
  if (request.status === 401) wantToken();
  if (request.status !== 200) {
    const broken = "the connection broke: the worker is away, or a file is larger than it takes (MAX_UPLOAD_BYTES)";
    say("Not loaded", request.response?.error ?? (request.status ? `HTTP ${request.status}` : broken));
    return;
  }
  const { status, read, published, rejected, problems, lagging, rejects } = request.response;
  const outcome = `${plural(read, "row")} read, ${count(published)} published, ${count(rejected)} rejected`;
  say(status === "failed" ? "Published, but not all is in Postgres yet" : "Loaded", outcome, [...problems, ...lagging, ...rejects.map(line)]);
  byId("upload").reset();
  choose([]);
}

function line(reject) {
  const faults = reject.faults.map(({ field, value, reason }) => {
    const about = field === null ? "" : `${field}: `;
    return about + (value === null ? "" : `"${cut(value, 60)}" `) + reason;
  });
  return `${(reject.file ?? "").split("/").at(-1)}:${reject.line}: ${faults.join("; ")}`;
}

function say(title, text, lines = []) {
  const list = lines.length ? [element("ul", {}, ...lines.map((line) => element("li", {}, line)))] : [];
  byId("outcome").replaceChildren(element("p", {}, element("b", {}, title), `: ${text}.`), ...list);
}

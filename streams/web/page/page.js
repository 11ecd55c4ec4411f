// Puts the parts of the page together.

import { setToken, TOKEN_WANTED } from "./api.js";
import { showDeclaration } from "./declaration.js";
import { showDistribution, startDistribution } from "./distribution.js";
import { byId, tell } from "./dom.js";
import { showGroup, startGroup } from "./group.js";
import { showConnection, showState } from "./overview.js";
import { showRejects, startRejects } from "./rejects.js";
import { showReport, startReport } from "./report.js";
import { follow } from "./stream.js";
import { startUpload } from "./upload.js";

const REPORT_PAUSE = 10_000; // The report is read again no sooner while rows arrive.

let known = "";
let shownAt = 0;
let later = 0;
let isFollowing = false;

function onState(state) {
  showState(state);
  clearTimeout(later);
  if (!state.rows) return;
  // The tables that are read apart are read again when something that they show may have changed, and all has settled.
  const now = JSON.stringify([state.newest_reject, state.partitions.map(({ applied }) => applied), state.loads.map((load) => load.state), state.incomplete]);
  const isSettled = state.partitions.every(({ lag }) => !lag);
  const isFirst = known === "";
  if (now === known || (!isFirst && !isSettled)) return;
  const pause = isFirst ? 0 : shownAt + REPORT_PAUSE - Date.now();
  if (pause > 0) {
    // Unless another state comes before.
    later = setTimeout(onState, pause, state);
    return;
  }
  known = now;
  shownAt = Date.now();
  showRejects();
  showReport();
  showGroup();
  showDistribution();
  showDeclaration();
}

async function start() {
  if (isFollowing) return;
  isFollowing = true;
  await follow(onState, showConnection);
  isFollowing = false;
}

function startToken() {
  document.addEventListener(TOKEN_WANTED, (event) => {
    if (event.detail) tell(byId("token-note"), "That was not the worker's token.", "error");
    if (!byId("token-form").hidden) return;
    byId("token-form").hidden = false;
    byId("token").focus();
  });
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    setToken(byId("token").value.trim());
    byId("token").value = "";
    byId("token-form").hidden = true;
    known = "";
    start();
  });
}

startToken();
startRejects();
startReport();
startGroup();
startDistribution();
startUpload();
start();

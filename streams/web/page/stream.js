// The worker's server-sent events, read by fetch: an EventSource could not bring the token.

import { ask, Refused } from "./api.js";

const SILENCE = 10_000; // The worker says something each second; longer silence is a connection that is gone.
const LONGEST_PAUSE = 15_000;

/**
 * Follow the states until the token is refused; call again after that.
 *
 * Nothing is read while nobody looks: the worker has room for so many viewers only.
 * @param onState called with each state
 * @param onConnection called with whether there is a connection, and with what is to be said of it
 */
export async function follow(onState, onConnection) {
  let pause = 1000;
  for (;;) {
    await visible();
    try {
      await read(onState, () => {
        pause = 1000;
        onConnection(true, "connected");
      });
      onConnection(false, "reconnecting…");
    } catch (error) {
      if (error instanceof Refused) {
        onConnection(false, "needs the token");
        return;
      }
      onConnection(false, document.hidden ? "paused" : `reconnecting… (${error.message})`);
    }
    if (!document.hidden) await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

async function read(onState, onOpen) {
  const abort = new AbortController();
  const whenHidden = () => document.hidden && abort.abort();
  document.addEventListener("visibilitychange", whenHidden);
  let silence = setTimeout(() => abort.abort(), SILENCE);
  try {
    const response = await ask("/events", {}, abort.signal);
    onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE);
      const events = (text + value).split("\n\n");
      text = events.pop();
      for (const event of events) if (event.startsWith("data: ")) onState(JSON.parse(event.slice(6)));
    }
  } finally {
    clearTimeout(silence);
    document.removeEventListener("visibilitychange", whenHidden);
  }
}

function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((done) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      done();
    };
    document.addEventListener("visibilitychange", look);
  });
}

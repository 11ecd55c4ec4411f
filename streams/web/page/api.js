// Questions to the worker, with its token if it has one. The token is kept in this tab's session storage only.

const KEY = "exact-features-token";

export class Refused extends Error {}

/** An answer that is a failure; the message says why. */
export class Failed extends Error {}

export const setToken = (token) => sessionStorage.setItem(KEY, token);

export function authorization() {
  const token = sessionStorage.getItem(KEY);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Fired on the document when the worker wants a token, or another one. */
export const TOKEN_WANTED = "token-wanted";

export function wantToken() {
  document.dispatchEvent(new CustomEvent(TOKEN_WANTED, { detail: sessionStorage.getItem(KEY) !== null }));
  sessionStorage.removeItem(KEY);
}

/** The answer to a GET. */
export async function ask(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(query ? `${path}?${query}` : path, { headers: authorization(), signal, cache: "no-store" });
  if (response.status === 401) {
    wantToken();
    throw new Refused("the worker asks for its token");
  }
  if (!response.ok) throw new Failed(await reasonOf(response));
  return response;
}

async function reasonOf(response) {
  try {
    return (await response.json()).error ?? `HTTP ${response.status}`;
  } catch {
    return `HTTP ${response.status}`;
  }
}

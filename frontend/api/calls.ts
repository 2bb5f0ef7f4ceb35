/** One request a page made. */
export type Call = { method: string; path: string }

const MOST = 24
let calls: Call[] = []

/** Remembers a request; the same read again is one line. */
export function record(request: Request) {
  const url = new URL(request.url)
  const path = decodeURI(url.pathname + url.search)
  calls = [
    ...calls.filter((c) => c.path !== path || c.method !== request.method),
    { method: request.method, path },
  ].slice(-MOST)
}

/** Another page begins. */
export const forget = () => {
  calls = []
}

/** What the page has asked for so far. */
export const made = () => calls

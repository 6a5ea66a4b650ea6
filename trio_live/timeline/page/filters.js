// What is shown: rows by kind, switched on and off, and remembered where the browser allows it.

export const KINDS = {
  audio: ["level", "played", "received", "heard", "unheard", "interruption"],
  "voice edges": ["vad", "edges"],
  text: ["said", "words"],
  messages: ["out", "in"],
  link: ["connection"],
  turns: ["turn", "step"],
  phases: ["phase"],
  tools: ["tool"],
  rules: ["extraction", "effect"],
  state: ["state"],
  events: ["event"],
};
const KEPT_AS = "trio-live timeline: hidden kinds";

// The hash holds the token of a live page, so it is the browser's store; a page without one forgets.
export function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS));
    return new Set(Array.isArray(kept) ? kept.filter((kind) => kind in KINDS) : []);
  } catch {
    return new Set();
  }
}

export function remember(kinds) {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify([...kinds]));
  } catch {
    // it holds for as long as the page is open
  }
}

export function rowsOf(kinds) {
  return new Set([...kinds].flatMap((kind) => KINDS[kind]));
}

export function kindsIn(store) {
  const there = new Set(store.index.rows.filter((row) => row.chunks).map((row) => row.row));
  for (const span of store.open) there.add(span.row);
  return Object.keys(KINDS).filter((kind) => kind === "audio" || KINDS[kind].some((row) => there.has(row)));
}

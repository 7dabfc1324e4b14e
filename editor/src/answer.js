// Asks the endpoint and reads what it answers, as much of it as a page can show.

import { statement } from "./rdf.js";

/** Rows or statements that are read; whoever wants more takes the file. */
export const MOST = 20_000;
const ACCEPT = "text/tab-separated-values, application/n-triples, application/problem+json;q=0.9";
/** A longer query does not fit into an address everywhere, so it is sent as a form. */
const LONGEST = 6000;

/** The address of a query. */
export function address(endpoint, text, { inferred = false, graph = false, format = "" } = {}) {
  const parts = new URLSearchParams({ query: text });
  if (inferred) parts.set("inferred", "true");
  if (graph) parts.set("graph", "true");
  if (format) parts.set("format", format);
  return `${endpoint}?${parts}`;
}

/** Sends a query in the way that fits its length. */
export function send(endpoint, text, given = {}, more = {}) {
  const where = address(endpoint, text, given);
  if (where.length <= LONGEST) return fetch(where, more);
  return fetch(endpoint, {
    ...more,
    method: "POST",
    body: new URLSearchParams(where.slice(endpoint.length + 1)),
  });
}

export const fitsAddress = (where) => where.length <= LONGEST;

/**
 * Promises the answer to a query: `kind` is "table", "graph", "boolean" or "problem".
 *
 * A table has `columns` and `rows`, a graph `rows` of three; their cells are as the server wrote them. `whole` says
 * whether all are there, `notes` what the server remarks on the query.
 */
export async function ask(endpoint, text, { inferred = false, signal } = {}) {
  // The server keeps answers itself. A browser that was stopped half-way makes the next who asks the same wait.
  const reply = await send(
    endpoint,
    text,
    { inferred },
    { headers: { Accept: ACCEPT }, cache: "no-store", signal },
  );
  if (!reply.ok) return { kind: "problem", problem: await problem(reply) };
  const notes = remarks(reply.headers.get("Warning") ?? "");
  if (reply.headers.get("Content-Type").startsWith("application/n-triples")) {
    const { rows, whole } = await lines(reply, statement, MOST);
    return { ...graph(rows), whole, notes };
  }
  const { rows, whole } = await lines(reply, cells, MOST + 1);
  if (rows.length === 1 && rows[0].length === 1 && /^(true|false)$/.test(rows[0][0])) {
    return { kind: "boolean", truth: rows[0][0] === "true", notes };
  }
  return { ...table(rows), whole, notes };
}

/**
 * The answer that a page brought with it, as `ask` promises it; `null` where none came. `all` says how many rows or
 * statements there are, where that is known.
 */
export function brought(page) {
  const said = JSON.parse(page.getElementById("brought")?.textContent ?? "null");
  if (!said || said.kind === "problem") return said;
  const notes = remarks(said.warning);
  if (said.kind === "boolean") return { kind: "boolean", truth: said.truth, notes };
  const read = said.kind === "graph" ? statement : cells;
  const rows = said.text.split("\n").slice(0, -1).map(read).filter(Boolean);
  const answer = said.kind === "graph" ? graph(rows) : table(rows);
  return { ...answer, all: said.all, whole: answer.rows.length === said.all, notes };
}

const cells = (line) => line.split("\t");
const graph = (rows) => ({ kind: "graph", columns: ["subject", "predicate", "object"], rows });

/** A table of lines: the first has the names of the columns. */
function table([head = [""], ...rows]) {
  return { kind: "table", columns: head.filter(Boolean).map((name) => name.slice(1)), rows };
}

async function problem(reply) {
  try {
    return await reply.json();
  } catch {
    return { title: "The server did not answer", detail: `It said ${reply.status} ${reply.statusText}.` };
  }
}

/** Reads line by line, and stops the server when there are enough. */
async function lines(reply, read, most) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  const rows = [];
  let kept = "";
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (kept + (value ?? "")).split("\n");
    kept = done ? "" : parts.pop();
    for (const part of parts) {
      const row = part === "" && done ? null : read(part);
      if (row) rows.push(row);
    }
    if (rows.length > most) {
      await reader.cancel();
      return { rows: rows.slice(0, most), whole: false };
    }
    if (done) return { rows, whole: true };
  }
}

/** Reads a `Warning` header: what the server remarks, with the place in the query. */
export function remarks(header) {
  const found = [];
  for (const [, words] of header.matchAll(/299 resgraph "([^"]*)"/g)) {
    const [, line, column, said] = /^line (\d+), column (\d+): (.*)$/.exec(words) ?? [];
    if (line) found.push({ line: Number(line), column: Number(column), words: said });
  }
  return found;
}

// What came back, in the views that fit it.

import { address, MOST, send } from "./answer.js";
import { count, element } from "./elements.js";
import { term } from "./rdf.js";
import { table } from "./table.js";
import { tabs } from "./tabs.js";

/** A picture of more statements than these says less than the table. */
const DRAWN = 400;
const SHOWN = 200_000;
const TABLES = ["csv", "tsv", "json", "xml"];
const GRAPHS = ["turtle", "ntriples", "jsonld", "rdfxml"];

/**
 * Draws an answer. `context` has the endpoint, the text and whether inferred statements were wanted, the terms and
 * labels, and `goTo(line, column)`, which leads into the query.
 */
export function results(answer, context) {
  if (answer.kind === "problem") return problem(answer.problem, context);
  const notes = answer.notes.length ? [remarks(answer.notes, context)] : [];
  const took = element("span", { class: "quiet" }, ` in ${context.milliseconds.toLocaleString("en")} ms`);
  if (answer.kind === "boolean") {
    return [element("h2", {}, answer.truth ? "Yes" : "No", took), ...notes, ...tabs([raw(answer, context), code(answer, context)], context.view)];
  }
  const what = answer.kind === "graph" ? "statement" : "row";
  const cut = answer.whole ? [] : [element("p", {}, `These are the first ${MOST.toLocaleString("en")}. The files have all.`)];
  const title = `${answer.whole ? "" : "More than "}${count(answer.rows.length, what)}`;
  const views = [
    { name: "Table", show: () => table(answer, context) },
    ...(answer.kind === "table" && numeric(answer).length ? [chart(answer, context)] : []),
    ...(triples(answer) ? [graph(answer, context)] : []),
    raw(answer, context),
    code(answer, context),
  ];
  const first = answer.kind === "graph" && answer.rows.length && answer.rows.length <= DRAWN / 2 ? "Graph" : "Table";
  const begin = views.some((view) => view.name === context.view) ? context.view : first;
  return [element("h2", {}, title, took), ...notes, ...cut, ...(answer.rows.length ? tabs(views, begin, context.choose) : [nothing(), ...tabs(views.slice(-2), "")]), files(answer, context)];
}

function nothing() {
  return element("p", {}, "Nothing in the data fits the query. That is not evidence that there is nothing: absent means unknown.");
}

function problem(said, context) {
  const where = said.line ? [element("button", { type: "button", class: "plain", click: () => context.goTo(said.line, said.column) }, `Line ${said.line}, column ${said.column}`), ": "] : [];
  const more = said.excerpt ? [element("pre", { tabindex: "0" }, `${said.excerpt}\n${" ".repeat(Math.max(0, said.caret - 1))}^`)] : [];
  return [element("div", { class: "problem", id: "problem", role: "alert" }, element("h2", {}, said.title ?? "This failed"),
    element("p", {}, where, coded(said.detail ?? "")), more, said.hint ? element("p", {}, coded(said.hint)) : null)];
}

function remarks(notes, context) {
  return element("div", { class: "problem", role: "note" }, notes.map((note) => element("p", {},
    element("button", { type: "button", class: "plain", click: () => context.goTo(note.line, note.column) }, `Line ${note.line}, column ${note.column}`),
    `: ${note.words} `, mend(note, context))));
}

/** Offers the name that is nearest, if the server knows one. */
function mend(note, context) {
  const [, name, nearest] = /^(\S+) .*did you mean (\S+)\?$/.exec(note.words) ?? [];
  if (!nearest) return null;
  return element("button", { type: "button", class: "plain", click: () => context.mend(note, name, nearest) }, `Use ${nearest}`);
}

/** Sets what stands between backquotes as code. */
function coded(text) {
  return text.split("`").map((part, place) => (place % 2 ? element("code", {}, part) : part));
}

/** The columns that have numbers, by place; a column of text with one number in it is none. */
export function numeric(answer) {
  const some = answer.rows.slice(0, 1000);
  return answer.columns.map((_, place) => place).filter((place) => {
    const cells = some.map((row) => term(row[place])).filter(Boolean);
    return cells.length > 0 && cells.every((cell) => cell.number !== undefined && !cell.isDate);
  });
}

/** The statements that an answer has, if it has any: those of a graph, or rows that name subject, predicate, object. */
export function triples(answer) {
  if (answer.kind === "graph") return answer.rows.length ? answer.rows : null;
  if (answer.kind !== "table") return null;
  const names = answer.columns.map((name) => name.toLowerCase());
  const places = [["s", "subject"], ["p", "predicate", "property"], ["o", "object"]].map((fits) => names.findIndex((name) => fits.includes(name)));
  return places.includes(-1) || !answer.rows.length ? null : answer.rows.map((row) => places.map((place) => row[place]));
}

function chart(answer, context) {
  return { name: "Chart", show: async () => (await import("./chart.js")).chart(answer, numeric(answer), context) };
}

function graph(answer, context) {
  return { name: "Graph", show: async () => (await import("./graph.js")).graph(triples(answer), DRAWN, context) };
}

function raw(answer, context) {
  const formats = answer.kind === "graph" ? GRAPHS : answer.kind === "table" ? TABLES : ["json", "xml"];
  const show = async () => {
    const text = element("pre", { class: "wide", tabindex: "0", role: "region", "aria-label": "The answer as it is sent" });
    const load = async (format) => {
      const reply = await send(context.endpoint, context.text, { inferred: context.inferred, format });
      const body = await reply.text();
      text.textContent = body.length > SHOWN ? `${body.slice(0, SHOWN)}\n… the file has all` : body;
    };
    const choice = element("select", { id: "format", change: (event) => load(event.target.value) }, formats.map((name) => element("option", {}, name)));
    await load(formats[0]);
    return [element("div", { class: "bar" }, element("label", { for: "format" }, "As "), choice), text];
  };
  return { name: "Raw", show };
}

function code(answer, context) {
  const show = async () => {
    const given = { inferred: context.inferred, graph: answer.kind === "graph" };
    const where = context.endpoint.replace(/\/sparql$/, "/code");
    const reply = await send(where, context.text, given);
    const found = reply.ok ? await reply.json() : [];
    return found.map((each) => element("div", {}, element("h3", {}, each.language), element("pre", { tabindex: "0" }, element("code", {}, each.text))));
  };
  return { name: "Code", show };
}

function files(answer, context) {
  const formats = answer.kind === "graph" ? GRAPHS : TABLES;
  const links = formats.map((format) => element("a", { href: address(context.endpoint, context.text, { inferred: context.inferred, format }), download: `answer.${format}` }, format));
  return element("p", {}, "As a file: ", links.flatMap((link, place) => (place ? [", ", link] : [link])));
}

// What came back, in the views that fit it.

import { address, MOST, send } from "./answer.js";
import { count, element } from "./elements.js";
import { term } from "./rdf.js";
import { table } from "./table.js";
import { tabs } from "./tabs.js";
import { problem, remarks } from "./trouble.js";

/** A picture of more statements than these says less than the table. */
const DRAWN = 400;
const SHOWN = 200_000;
const TABLES = ["csv", "tsv", "json", "xml"];
const GRAPHS = ["turtle", "ntriples", "jsonld", "rdfxml"];

/**
 * Draws an answer. `context` has the endpoint, the text and whether inferred statements were wanted, the terms and
 * labels, and what the page can do: `goTo` and `mend` places of the query, `choose` a view, tell its `room`.
 */
export function results(answer, context) {
  if (answer.kind === "problem") return problem(answer.problem, context);
  const took =
    context.milliseconds === undefined
      ? ""
      : element("span", { class: "quiet" }, ` in ${context.milliseconds.toLocaleString("en")} ms`);
  const offered = views(answer, context);
  return [
    element("h2", {}, title(answer), took),
    ...(answer.notes.length ? [remarks(answer.notes, context)] : []),
    ...(answer.whole === false ? [beginning(answer, context)] : []),
    ...(answer.rows?.length === 0 ? [nothing()] : []),
    ...tabs(offered, context.view || first(answer), context.choose),
    ...(answer.kind === "boolean" ? [] : [files(answer, context)]),
  ];
}

function title({ kind, truth, rows, all, whole }) {
  if (kind === "boolean") return truth ? "Yes" : "No";
  const known = whole || Number.isInteger(all);
  return `${known ? "" : "More than "}${count(all ?? rows.length, kind === "graph" ? "statement" : "row")}`;
}

/** Says that there is more, and brings it if the page can hold more. */
function beginning({ rows }, context) {
  const said = `These are the first ${rows.length.toLocaleString("en")}. The files have all. `;
  const more = element(
    "button",
    { type: "button", class: "plain", click: context.more },
    "Read more of them",
  );
  return element("p", {}, said, rows.length < MOST ? more : "");
}

/** The views that fit an answer: `import` brings a drawing when it is wanted. */
function views(answer, context) {
  // What opens first asks for nothing that is known.
  const found = [code(answer, context), raw(answer, context)];
  if (!answer.rows?.length) return found;
  const statements = triples(answer);
  const numbers = answer.kind === "table" ? numeric(answer) : [];
  if (statements)
    found.unshift({
      name: "Graph",
      show: async () => (await import("./graph.js")).graph(statements, DRAWN, context),
    });
  if (numbers.length)
    found.unshift({
      name: "Chart",
      show: async () => (await import("./chart.js")).chart(answer, numbers, context),
    });
  return [{ name: "Table", show: () => table(answer, context) }, ...found];
}

/** The view to begin with: a graph is drawn when the drawing is small enough to say something. */
function first(answer) {
  return answer.kind === "graph" && answer.rows.length <= DRAWN / 2 ? "Graph" : "Table";
}

function nothing() {
  return element(
    "p",
    {},
    "Nothing in the data fits the query. That is not evidence that there is nothing: absent means unknown.",
  );
}

/** The columns that have numbers, by place; a column of text with one number in it is none. */
export function numeric(answer) {
  const some = answer.rows.slice(0, 1000);
  return answer.columns
    .map((_, place) => place)
    .filter((place) => {
      const cells = some.map((row) => term(row[place])).filter(Boolean);
      return cells.length > 0 && cells.every((cell) => cell.number !== undefined && !cell.isDate);
    });
}

/** The statements that an answer has, if it has any: those of a graph, or rows that name subject, predicate, object. */
export function triples(answer) {
  if (answer.kind === "graph") return answer.rows.length ? answer.rows : null;
  if (answer.kind !== "table") return null;
  const names = answer.columns.map((name) => name.toLowerCase());
  const places = [
    ["s", "subject"],
    ["p", "predicate", "property"],
    ["o", "object"],
  ].map((fits) => names.findIndex((name) => fits.includes(name)));
  return places.includes(-1) || !answer.rows.length
    ? null
    : answer.rows.map((row) => places.map((place) => row[place]));
}

function raw(answer, context) {
  const formats = answer.kind === "graph" ? GRAPHS : answer.kind === "table" ? TABLES : ["json", "xml"];
  async function show() {
    const text = element("pre", {
      class: "wide",
      tabindex: "0",
      role: "region",
      "aria-label": "The answer as it is sent",
    });
    const load = async (format) => {
      const reply = await send(context.endpoint, context.text, { inferred: context.inferred, format });
      const body = await reply.text();
      text.textContent = body.length > SHOWN ? `${body.slice(0, SHOWN)}\n… the file has all` : body;
    };
    const choice = element(
      "select",
      { id: "format", change: (event) => load(event.target.value) },
      formats.map((name) => element("option", {}, name)),
    );
    await load(formats[0]);
    return [element("div", { class: "bar" }, element("label", { for: "format" }, "As "), choice), text];
  }
  return { name: "Raw", show };
}

function code(answer, context) {
  async function show() {
    const given = { inferred: context.inferred, graph: answer.kind === "graph" };
    const where = context.endpoint.replace(/\/sparql$/, "/code");
    const reply = await send(where, context.text, given);
    const found = reply.ok ? await reply.json() : [];
    return found.map((each) =>
      element(
        "div",
        {},
        element("h3", {}, each.language),
        element("pre", { tabindex: "0" }, element("code", {}, each.text)),
      ),
    );
  }
  return { name: "Code", show };
}

function files(answer, context) {
  const formats = answer.kind === "graph" ? GRAPHS : TABLES;
  const links = formats.map((format) =>
    element(
      "a",
      {
        href: address(context.endpoint, context.text, { inferred: context.inferred, format }),
        download: `answer.${format}`,
      },
      format,
    ),
  );
  return element(
    "p",
    {},
    "As a file: ",
    links.flatMap((link, place) => (place ? [", ", link] : [link])),
  );
}

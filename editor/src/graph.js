// A drawing of statements: things as links, properties as lines between them. The table has the same in words.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

import { count, drawn, element } from "./elements.js";
import { term, TYPE } from "./rdf.js";

const WIDTH = 960;
const NARROWEST = 280;
const TURNS = 260;
const LONGEST = 34;

/** Reads statements as things and the lines between them; words and kinds of a thing stay with the thing. */
export function network(statements, most) {
  const things = new Map();
  const lines = new Map();
  const said = new Map();
  const thing = (each) => {
    if (!things.has(each.value))
      things.set(each.value, { id: each.value, blank: each.kind === "blank", said: 0, joined: 0 });
    return things.get(each.value);
  };
  for (const [s, p, o] of statements) {
    const [subject, property, object] = [term(s), term(p), term(o)];
    if (!subject || !object || subject.kind === "literal") continue;
    if (object.kind === "literal" || property?.value === TYPE) {
      said.set(subject.value, (said.get(subject.value) ?? 0) + 1);
      continue;
    }
    if (lines.size >= most) continue;
    const [from, to] = [thing(subject), thing(object)];
    const key = `${from.id} ${to.id}`;
    if (!lines.has(key)) lines.set(key, { source: from, target: to, names: new Set() });
    lines.get(key).names.add(property?.value ?? "");
    from.joined += 1;
    to.joined += 1;
  }
  for (const each of things.values()) each.said = said.get(each.id) ?? 0;
  return { things: [...things.values()], lines: [...lines.values()] };
}

/** Lays the things out over the whole drawing; the same statements always lie in the same way. */
function lay({ things, lines }, width) {
  const height = Math.min(1400, 240 + Math.round((things.length * 18 * WIDTH) / width));
  forceSimulation(things)
    .force("lines", forceLink(lines).distance(130).strength(0.5))
    .force("apart", forceManyBody().strength(-500))
    .force("room", forceCollide(36))
    .force("x", forceX().strength(0.04))
    .force("y", forceY().strength(0.08))
    .stop()
    .tick(TURNS);
  const margin = Math.min(110, width / 5);
  stretch(things, "x", margin, width - margin);
  stretch(things, "y", 24, height - 40);
  return height;
}

function stretch(things, axis, low, high) {
  const places = things.map((each) => each[axis]);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  for (const each of things) each[axis] = low + ((each[axis] - least) / (most - least || 1)) * (high - low);
}

const short = (words) => (words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words);

function line({ source, target, names }, name) {
  const words = [...names].map(name).join(", ");
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const length = Math.hypot(dx, dy) || 1;
  const end = Math.max(0, length - 12) / length;
  return drawn(
    "g",
    { class: "line" },
    drawn(
      "line",
      {
        x1: source.x,
        y1: source.y,
        x2: source.x + dx * end,
        y2: source.y + dy * end,
        "marker-end": "url(#arrow)",
      },
      drawn("title", {}, words),
    ),
    drawn(
      "text",
      { class: "small", x: source.x + dx / 2, y: source.y + dy / 2 - 3, "text-anchor": "middle" },
      short(words),
    ),
  );
}

function node(thing, name, page, width) {
  const words = name(thing.id);
  const more = thing.said ? `, ${count(thing.said, "more statement")}` : "";
  // A letter takes about seven pixels; no name is cut off by the edge.
  const half = short(words).length * 3.6;
  const middle = Math.max(half, Math.min(width - half, thing.x));
  const inside = [
    drawn("title", {}, `${words}${more}`),
    drawn(
      thing.blank ? "rect" : "circle",
      thing.blank
        ? { x: thing.x - 5, y: thing.y - 5, width: 10, height: 10 }
        : { cx: thing.x, cy: thing.y, r: 6 + Math.min(6, thing.joined) },
    ),
    drawn("text", { x: middle, y: thing.y + 24, "text-anchor": "middle" }, short(words)),
  ];
  const href = thing.blank ? "" : page(thing.id);
  return href ? drawn("a", { href, "aria-label": `${words}${more}` }, inside) : drawn("g", {}, inside);
}

/** The drawing of at most so many lines of these statements. */
export async function graph(statements, most, { terms, labels, room }) {
  const found = network(statements, most);
  if (!found.lines.length)
    return [
      element(
        "p",
        {},
        "These statements say something of things, and join none of them. The other view has them as a table.",
      ),
    ];
  await labels.learn([
    ...found.things.map((each) => each.id),
    ...found.lines.flatMap((each) => [...each.names]),
  ]);
  const name = (iri) => labels.of(iri) || terms.short(iri);
  const width = Math.max(NARROWEST, Math.min(WIDTH, room()));
  const height = lay(found, width);
  const joined = found.lines.reduce((sum, each) => sum + each.names.size, 0);
  const words = `${count(found.things.length, "thing")} and ${count(joined, "statement")} between them`;
  const arrow = drawn(
    "marker",
    { id: "arrow", viewBox: "0 0 10 10", refX: 8, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto" },
    drawn("path", { d: "M0 1 9 5 0 9z" }),
  );
  const svg = drawn(
    "svg",
    {
      class: "network",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": words,
    },
    drawn("defs", {}, arrow),
    found.lines.map((each) => line(each, name)),
    found.things.map((each) => node(each, name, (iri) => terms.page(iri), width)),
  );
  const cut = statements.length > most && joined >= most ? " Only the first are drawn." : "";
  return [
    element("div", { class: "picture", tabindex: "0", role: "region", "aria-label": "Graph" }, svg),
    element(
      "p",
      { class: "quiet" },
      `${words}.${cut} Each thing is a link. The table has the same statements, and those about single things.`,
    ),
  ];
}

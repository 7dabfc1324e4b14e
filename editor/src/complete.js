// What can be written at the cursor: words of the graph by how often they are used, things by their names.

import { place, variables } from "./place.js";

const MOST = 60;
const TYPE = { name: "a", about: "is a member of a class" };
const KEYWORDS = [
  "SELECT",
  "SELECT DISTINCT",
  "CONSTRUCT",
  "ASK",
  "DESCRIBE",
  "FROM",
  "FROM NAMED",
  "WHERE",
  "OPTIONAL",
  "FILTER",
  "UNION",
  "MINUS",
  "GRAPH",
  "VALUES",
  "BIND",
  "EXISTS",
  "NOT EXISTS",
  "GROUP BY",
  "HAVING",
  "ORDER BY",
  "DESC",
  "LIMIT",
  "OFFSET",
  "COUNT",
  "SUM",
  "AVG",
  "MIN",
  "MAX",
  "SAMPLE",
  "GROUP_CONCAT",
  "COALESCE",
  "IF",
  "BOUND",
  "STR",
  "LANG",
  "DATATYPE",
  "CONTAINS",
  "STRSTARTS",
  "REGEX",
  "LCASE",
  "UCASE",
  "CONCAT",
  "ROUND",
  "YEAR",
];

/** A completer for the words of a graph. `find` looks for things by name and promises `{iri, name, kind}`s. */
export class Completer {
  constructor(terms, find) {
    this.terms = terms;
    this.find = find;
  }

  /**
   * Promises what can follow `before`: `from`, where it begins, and the choices, the likeliest first. `whole` says that
   * what is written is one of them already.
   */
  async complete(before, after) {
    const here = place(before, after);
    const offered = this.offered(here, before.slice(0, here.from) + after);
    const written = here.word.toLowerCase();
    const whole = offered.some(({ name }) => name.toLowerCase() === written);
    const choices = merged(fitting(offered, here.word), await this.things(here));
    return { from: here.from, whole, choices: choices.slice(0, MOST) };
  }

  offered(here, rest) {
    const { terms } = this;
    const own = () => variables(rest).map((name) => ({ name, about: "a variable of this query" }));
    const keywords = KEYWORDS.map((name) => ({ name, about: "" }));
    const prefixes = Object.entries(terms.prefixes).map(([name, base]) => ({
      name: `${name}:`,
      about: base,
    }));
    const byKind = {
      variable: own,
      class: () => [...terms.classes, ...own()],
      predicate: () => [TYPE, ...terms.propertiesOf(here.classes), ...own(), ...prefixes],
      graph: () => [...terms.graphs, ...own()],
      object: () => [...own(), ...near(terms.values, here.predicate), ...prefixes],
      value: () => [...own(), ...terms.values, ...keywords, ...prefixes],
      subject: () => [...own(), ...terms.values, ...keywords, ...prefixes],
    };
    return (byKind[here.kind] ?? (() => [...keywords, ...own()]))();
  }

  /** Things by their names; after a prefix, those of its kind. */
  async things(here) {
    const [local, prefix = ""] = here.word.split(":").reverse();
    if (!["object", "subject", "value"].includes(here.kind) || local.length < 2) return [];
    const found = await this.find(local.replace(/[-_.]+/g, " "), prefix);
    return found
      .map((hit) => ({ name: this.terms.written(hit.iri), about: hit.name }))
      .filter((hit) => hit.name.startsWith(prefix && `${prefix}:`));
  }
}

/** Closed values, first those of the list that is called like the property. */
function near(values, predicate) {
  const list = `${predicate.split(":")[1] ?? ""}:`.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
  const like = (each) =>
    list.length > 1 && (each.name.startsWith(list) || list.endsWith(`-${each.name.split(":")[0]}:`)) ? 0 : 1;
  return [...values].sort((a, b) => like(a) - like(b));
}

/** Of the choices those that have what is written: at the beginning, then after the prefix, then in their words. */
function fitting(choices, word) {
  const wanted = word.toLowerCase();
  if (!wanted) return choices;
  const rank = ({ name, about }) => {
    const lower = name.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    if (lower.split(":")[1]?.startsWith(wanted)) return 1;
    if (lower.includes(wanted)) return 2;
    return wanted.length > 2 && (about ?? "").toLowerCase().includes(wanted) ? 3 : 4;
  };
  return choices
    .map((each) => ({ each, at: rank(each) }))
    .filter(({ at, each }) => at < 4 && each.name !== word)
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

function merged(choices, things) {
  const seen = new Set();
  // Things that are called so come before words that only mention it, and after names that begin with it.
  return [...choices.slice(0, 6), ...things, ...choices.slice(6)].filter(
    ({ name }) => !seen.has(name) && seen.add(name),
  );
}

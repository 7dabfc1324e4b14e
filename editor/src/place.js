// Where in a query the cursor stands, and what can stand there. A query that is being written is rarely whole, so
// this reads on after what is missing.

const TOKEN = new RegExp(
  [
    /(?<comment>#[^\n]*)/,
    /(?<string>"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
    /(?<iri><[^<>"{}|^`\\\s]*>)/,
    /(?<variable>[?$][\p{L}\p{N}_]+)/u,
    /(?<name>(?:\p{L}[\p{L}\p{N}_.-]*)?:(?:[\p{L}\p{N}_.%-]*[\p{L}\p{N}_%-])?)/u,
    /(?<number>[+-]?\d[\d.eE+-]*)/,
    /(?<word>@?[A-Za-z][A-Za-z0-9-]*)/,
    /(?<sign>[{}()[\].;,|/^!*+?=<>&-])/,
  ]
    .map((each) => each.source)
    .join("|"),
  "gu",
);

const BEFORE_GROUP = new Set([
  "OPTIONAL",
  "UNION",
  "MINUS",
  "EXISTS",
  "NOT",
  "WHERE",
  "GRAPH",
  "SERVICE",
  "FILTER",
  "BIND",
  "VALUES",
]);

/** The tokens of a text, each with its kind; comments are left out. */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind !== "comment") found.push({ kind, text: match[0], at: match.index });
  }
  return found;
}

/** Reads tokens one after the other, and knows at which part of which triple the next one stands. */
class Reader {
  constructor() {
    this.part = "subject";
    this.subject = "";
    this.predicate = "";
    this.depth = 0; // inside ( ) of an expression nothing is a triple
    this.open = []; // what surrounds the place: "{" or "["
    this.types = new Map();
    this.word = "";
  }

  read(token) {
    if (token.kind === "sign") return this.sign(token.text);
    if (this.depth) return undefined;
    if (token.kind === "word" && !(token.text === "a" && this.part === "predicate"))
      return this.keyword(token.text);
    if (!this.open.length) return undefined;
    if (this.word === "GRAPH" || this.word === "VALUES" || this.word === "SERVICE") return this.after();
    return this.term(token.text);
  }

  after() {
    this.word = this.word === "VALUES" ? "IN VALUES" : "";
  }

  keyword(word) {
    if (word.startsWith("@")) return;
    this.word = word.toUpperCase();
    if (BEFORE_GROUP.has(this.word)) this.part = "subject";
  }

  term(text) {
    this.word = "";
    if (this.part === "subject") {
      [this.subject, this.part] = [text, "predicate"];
    } else if (this.part === "predicate") {
      [this.predicate, this.part] = [text, "object"];
    } else {
      const isType = this.predicate === "a" || this.predicate === "rdf:type";
      if (isType) this.types.set(this.subject, [...(this.types.get(this.subject) ?? []), text]);
      this.part = "after";
    }
  }

  sign(sign) {
    if (sign === "(") this.depth += 1;
    else if (sign === ")") this.depth = Math.max(0, this.depth - 1);
    else if (this.depth) return;
    else if (sign === "{" || sign === "[") this.enter(sign);
    else if (sign === "}" || sign === "]") this.leave(sign);
    else if (sign === "." && this.open.at(-1)?.sign !== "[") this.part = "subject";
    else if (sign === ";") this.part = "predicate";
    else if (sign === ",") this.part = "object";
    else if ("|/^!".includes(sign) && this.part !== "subject") this.part = "predicate";
  }

  enter(sign) {
    const values = this.word === "IN VALUES";
    this.open.push({ sign, values, part: this.part, subject: this.subject, predicate: this.predicate });
    [this.part, this.subject] =
      sign === "[" ? ["predicate", `[${this.open.length}`] : [values ? "value" : "subject", ""];
    this.word = "";
  }

  leave(sign) {
    const left = this.open.pop();
    if (sign === "]" && left) {
      [this.subject, this.predicate] = [left.subject, left.predicate];
      this.part = left.part === "subject" ? "predicate" : "after";
    } else {
      this.part = "subject";
    }
  }
}

const WORD = /(?:[?$][\p{L}\p{N}_]*|<[^<>\s]*|[\p{L}][\p{L}\p{N}_.-]*:[\p{L}\p{N}_.%-]*|[\p{L}\p{N}_-]+)$/u;

/**
 * What can stand at the end of `before`, the text up to the cursor, in a query that goes on with `after`.
 *
 * `kind` is "subject", "predicate", "class", "object", "value", "graph", "after" or "outside"; `word` is what is
 * already written of the name, `from` where it begins, `classes` what the subject is known to be.
 */
export function place(before, after = "") {
  const word = WORD.exec(before)?.[0] ?? "";
  const from = before.length - word.length;
  const reader = new Reader();
  for (const token of tokens(before.slice(0, from))) reader.read(token);
  const whole = new Reader();
  for (const token of tokens(before + after)) whole.read(token);
  const kind = expected(reader, word);
  return {
    kind,
    word,
    from,
    predicate: reader.predicate,
    classes: whole.types.get(reader.subject) ?? reader.types.get(reader.subject) ?? [],
  };
}

function expected(reader, word) {
  if (word[0] === "?" || word[0] === "$") return "variable";
  if (["GRAPH", "FROM", "NAMED"].includes(reader.word)) return "graph";
  if (!reader.open.length) return "outside";
  if (reader.depth) return "value";
  if (reader.part === "object" && (reader.predicate === "a" || reader.predicate === "rdf:type"))
    return "class";
  return reader.part;
}

/** The variables of a query, in the order in which they first stand there. */
export function variables(text) {
  return [
    ...new Set(
      tokens(text)
        .filter((each) => each.kind === "variable")
        .map((each) => `?${each.text.slice(1)}`),
    ),
  ];
}

/** The names whose values a reader may want to change: `VALUES ?name { one }`, with where the value stands. */
export function parameters(text) {
  const found = tokens(text);
  const made = [];
  for (let i = 0; i + 4 < found.length; i += 1) {
    const [values, name, open, value, close] = found.slice(i, i + 5);
    const fits =
      values.text.toUpperCase() === "VALUES" &&
      name.kind === "variable" &&
      open.text === "{" &&
      close.text === "}";
    if (fits && ["iri", "name", "number", "string"].includes(value.kind)) {
      made.push({
        name: name.text.slice(1),
        value: value.text,
        from: value.at,
        to: value.at + value.text.length,
      });
    }
  }
  return made;
}

// Terms of RDF as the server writes them line by line: cells of a TSV result, parts of an N-Triples statement.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const NUMBERS = new Set(
  [
    "integer",
    "decimal",
    "double",
    "float",
    "int",
    "long",
    "short",
    "byte",
    "nonNegativeInteger",
    "positiveInteger",
    "unsignedInt",
    "unsignedLong",
    "gYear",
  ].map((name) => XSD + name),
);
const DATES = new Set(["date", "dateTime", "gYearMonth"].map((name) => XSD + name));
const ESCAPES = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f", '"': '"', "'": "'", "\\": "\\" };
const LITERAL = /^"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$/s;
const TERM = /<[^>]*>|_:[^\s]+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?/gs;

export const TYPE = `${RDF}type`;

/** Reads one term; `null` where there is none. `number` is there when it can be drawn, in milliseconds for a date. */
export function term(text) {
  if (!text) return null;
  if (text[0] === "<") return { kind: "iri", value: unescape(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { kind: "blank", value: text };
  const found = LITERAL.exec(text);
  if (!found) return bare(text);
  const [, words, language = "", datatype = ""] = found;
  return literal(unescape(words), language, datatype);
}

function bare(text) {
  if (text === "true" || text === "false")
    return { kind: "literal", value: text, language: "", datatype: `${XSD}boolean` };
  const whole = /^[+-]?\d+$/.test(text);
  return literal(text, "", XSD + (whole ? "integer" : /e/i.test(text) ? "double" : "decimal"));
}

function literal(value, language, datatype) {
  const made = { kind: "literal", value, language, datatype };
  const number = NUMBERS.has(datatype) ? Number(value) : DATES.has(datatype) ? Date.parse(value) : NaN;
  if (Number.isFinite(number)) {
    made.number = number;
    made.isDate = DATES.has(datatype);
  }
  return made;
}

function unescape(text) {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs, (whole, four, eight, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(four ?? eight, 16)),
  );
}

/** Reads a line of N-Triples: subject, predicate and object as they are written there; `null` for another line. */
export function statement(line) {
  const found = line.match(TERM);
  return found && found.length >= 3 ? found.slice(0, 3) : null;
}

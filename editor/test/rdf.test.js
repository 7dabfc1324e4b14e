import assert from "node:assert/strict";
import { test } from "node:test";

import { statement, term } from "../src/rdf.js";
import { Terms } from "../src/terms.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";

test("cells of a result are read as terms", () => {
  assert.equal(term(""), null);
  assert.deepEqual(term("<http://x/a>"), { kind: "iri", value: "http://x/a" });
  assert.equal(term("1.5").number, 1.5);
  assert.equal(term("7").datatype, `${XSD}integer`);
  assert.equal(term("1.0e6").datatype, `${XSD}double`);
  assert.equal(term("true").datatype, `${XSD}boolean`);
  assert.deepEqual(term('"a\\tb\\"c\\u00e4"@en'), {
    kind: "literal",
    value: 'a\tb"cä',
    language: "en",
    datatype: "",
  });
  assert.equal(term(`"1990-01-01"^^<${XSD}date>`).number, Date.UTC(1990, 0, 1));
  assert.equal(term(`"2011"^^<${XSD}gYear>`).number, 2011);
  assert.equal(term(`"none"^^<${XSD}decimal>`).number, undefined);
});

test("statements are read as three terms", () => {
  assert.deepEqual(statement('<a> <b> "x <y> . \\" z"@en .'), ["<a>", "<b>", '"x <y> . \\" z"@en']);
  assert.deepEqual(statement("_:a <b> _:c ."), ["_:a", "<b>", "_:c"]);
  assert.equal(statement(""), null);
});

const terms = new Terms(
  {
    prefixes: {
      rg: "https://w3id.org/resgraph/ns#",
      scheme: "https://w3id.org/resgraph/scheme/",
      answer: "https://w3id.org/resgraph/scheme/answer/",
    },
    properties: [
      { name: "rg:often", n: 9, of: {} },
      { name: "rg:seldom", n: 2, of: { "rg:Finding": 2 } },
    ],
  },
  "/deep",
);

test("addresses become the shortest name that a query can have", () => {
  assert.equal(terms.short("https://w3id.org/resgraph/scheme/answer/harm"), "answer:harm");
  assert.equal(terms.written("http://x/a b"), "<http://x/a b>");
  assert.equal(
    terms.short("https://w3id.org/resgraph/scheme/answer/"),
    "https://w3id.org/resgraph/scheme/answer/",
  );
});

test("only what can be visited has a page", () => {
  assert.equal(terms.page("https://w3id.org/resgraph/id/factor/poverty"), "/deep/doc/factor/poverty");
  assert.equal(terms.page("https://w3id.org/resgraph/ns#Finding"), "/deep/ns#Finding");
  assert.equal(terms.page("http://example.org/"), "http://example.org/");
  assert.equal(terms.page("javascript:alert(1)"), "");
});

test("properties that members of the class have come first", () => {
  assert.equal(terms.propertiesOf([])[0].name, "rg:often");
  assert.equal(terms.propertiesOf(["rg:Finding"])[0].name, "rg:seldom");
});

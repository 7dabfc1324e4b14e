import assert from "node:assert/strict";
import { test } from "node:test";

import { parameters, place, tokens, variables } from "../src/place.js";

/** The place of the mark ‸ in a query. */
const at = (text) => place(...text.split("‸"));

const KINDS = {
  subject: [
    "SELECT * { ‸",
    "SELECT * { ?a rg:builds ?b . ‸",
    "SELECT * { OPTIONAL { ‸ } }",
    "SELECT * { ?a a rg:X FILTER(?a > 1) ‸",
  ],
  predicate: [
    "SELECT * { ?a ‸",
    "SELECT * { ?a rg:bu‸",
    "SELECT * { ?a a rg:X ; ‸ }",
    "SELECT * { ?a rg:x/‸",
    "SELECT * { ?a rg:x [ ‸",
    "SELECT * { ?a ^‸",
    "SELECT * { ?a rg:x [ rg:y 1 ] ; ‸",
  ],
  class: ["SELECT * { ?a a ‸", "SELECT * { ?a a rg:F‸ }", "SELECT * { ?a rdf:type ‸"],
  object: ["SELECT * { ?a rg:builds ‸", "SELECT * { ?a rg:builds ?b, ‸", "SELECT * { ?a rg:x/rg:y ‸"],
  value: ["SELECT * { VALUES ?a { ‸ }", "SELECT * { FILTER(?a = ‸", "SELECT * { VALUES ?a { factor:po‸"],
  variable: ["SELECT ?‸", "SELECT * { ?a rg:x ?b‸"],
  graph: ["SELECT * { GRAPH ‸", "SELECT * FROM ‸", "SELECT * FROM NAMED gr‸"],
  outside: ["SELECT ‸", "‸"],
  after: ["SELECT * { ?a rg:x ?b ‸"],
};

for (const [kind, queries] of Object.entries(KINDS)) {
  for (const query of queries) test(`${kind}: ${query}`, () => assert.equal(at(query).kind, kind));
}

test("what is written already is the word", () => {
  const { word, from } = at("SELECT * { ?a rg:bui‸ ?b }");
  assert.deepEqual([word, from], ["rg:bui", 14]);
});

test("the classes of the subject are known from the whole query", () => {
  assert.deepEqual(at("SELECT * { ?f ‸ . ?f a rg:Finding }").classes, ["rg:Finding"]);
  assert.deepEqual(at("SELECT * { ?f ‸\n}").classes, []);
  assert.deepEqual(at("SELECT * { ?f a rg:Finding . ?g a rg:Source . ?f ‸ }").classes, ["rg:Finding"]);
  assert.deepEqual(at("SELECT * { ?f a rg:Finding ; ‸ }").classes, ["rg:Finding"]);
  assert.deepEqual(at("SELECT * { ?f ‸ ?x . ?f a rg:Finding }").classes, ["rg:Finding"]);
});

test("a dot after a name ends the triple", () => {
  assert.equal(at("SELECT * { ?f a rg:Finding. ‸").kind, "subject");
  assert.deepEqual(at("SELECT * { ?f a rg:Finding. ?f ‸ }").classes, ["rg:Finding"]);
  assert.deepEqual(
    tokens("a:b.c :d rg: a:1.5.").map((each) => each.text),
    ["a:b.c", ":d", "rg:", "a:1.5", "."],
  );
});

test("what stands in comments and strings is no part of the query", () => {
  assert.equal(at('SELECT * { ?a rg:x "{ ?b ; " . # ?c ;\n ‸').kind, "subject");
  assert.deepEqual(
    tokens("# all\n?a").map((each) => each.text),
    ["?a"],
  );
});

test("variables stand in order, each once", () => {
  assert.deepEqual(variables("SELECT ?b { ?a rg:x ?b . $c rg:y '?d' }"), ["?b", "?a", "?c"]);
});

test("single values can be changed, lists cannot", () => {
  const text =
    "SELECT * { VALUES ?age { 11 } VALUES ?who { factor:poverty } VALUES ?x { 1 2 } VALUES (?y) { (1) } }";
  const found = parameters(text);
  assert.deepEqual(
    found.map(({ name, value }) => [name, value]),
    [
      ["age", "11"],
      ["who", "factor:poverty"],
    ],
  );
  assert.equal(text.slice(found[1].from, found[1].to), "factor:poverty");
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { Completer } from "../src/complete.js";
import { Terms } from "../src/terms.js";

const terms = new Terms({
  prefixes: { rg: "http://x/ns#", factor: "http://x/id/factor/", strength: "http://x/scheme/strength/" },
  classes: [
    { name: "rg:Finding", n: 9 },
    { name: "rg:Source", n: 5 },
  ],
  properties: [
    { name: "rg:subject", n: 20, of: { "rg:Finding": 9 } },
    { name: "rg:title", n: 30, of: { "rg:Source": 5 } },
  ],
  values: [
    { name: "answer:harm", about: "harm" },
    { name: "strength:strong", about: "strong" },
  ],
  graphs: [{ name: "graph:evidenced", n: 3 }],
});
const things = [{ iri: "http://x/id/factor/poverty", name: "Poverty", kind: "factor" }];
const completer = new Completer(terms, async (words) =>
  things.filter((each) => each.name.toLowerCase().startsWith(words)),
);

const names = async (text) => {
  const { choices } = await completer.complete(...text.split("‸"));
  return choices.map((each) => each.name);
};

test("after a, classes by how many members they have", async () => {
  assert.deepEqual((await names("SELECT * { ?f a ‸ }")).slice(0, 2), ["rg:Finding", "rg:Source"]);
});

test("a property that fits the class comes before one that is used more", async () => {
  assert.deepEqual((await names("SELECT * { ?f ‸ }")).slice(0, 3), ["a", "rg:title", "rg:subject"]);
  assert.deepEqual((await names("SELECT * { ?f a rg:Finding ; ‸ }")).slice(0, 3), [
    "a",
    "rg:subject",
    "rg:title",
  ]);
});

test("a name is found without its prefix, and by its words", async () => {
  assert.deepEqual(await names("SELECT * { ?f tit‸ }"), ["rg:title"]);
});

test("a prefix is completed", async () => {
  assert.deepEqual(await names("SELECT * { ?f rg:subject fac‸ }"), ["factor:"]);
});

test("a thing is found by its name, alone or after its prefix", async () => {
  assert.deepEqual(await names("SELECT * { ?f rg:subject pover‸ }"), ["factor:poverty"]);
  assert.deepEqual(await names("SELECT * { ?f rg:subject factor:pov‸ }"), ["factor:poverty"]);
  assert.deepEqual(await names("SELECT * { ?f rg:subject strength:pov‸ }"), []);
});

test("values of the list that is called like the property come first", async () => {
  const found = await names("SELECT * { ?f rg:strength ‸ }");
  assert.ok(found.indexOf("strength:strong") < found.indexOf("answer:harm"));
  const other = await names("SELECT * { ?f rg:overallAnswer ‸ }");
  assert.ok(other.indexOf("answer:harm") < other.indexOf("strength:strong"));
});

test("variables of the query, wherever they stand", async () => {
  assert.deepEqual(await names("SELECT ?f‸ { ?finding a rg:Finding ; rg:x ?factor }"), [
    "?finding",
    "?factor",
  ]);
});

test("graphs after GRAPH", async () => {
  assert.deepEqual(await names("SELECT * { GRAPH ‸ }"), ["graph:evidenced"]);
});

test("a name that is whole is not offered again, and said to be whole", async () => {
  const whole = async (text) => (await completer.complete(...text.split("‸"))).whole;
  assert.equal(await whole("SELECT * { ?f rg:subject‸ }"), true);
  assert.equal(await whole("SELECT * { ?f rg:subj‸ }"), false);
  assert.equal(await whole("SELECT ?f‸ { ?finding a rg:Finding }"), false);
  assert.equal(await whole("SELECT ?f‸ { ?f a rg:Finding }"), true);
  assert.equal(await whole("select‸"), true);
});

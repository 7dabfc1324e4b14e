import assert from "node:assert/strict";
import { test } from "node:test";

import { brought, remarks } from "../src/answer.js";
import { form, points, reach } from "../src/chart.js";
import { network } from "../src/graph.js";
import { numeric, triples } from "../src/results.js";
import { sorted } from "../src/table.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const words = (each) => each.value;
const year = (text) => `"${text}"^^<${XSD}gYear>`;

test("what the server remarks is read with its place", () => {
  const header =
    '299 resgraph "line 2, column 7: rg:build is not in this data: did you mean rg:builds?", 299 resgraph "line 3, column 1: ?x stays empty"';
  assert.deepEqual(
    remarks(header).map(({ line, column }) => [line, column]),
    [
      [2, 7],
      [3, 1],
    ],
  );
  assert.deepEqual(remarks(""), []);
});

test("the answer that a page brings is read as one that is asked for", () => {
  const page = (said) => ({ getElementById: () => said && { textContent: JSON.stringify(said) } });
  const rows = { kind: "table", text: '?name\t?age\n"x"\t11\n\t12\n', all: 2, warning: "" };
  assert.deepEqual(brought(page(rows)), {
    ...{ kind: "table", columns: ["name", "age"], all: 2, whole: true, notes: [] },
    rows: [
      ['"x"', "11"],
      ["", "12"],
    ],
  });
  assert.equal(brought(page({ ...rows, all: 3 })).whole, false);
  const graph = { kind: "graph", text: '<a> <b> "c d" .\n', all: null, warning: "" };
  assert.deepEqual(brought(page(graph)).rows, [["<a>", "<b>", '"c d"']]);
  assert.equal(brought(page(graph)).whole, false);
  assert.equal(brought(page({ kind: "boolean", truth: true, warning: "" })).truth, true);
  assert.equal(brought(page({ kind: "problem", problem: { title: "No" } })).problem.title, "No");
  assert.equal(brought(page(null)), null);
});

test("numbers are sorted as numbers, words as they are shown, nothing comes last", () => {
  const column = (cells, down = false, shown = (iri) => iri) =>
    sorted(
      cells.map((cell) => [cell]),
      0,
      down,
      shown,
    ).map(([cell]) => cell);
  assert.deepEqual(column(["10", "9", "", "1.5"]), ["1.5", "9", "10", ""]);
  assert.deepEqual(column(['"b"', '"B 10"', '"B 9"']), ['"b"', '"B 9"', '"B 10"']);
  assert.deepEqual(
    column(["<a>", "<b>"], false, (iri) => ({ a: "Zoo", b: "Ape" })[iri]),
    ["<b>", "<a>"],
  );
  assert.deepEqual(column(["1", "", "3", "2"], true), ["3", "2", "1", ""]);
});

test("a column is numeric when every value is, and one is there", () => {
  assert.deepEqual(
    numeric({
      columns: ["a", "b", "c"],
      rows: [
        ["1", '"x"', ""],
        ["2.5", "3", ""],
      ],
    }),
    [0],
  );
});

test("rows that name subject, predicate and object are statements", () => {
  const rows = [["<a>", "<b>", "<c>"]];
  assert.deepEqual(triples({ kind: "table", columns: ["o", "p", "s"], rows }), [["<c>", "<b>", "<a>"]]);
  assert.equal(triples({ kind: "table", columns: ["s", "p", "x"], rows }), null);
  assert.equal(triples({ kind: "graph", columns: [], rows }), rows);
});

test("the form of a chart fits its columns", () => {
  const by = (rows) => form(points({ rows }, 0, 1, words));
  assert.equal(
    by([
      ['"a"', "1"],
      ['"b"', "2"],
    ]),
    "bar",
  );
  assert.equal(
    by([
      [year(1999), "1"],
      [year(2001), "2"],
    ]),
    "line",
  );
  assert.equal(by([[`"1999-01-01"^^<${XSD}date>`, "1"]]), "line");
  assert.equal(
    by([
      ["1", "1"],
      ["2", "2"],
    ]),
    "scatter",
  );
  assert.deepEqual(
    points(
      {
        rows: [
          ['"a"', ""],
          ["", "1"],
        ],
      },
      0,
      1,
      words,
    ),
    [],
  );
});

test("bars begin at zero, a single value has room", () => {
  assert.deepEqual(reach([3, 5], true), [0, 5]);
  assert.deepEqual(reach([-2, 5], true), [-2, 5]);
  assert.deepEqual(reach([4], false), [3, 5]);
});

test("things are joined once, and keep what is said of them alone", () => {
  const rows = [
    ["<a>", "<p>", "<b>"],
    ["<a>", "<q>", "<b>"],
    ["<a>", "<r>", '"words"'],
    ["<a>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<C>"],
    ["<b>", "<p>", "_:x"],
  ];
  const found = network(rows, 10);
  assert.deepEqual(
    found.things.map(({ id, said }) => [id, said]),
    [
      ["a", 2],
      ["b", 0],
      ["_:x", 0],
    ],
  );
  assert.deepEqual(
    found.lines.map((each) => [...each.names]),
    [["p", "q"], ["p"]],
  );
  assert.equal(network(rows, 1).lines.length, 1);
});

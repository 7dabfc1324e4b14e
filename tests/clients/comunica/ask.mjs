// Asks an endpoint the queries of a JSON array on standard input; prints the answers as one JSON array.
import { text } from "node:stream/consumers";
import { QueryEngine } from "@comunica/query-sparql";

const engine = new QueryEngine();
const [endpoint] = process.argv.slice(2);
const context = { sources: [{ type: "sparql", value: endpoint }] };

// Comunica 4.5 keeps the language of a literal inside its datatype: its parser and its terms disagree.
const plain = (term) =>
  term === undefined
    ? null
    : {
        kind: term.termType,
        value: term.value,
        datatype: term.datatype?.value,
        language: term.language || term.datatype?.language || "",
      };

const ask = async (query) => {
  const result = await engine.query(query, context);
  if (result.resultType === "boolean") return result.execute();
  const stream = await result.execute();
  if (result.resultType === "quads")
    return (await stream.toArray()).map((quad) => [quad.subject, quad.predicate, quad.object].map(plain));
  const names = (await result.metadata()).variables.map((variable) => variable.value);
  return (await stream.toArray()).map((row) => names.map((name) => plain(row.get(name))));
};

const answers = [];
for (const query of JSON.parse(await text(process.stdin))) answers.push(await ask(query));
process.stdout.write(JSON.stringify(answers));

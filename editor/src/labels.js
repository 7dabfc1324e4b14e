// Names of things for people, asked for when they are shown, each once.

import { send } from "./answer.js";
import { term } from "./rdf.js";

const AT_ONCE = 300;

export class Labels {
  constructor(endpoint) {
    this.endpoint = endpoint;
    this.known = new Map();
  }

  /** The name of an address; "" when none is known. */
  of(iri) {
    return this.known.get(iri) ?? "";
  }

  /** Promises that the names of these addresses are known, as far as there are any. */
  async learn(iris) {
    const asked = [...new Set(iris)].filter(
      (iri) => !this.known.has(iri) && /^https?:[^\s<>"{}|^`\\]+$/.test(iri),
    );
    for (let start = 0; start < asked.length; start += AT_ONCE)
      await this.ask(asked.slice(start, start + AT_ONCE));
  }

  async ask(iris) {
    const values = iris.map((iri) => `<${iri}>`).join(" ");
    const query = `SELECT ?thing (SAMPLE(?name) AS ?label) { VALUES ?thing { ${values} } ?thing rdfs:label|skos:prefLabel ?name } GROUP BY ?thing`;
    for (const iri of iris) this.known.set(iri, "");
    const reply = await send(this.endpoint, query, {}, { headers: { Accept: "text/tab-separated-values" } });
    if (!reply.ok) return;
    for (const line of (await reply.text()).split("\n").slice(1)) {
      const [thing, label] = line.split("\t");
      if (label) this.known.set(term(thing).value, term(label).value);
    }
  }
}

// The words of the graph: what its names are short for, and how often each term is used.

export class Terms {
  /** `said` is what `/terms.json` says; `root` is the path under which the site is offered. */
  constructor(said, root = "") {
    this.prefixes = said.prefixes ?? {};
    this.classes = said.classes ?? [];
    this.properties = said.properties ?? [];
    this.values = said.values ?? [];
    this.graphs = said.graphs ?? [];
    this.root = root;
    // The longest base first: `answer:` is inside `scheme:`.
    this.bases = Object.entries(this.prefixes).sort(([, a], [, b]) => b.length - a.length);
    this.base = (this.prefixes.rg ?? "").replace(/ns#$/, "");
  }

  /** The name of an address with its prefix, or the address itself. */
  short(iri) {
    for (const [prefix, base] of this.bases) {
      const rest = iri.startsWith(base) ? iri.slice(base.length) : "";
      if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(rest) && !rest.endsWith(".")) return `${prefix}:${rest}`;
    }
    return iri;
  }

  /** How an address is written in a query. */
  written(iri) {
    const name = this.short(iri);
    return name === iri ? `<${iri}>` : name;
  }

  /** Where a thing can be looked at, here if the project minted its address; "" if nowhere. */
  page(iri) {
    if (this.base && iri.startsWith(`${this.base}id/`))
      return `${this.root}/doc/${iri.slice(this.base.length + 3)}`;
    if (this.base && iri.startsWith(this.base)) return `${this.root}/${iri.slice(this.base.length)}`;
    return /^(https?:\/\/|mailto:)/.test(iri) ? iri : "";
  }

  /** Properties, those of the given classes first, by how often members of them have each. */
  propertiesOf(classes) {
    const use = (each) => classes.reduce((sum, name) => sum + (each.of?.[name] ?? 0), 0);
    return this.properties
      .map((each) => ({ ...each, fits: use(each) }))
      .sort((a, b) => b.fits - a.fits || b.n - a.n);
  }
}

// Rows to look through: sorted by a column, narrowed by words, a page at a time.

import { count, element } from "./elements.js";
import { term } from "./rdf.js";

const PAGE = 100;
const WORDS = new Intl.Collator("en", { numeric: true });
/** Things whose names are asked for, so that rows can be sorted and found by them. */
const NAMED = 4000;
/** Characters of a cell that are shown at once. */
const LONG = 300;

/** What a cell is sorted by: a number, or the words that are shown; `null` for nothing. */
function key(cell, shown) {
  const read = term(cell);
  return read && (read.number ?? (read.kind === "iri" ? shown(read.value) : read.value));
}

/** Sorts numbers as numbers, words as words, and puts what is missing last. */
function compare(a, b) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return typeof a === "number" && typeof b === "number" ? a - b : WORDS.compare(a, b);
}

/** Rows in the order of the cells of a column; those that have nothing there come last either way. */
export function sorted(rows, column, down, shown) {
  const keyed = rows.map((row) => [key(row[column], shown), row]);
  const order = (a, b) => (down && a !== null && b !== null ? compare(b, a) : compare(a, b));
  return keyed.sort(([a], [b]) => order(a, b)).map(([, row]) => row);
}

class Table {
  constructor(answer, context) {
    this.answer = answer;
    this.context = context;
    this.start = 0;
    this.sorted = null; // {column, down}
    this.shown = answer.rows;
    this.naming = "label";
    this.status = element("span", { role: "status", class: "quiet" });
    this.head = element(
      "tr",
      {},
      answer.columns.map((name, place) => this.heading(name, place)),
    );
    this.body = element("tbody");
    this.pages = element("div", { class: "bar", role: "group", "aria-label": "Pages of the table" });
  }

  draw() {
    const find = element("input", {
      type: "search",
      id: "find",
      input: (event) => this.narrow(event.target.value),
    });
    const naming = element(
      "select",
      {
        id: "naming",
        change: (event) => {
          this.naming = event.target.value;
          this.page(0);
        },
      },
      [
        ["label", "names for people"],
        ["short", "short addresses"],
        ["full", "full addresses"],
      ].map(([value, text]) => element("option", { value }, text)),
    );
    const copy = element("button", { type: "button", class: "plain", click: () => this.copy() }, "Copy");
    const controls = element(
      "div",
      { class: "bar" },
      element("label", { for: "find" }, "Find in rows "),
      find,
      element("label", { for: "naming" }, "Show "),
      naming,
      copy,
      this.status,
    );
    const table = element("table", {}, element("thead", {}, this.head), this.body);
    this.page(0);
    return [
      controls,
      element("div", { class: "wide rows", tabindex: "0", role: "region", "aria-label": "Rows" }, table),
      this.pages,
    ];
  }

  heading(name, place) {
    const button = element("button", { type: "button", class: "sort", click: () => this.sort(place) }, name);
    return element("th", { scope: "col", "aria-sort": "none" }, button);
  }

  sort(column) {
    const down = this.sorted?.column === column && !this.sorted.down;
    this.sorted = { column, down };
    [...this.head.children].forEach((cell, place) =>
      cell.setAttribute("aria-sort", place === column ? (down ? "descending" : "ascending") : "none"),
    );
    this.arrange();
  }

  narrow(text) {
    this.wanted = text.trim().toLowerCase();
    this.arrange();
  }

  async arrange() {
    const asked = (this.asked = {});
    await this.learn(this.answer.rows);
    if (this.asked !== asked) return;
    const shown = (iri) => this.shownAs(iri);
    const has = (cell) => {
      const read = term(cell);
      const words =
        read?.kind === "iri" ? `${shown(read.value)} ${this.context.terms.short(read.value)}` : read?.value;
      return words?.toLowerCase().includes(this.wanted);
    };
    const { rows } = this.answer;
    this.shown = this.wanted ? rows.filter((row) => row.some(has)) : rows;
    if (this.sorted) this.shown = sorted(this.shown, this.sorted.column, this.sorted.down, shown);
    this.status.textContent = this.wanted
      ? `${count(this.shown.length, "row has", "rows have")} “${this.wanted}”`
      : "";
    this.page(0);
  }

  /** Promises that the names of the things in these rows are known, if they are to be shown, and not too many. */
  async learn(rows) {
    if (this.naming !== "label") return;
    const iris = rows.flatMap((row) =>
      row.filter((cell) => cell?.[0] === "<").map((cell) => term(cell).value),
    );
    await this.context.labels.learn([...new Set(iris)].slice(0, NAMED));
  }

  shownAs(iri) {
    const { terms, labels } = this.context;
    const short = terms.short(iri);
    return { label: labels.of(iri) || short, short, full: iri }[this.naming];
  }

  async page(start) {
    this.start = start;
    this.fill();
    this.pages.replaceChildren(...this.turns());
    await this.learn(this.rows());
    if (this.start === start) this.fill();
  }

  rows() {
    return this.shown.slice(this.start, this.start + PAGE);
  }

  fill() {
    const { columns } = this.answer;
    this.body.replaceChildren(
      ...this.rows().map((row) =>
        element(
          "tr",
          {},
          columns.map((_, place) => this.cell(row[place])),
        ),
      ),
    );
  }

  turns() {
    const { length } = this.shown;
    if (length <= PAGE) return [];
    const turn = (name, start, can) =>
      element(
        "button",
        { type: "button", class: "plain", disabled: !can, click: () => this.page(start) },
        name,
      );
    const end = Math.min(this.start + PAGE, length);
    return [
      turn("Earlier", this.start - PAGE, this.start > 0),
      element(
        "span",
        { role: "status" },
        `${(this.start + 1).toLocaleString("en")} to ${end.toLocaleString("en")} of ${length.toLocaleString("en")}`,
      ),
      turn("Later", this.start + PAGE, end < length),
    ];
  }

  cell(written) {
    const read = term(written);
    if (!read) return element("td");
    if (read.kind === "iri") return element("td", {}, this.link(read.value));
    const lang = read.language && read.language !== "en" ? read.language : null;
    return element(
      "td",
      { class: read.number === undefined || read.isDate ? null : "number", lang },
      long(read.value),
    );
  }

  link(iri) {
    const { terms } = this.context;
    const page = terms.page(iri);
    const title = this.naming === "label" ? terms.short(iri) : null;
    return page ? element("a", { href: page, title }, this.shownAs(iri)) : this.shownAs(iri);
  }

  async copy() {
    const { columns } = this.answer;
    const plain = (cell) => {
      const read = term(cell);
      return read
        ? (read.kind === "iri" ? this.context.terms.short(read.value) : read.value).replace(/\s+/g, " ")
        : "";
    };
    const lines = [columns, ...this.shown.map((row) => row.map(plain))].map((row) => row.join("\t"));
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      this.status.textContent = `${count(this.shown.length, "row")} copied, for a spreadsheet`;
    } catch {
      this.status.textContent = "The browser does not let this page copy; the file as CSV has the same.";
    }
  }
}

function long(text) {
  if (text.length <= LONG) return text;
  return element("details", {}, element("summary", {}, `${text.slice(0, LONG)}…`), text.slice(LONG));
}

/** The table of an answer. `context` has the terms of the graph and the labels that are known. */
export function table(answer, context) {
  return new Table(answer, context).draw();
}

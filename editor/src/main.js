// The page of queries: what is written in the form is asked without leaving the page.

import "./editor.css";

import { address, ask, brought, fitsAddress } from "./answer.js";
import { Completer } from "./complete.js";
import { element } from "./elements.js";
import { Parameters, searchable } from "./examples.js";
import { Labels } from "./labels.js";
import { QueryField } from "./query.js";
import { results } from "./results.js";
import { Terms } from "./terms.js";

class Page {
  constructor(form, terms) {
    this.form = form;
    this.terms = terms;
    this.endpoint = form.action;
    this.labels = new Labels(this.endpoint);
    this.answer = document.getElementById("answer");
    this.status = element("p", { role: "status", class: "unseen" });
    this.answer.before(this.status);
    this.running = null;
    this.view = "";
    this.taken = { text: form.elements.query.value, where: location.href };
    const find = (words, kind) => this.find(words, kind);
    this.field = new QueryField(form.elements.query, terms, new Completer(terms, find), () => this.run());
    this.parameters = new Parameters(document.getElementById("values"), this.field, find, terms, () =>
      this.run(),
    );
    this.listen();
  }

  listen() {
    const { form } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    form.elements.query.addEventListener("change", () => this.parameters.refresh());
    form.elements.inferred.addEventListener("change", () => this.field.text.trim() && this.run());
    this.stop = element(
      "button",
      { type: "button", class: "plain", hidden: true, click: () => this.running?.controller.abort() },
      "Stop",
    );
    form.querySelector("button[type=submit]").after(this.stop);
    for (const each of form.querySelectorAll("[data-plain]")) each.hidden = true;
    for (const each of form.querySelectorAll("[data-script]")) each.hidden = false;
    const examples = document.getElementById("examples");
    if (examples) searchable(examples, (where) => this.take(where));
    this.parameters.refresh();
  }

  /** Promises the things that are called like these words, of a kind or of all. */
  async find(words, kind = "") {
    const given = new URLSearchParams({ format: "json", q: words, ...(kind ? { kind } : {}) });
    const reply = await fetch(`${this.terms.root}/search?${given}`);
    return reply.ok ? reply.json() : [];
  }

  /** Takes a stored question into the field, and asks it. */
  async take(where) {
    const reply = await fetch(where, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const area = page.getElementById("query");
    if (!area) return;
    this.field.text = area.textContent.replace(/^\n/, "");
    this.view = "";
    this.taken = { text: this.field.text, where };
    this.parameters.refresh();
    document.getElementById("examples").open = false;
    this.form.scrollIntoView();
    await this.begin(page);
  }

  /** Takes over the answer that came with a page, drawn for readers without scripts; asks only where it cannot. */
  async begin(page) {
    const came = brought(page);
    const inferred = this.form.elements.inferred.checked;
    if (!came || inferred !== page.getElementById("editor").elements.inferred.checked) {
      if (this.field.text.trim()) await this.run();
      return;
    }
    this.leave();
    this.told(came, { text: this.field.text, inferred });
    history.replaceState(null, "", this.where(this.field.text, inferred));
  }

  /** Leaves what is being asked. */
  leave() {
    this.running?.controller.abort();
    this.running = null;
    this.busy(false);
  }

  /** Asks what stands in the field. The same question, asked again while it is being answered, is one question. */
  async run() {
    const text = this.field.text;
    const inferred = this.form.elements.inferred.checked;
    const key = `${inferred} ${text}`;
    if (this.running?.key === key) return;
    this.running?.controller.abort();
    if (!text.trim()) {
      this.show([element("p", {}, "There is no query yet.")]);
      return;
    }
    const mine = { key, controller: new AbortController() };
    this.running = mine;
    this.busy(true);
    try {
      const began = performance.now();
      const answer = await ask(this.endpoint, text, { inferred, signal: mine.controller.signal });
      if (this.running !== mine) return;
      this.told(answer, { text, inferred, milliseconds: Math.round(performance.now() - began) });
      history.replaceState(null, "", this.where(text, inferred));
    } catch (error) {
      if (this.running === mine) this.failed(error);
    }
    if (this.running === mine) {
      this.running = null;
      this.busy(false);
    }
  }

  /** The address that leads here again: that of a stored question as long as it is that question. */
  where(text, inferred) {
    if (text === this.taken.text && !inferred) return this.taken.where;
    const where = address(this.endpoint, text, { inferred });
    return fitsAddress(where) ? where : this.endpoint;
  }

  told(answer, asked) {
    this.field.unmark();
    const marks = answer.kind === "problem" ? [answer.problem].filter((each) => each.line) : answer.notes;
    const kind = answer.kind === "problem" ? "wrong" : "strange";
    this.field.mark(
      marks.map((each) => ({ line: each.line, column: each.column, words: each.detail ?? each.words, kind })),
    );
    this.show(
      results(answer, {
        ...asked,
        endpoint: this.endpoint,
        terms: this.terms,
        labels: this.labels,
        room: () => this.answer.clientWidth,
        view: this.view,
        choose: (name) => {
          this.view = name;
        },
        goTo: (line, column) => this.field.goTo(line, column),
        more: () => this.run(),
        mend: ({ line, column }, name, nearest) => this.field.mend(line, column, name, nearest) && this.run(),
      }),
    );
  }

  failed(error) {
    const words =
      error.name === "AbortError"
        ? "Stopped before there was an answer."
        : "The server did not answer. Is it running?";
    this.show([element("p", { role: "alert" }, words)]);
  }

  show(parts) {
    this.answer.replaceChildren(...parts);
    // Who listens hears how much came back, not every row of it.
    this.status.textContent = this.answer.querySelector("h2, p")?.textContent ?? "";
  }

  busy(yes) {
    this.stop.hidden = !yes;
    this.answer.toggleAttribute("aria-busy", yes);
    if (yes) this.answer.setAttribute("aria-busy", "true");
  }
}

async function begin() {
  const form = document.getElementById("editor");
  const root = new URL(form.action).pathname.replace(/\/sparql$/, "");
  const reply = await fetch(form.dataset.terms).catch(() => null);
  const page = new Page(form, new Terms(reply?.ok ? await reply.json() : {}, root));
  await page.begin(document);
  form.dataset.ready = "yes";
}

begin();

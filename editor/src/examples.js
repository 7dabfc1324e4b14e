// The stored questions: found by words, taken into the field; and the values in a query that one may change.

import { element } from "./elements.js";
import { parameters } from "./place.js";

/** Lets the list of questions be searched, and tells `choose` the address of the one that is clicked. */
export function searchable(section, choose) {
  const groups = [...section.querySelectorAll("details")];
  const opened = groups.map((group) => group.open);
  const none = element("p", { role: "status", class: "quiet" });
  const narrow = (event) => {
    const wanted = event.target.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    groups.forEach((group, place) => {
      const items = [...group.querySelectorAll("li")];
      for (const item of items)
        item.hidden = !wanted.every((word) => item.textContent.toLowerCase().includes(word));
      const left = items.filter((item) => !item.hidden).length;
      found += left;
      group.hidden = left === 0;
      group.open = wanted.length ? left > 0 : opened[place];
    });
    none.textContent = wanted.length ? `${found} of them` : "";
  };
  const field = element("input", { type: "search", id: "find-question", input: narrow });
  section
    .querySelector("summary, h2")
    .after(
      element(
        "div",
        { class: "bar" },
        element("label", { for: "find-question" }, "Find a question "),
        field,
        none,
      ),
    );
  section.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link.href, link.textContent);
  });
}

/** Fields for the values that a query names alone, such as `VALUES ?programme { intervention:kiva }`. */
export class Parameters {
  constructor(place, field, find, terms, run) {
    Object.assign(this, { place, field, find, terms, run });
  }

  /** Draws the fields anew, unless the reader is writing in one. */
  refresh() {
    const found = parameters(this.field.text);
    const names = found.map((each) => `${each.name} ${each.value}`).join();
    if (names === this.names || this.place.contains(document.activeElement)) return;
    this.names = names;
    this.place.hidden = found.length === 0;
    this.place.replaceChildren(
      ...(found.length ? [element("legend", {}, "Values to change")] : []),
      ...found.map((each) => this.input(each)),
    );
  }

  input({ name, value }) {
    const list = element("datalist", { id: `values-${name}` });
    const input = element("input", {
      ...{ id: `value-${name}`, value, list: list.id, autocomplete: "off", spellcheck: "false" },
      input: (event) => this.suggest(event.target.value, list),
      change: (event) => this.change(name, event.target),
    });
    return element("label", { for: input.id }, `${name} `, input, list);
  }

  async suggest(text, list) {
    const [local, prefix = ""] = text.split(":").reverse();
    const words = local.replace(/[-_]/g, " ").trim();
    if (words.length < 2) return;
    const hits = await this.find(words, prefix);
    list.replaceChildren(
      ...hits.map((hit) =>
        element("option", { value: this.terms.written(hit.iri) }, `${hit.name} (${hit.kind})`),
      ),
    );
  }

  change(name, input) {
    const found = parameters(this.field.text).find((each) => each.name === name);
    const value = input.value.trim();
    if (!found || !value || value === found.value) return;
    this.field.replace(found.from, found.to, value);
    this.names = null;
    this.run();
  }
}

// What the server finds wrong or strange in a query, with ways to the place and out of it.

import { element } from "./elements.js";

const plain = (click, words) => element("button", { type: "button", class: "plain", click }, words);

/** A button that leads to a place of the query. */
function place({ line, column }, context) {
  return plain(() => context.goTo(line, column), `Line ${line}, column ${column}`);
}

/** Why there is no answer, in the words of the server. */
export function problem(said, context) {
  const under = said.excerpt ? `${said.excerpt}\n${" ".repeat(Math.max(0, said.caret - 1))}^` : "";
  return [
    element(
      "div",
      { class: "problem", id: "problem", role: "alert" },
      element("h2", {}, said.title ?? "This failed"),
      element("p", {}, said.line ? [place(said, context), " "] : [], coded(said.detail ?? "")),
      under ? element("pre", { tabindex: "0" }, under) : null,
      said.hint ? element("p", {}, coded(said.hint)) : null,
    ),
  ];
}

/** What is strange in a query that has an answer: names that the data do not have, columns that stay empty. */
export function remarks(notes, context) {
  const said = (note) => element("p", {}, place(note, context), ` ${note.words} `, mend(note, context));
  return element("div", { class: "problem", role: "note" }, notes.map(said));
}

/** Offers the name that is nearest, if the server knows one. */
function mend(note, context) {
  const [, name, nearest] = /^(\S+) .*did you mean (\S+)\?$/.exec(note.words) ?? [];
  return nearest ? plain(() => context.mend(note, name, nearest), `Use ${nearest}`) : null;
}

/** Sets what stands between backquotes as code. */
function coded(text) {
  return text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

// The field in which a query is written: YASQE, with the words of this graph and marks where the server found fault.

import Yasqe from "@zazuko/yasqe";

const MODE = "sparql-here";
const TYPED = /[\p{L}\p{N}:?$_-]/u;
/** Characters after which the choices close; a colon goes on with a name. */
const ENDS = /[\s()[\]{};,>]/;

/** A field in place of a text area, which goes on holding the text for the form. */
export class QueryField {
  constructor(area, terms, completer, run) {
    this.area = area;
    this.completer = completer;
    this.marks = [];
    defineMode(terms);
    this.yasqe = new Yasqe(area.parentElement, options(this, run));
    // The server says precisely what is wrong with a query; the grammar of the editor only underlines it.
    this.yasqe.checkSyntax = () => this.underline();
    // Readers of a screen hear a field of several lines, not a place without a meaning.
    this.yasqe.getInputField().setAttribute("role", "textbox");
    this.yasqe.getInputField().setAttribute("aria-multiline", "true");
    area.after(this.yasqe.rootEl);
    area.hidden = true;
    this.text = area.value;
    this.yasqe.on("change", () => this.changed());
    this.yasqe.on("inputRead", (_, { text }) => this.typed(text.join("\n")));
    document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => this.focus());
  }

  get text() {
    return this.yasqe.getValue();
  }

  set text(text) {
    this.yasqe.setValue(text);
    this.area.value = text;
    this.unmark();
  }

  focus() {
    this.yasqe.focus();
  }

  changed() {
    this.area.value = this.text;
    this.unmark();
    this.area.dispatchEvent(new Event("change"));
  }

  /** Puts another text in place of a part, and lets the reader take it back. */
  replace(from, to, text) {
    const doc = this.yasqe.getDoc();
    doc.replaceRange(text, doc.posFromIndex(from), doc.posFromIndex(to));
  }

  typed(text) {
    const doc = this.yasqe.getDoc();
    const words = /comment|string(?!-)/.test(this.yasqe.getTokenTypeAt(doc.getCursor()) ?? "");
    if (!words && TYPED.test(text.at(-1) ?? "") && !this.yasqe.state.completionActive) this.offer(false);
  }

  /** Shows what can be written here. */
  offer(asked = true) {
    this.yasqe.showHint({
      hint: () => this.hints(asked),
      completeSingle: false,
      closeCharacters: ENDS,
      container: this.area.closest("main") ?? document.body,
      extraKeys: { Tab: pick, Enter: pick },
    });
  }

  async hints(asked) {
    const doc = this.yasqe.getDoc();
    const at = doc.indexFromPos(doc.getCursor());
    const text = this.text;
    const { from, whole, choices } = await this.completer.complete(text.slice(0, at), text.slice(at));
    // Whoever typed on meanwhile must not be offered what fitted before.
    const late = this.text !== text || doc.indexFromPos(doc.getCursor()) !== at;
    if (late || (!asked && (whole || from === at))) return null;
    const found = { from: doc.posFromIndex(from), to: doc.posFromIndex(at), list: choices.map(hint) };
    Yasqe.on(found, "shown", () => {
      const { hints } = this.yasqe.state.completionActive.widget;
      hints.setAttribute("aria-label", "What can stand here");
      hints.removeAttribute("aria-expanded");
    });
    return found;
  }

  /** Marks the places, each `{line, column, words, kind}`, counted from one as people count. */
  mark(places) {
    const doc = this.yasqe.getDoc();
    for (const { line, column, words, kind } of places) {
      const from = { line: line - 1, ch: Math.max(0, column - 1) };
      const rest = doc.getLine(from.line) ?? "";
      const length = /^[\p{L}\p{N}_:?$.<>/#-]+|^./u.exec(rest.slice(from.ch))?.[0].length ?? 0;
      const start = length ? from : { line: from.line, ch: Math.max(0, rest.length - 1) };
      this.marks.push(
        doc.markText(
          start,
          { line: from.line, ch: start.ch + Math.max(1, length) },
          { className: `marked-${kind}`, title: words },
        ),
      );
      this.yasqe.setGutterMarker(from.line, "gutterErrorBar", sign(words));
    }
  }

  unmark() {
    for (const mark of this.marks.splice(0)) mark.clear();
    this.yasqe.clearGutter("gutterErrorBar");
  }

  goTo(line, column) {
    this.yasqe.getDoc().setCursor({ line: line - 1, ch: column - 1 });
    this.focus();
  }

  /** Puts another name at a place, if the old one still stands there; says whether it did. */
  mend(line, column, name, nearest) {
    const doc = this.yasqe.getDoc();
    const from = doc.indexFromPos({ line: line - 1, ch: column - 1 });
    if (!this.text.startsWith(name, from)) return false;
    this.replace(from, from + name.length, nearest);
    return true;
  }

  underline() {
    this.doubt?.clear();
    const doc = this.yasqe.getDoc();
    for (let line = 0; line < doc.lineCount(); line += 1) {
      const { state } = this.yasqe.getTokenAt({ line, ch: doc.getLine(line).length }, true);
      if (!state.OK) {
        const from = { line, ch: state.errorStartPos ?? 0 };
        this.doubt = doc.markText(
          from,
          { line, ch: state.errorEndPos ?? doc.getLine(line).length },
          { className: "marked-doubt" },
        );
        return;
      }
    }
  }
}

/** The grammar of YASQE, to which the prefixes that the endpoint fills in are known. */
function defineMode(terms) {
  Yasqe.defineMode(MODE, (config) => {
    const plain = Yasqe.getMode(config, "sparql11");
    return { ...plain, startState: () => ({ ...plain.startState(), prefixes: { ...terms.prefixes } }) };
  });
}

function options(field, run) {
  return {
    mode: MODE,
    value: "",
    autocompleters: [],
    syntaxErrorCheck: false,
    showQueryButton: false,
    createShareableLink: null,
    consumeShareLink: null,
    persistenceId: null,
    resizeable: false,
    editorHeight: "auto",
    lineNumbers: true,
    highlightSelectionMatches: false,
    viewportMargin: Infinity,
    inputStyle: "contenteditable",
    screenReaderLabel: "Query in SPARQL",
    extraKeys: {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-Space": () => field.offer(),
      // Nobody is caught: the tabulator leads on, as everywhere on the page.
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-S": false,
    },
  };
}

/** Takes the choice that is shown, unless more was written since: then the choices are just being renewed. */
function pick(cm, { data, pick: take }) {
  const { line, ch } = cm.getDoc().getCursor();
  if (line === data.to.line && ch === data.to.ch) take();
}

function hint(choice) {
  return {
    text: choice.name,
    render: (element) => {
      const name = document.createElement("span");
      name.className = "hint-name";
      name.textContent = choice.name;
      const about = document.createElement("span");
      about.className = "hint-about";
      const often = choice.fits ?? choice.n;
      about.textContent = [often?.toLocaleString("en"), choice.about].filter(Boolean).join(" · ");
      element.append(name, about);
    },
  };
}

function sign(words) {
  const made = document.createElement("span");
  made.className = "fault";
  made.title = words;
  made.textContent = "▸";
  return made;
}

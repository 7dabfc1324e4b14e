// Several views of one thing, of which one is shown: tabs as the ARIA pattern has them.

import { element } from "./elements.js";

/**
 * The tabs for `views`, each `{name, show}`; `show(panel)` fills the panel, at once or when its promise is kept.
 * `begin` is the name of the first; `chosen` is told which one a reader chose.
 */
export function tabs(views, begin, chosen = () => {}) {
  const panel = element("div", { role: "tabpanel", id: "view", tabindex: "-1" });
  const list = element("div", {
    role: "tablist",
    "aria-label": "Views of the answer",
    class: "tabs",
    keydown: move,
  });
  const buttons = views.map((view) =>
    element(
      "button",
      {
        ...{ type: "button", role: "tab", id: `tab-${view.name.toLowerCase()}`, "aria-controls": "view" },
        click: () => {
          open(view);
          chosen(view.name);
        },
      },
      view.name,
    ),
  );
  let latest = null;

  async function open(view) {
    latest = view;
    buttons.forEach((button, place) => {
      const here = views[place] === view;
      button.setAttribute("aria-selected", String(here));
      button.tabIndex = here ? 0 : -1;
      if (here) panel.setAttribute("aria-labelledby", button.id);
    });
    panel.replaceChildren(element("p", { class: "quiet" }, "…"));
    const made = await view.show();
    if (latest === view) panel.replaceChildren(...[made].flat());
  }

  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  }

  list.append(...buttons);
  open(views.find((view) => view.name === begin) ?? views[0]);
  return [list, panel];
}

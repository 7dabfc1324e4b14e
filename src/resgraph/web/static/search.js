// Names to choose from while words are typed: arrow keys move, Enter opens, Escape closes.
// Without this the form works all the same. Where pages are files, the names are looked for in a list.
"use strict";

(() => {
  const field = document.querySelector("[data-suggest], [data-index]");
  if (!field) return;
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let chosen = -1;
  let waiting = 0;
  let last = "";

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    const options = [...list.children];
    chosen = (place + options.length + 1) % (options.length + 1);
    options.forEach((each, index) => each.setAttribute("aria-selected", String(index === chosen)));
    if (options[chosen]) {
      field.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const option = (hit, place) => {
    const item = document.createElement("li");
    const kind = document.createElement("span");
    item.id = `suggestion-${place}`;
    item.role = "option";
    item.dataset.page = hit.page;
    kind.textContent = hit.kind;
    item.append(`${hit.name} `, kind);
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => location.assign(hit.page));
    return item;
  };

  const hitsOf = async (words) => {
    if (field.dataset.index) return (await import("./find.js")).suggestions(field.dataset.index, words);
    const reply = await fetch(`${field.dataset.suggest}?format=json&q=${encodeURIComponent(words)}`);
    return reply.ok ? reply.json() : [];
  };

  const suggest = async () => {
    const words = field.value.trim();
    if (words === last && !list.hidden) return;
    last = words;
    if (words.length < 2) return close();
    const hits = await hitsOf(words);
    if (field.value.trim() !== words) return;
    list.replaceChildren(...hits.map(option));
    told.textContent = `${hits.length} suggestions`;
    choose(-1);
    list.hidden = hits.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  list.id = "suggestions";
  list.role = "listbox";
  list.className = "suggestions";
  list.setAttribute("aria-label", "Suggestions");
  told.className = "unseen";
  told.setAttribute("aria-live", "polite");
  const box = document.createElement("div");
  box.className = "suggesting";
  field.before(box);
  box.append(field, list, told);
  field.role = "combobox";
  field.setAttribute("aria-controls", "suggestions");
  field.setAttribute("aria-autocomplete", "list");
  close();

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 120);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) suggest();
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0 && list.children[chosen]) location.assign(list.children[chosen].dataset.page);
    else return;
    event.preventDefault();
  });
})();

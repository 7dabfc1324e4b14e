// Names to choose from while words are typed. Without it the form works all the same.
const field = document.querySelector("[data-suggest]");
const list = document.getElementById("suggestions");
let last = "";
let waiting = 0;

async function suggest() {
  const words = field.value.trim();
  if (words.length < 2 || words === last) return;
  last = words;
  const reply = await fetch(`${field.dataset.suggest}?format=json&q=${encodeURIComponent(words)}`);
  if (!reply.ok || field.value.trim() !== words) return;
  const hits = await reply.json();
  list.replaceChildren(...hits.map((hit) => {
    const option = document.createElement("option");
    option.value = hit.name;
    option.label = hit.kind;
    return option;
  }));
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 150);
});

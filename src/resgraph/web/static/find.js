// Searching by names without a server, in a list of all names. The rule is that of src/resgraph/search.py:
// words that are alike or begin alike; a test compares what both find.
const ALIKE = 75, BEGINS = 92, LEAST = 50, HITS = 30, SUGGESTED = 8;
const SMALL = new Set(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]);

export function wordsOf(text) {
  const words = text.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, " ").trim().split(" ").filter(Boolean);
  const heavy = words.filter((word) => !SMALL.has(word));
  return heavy.length ? heavy : words;
}

// How alike two words are, of 100: twice the length of what both have in order, by the length of both.
export function ratio(a, b) {
  let row = new Array(b.length + 1).fill(0);
  for (const letter of a) {
    const next = [0];
    for (let j = 1; j <= b.length; j++) {
      next[j] = letter === b[j - 1] ? row[j - 1] + 1 : Math.max(row[j], next[j - 1]);
    }
    row = next;
  }
  return (200 * row[b.length]) / (a.length + b.length);
}

export function prepare(named) {
  const names = named.map(([path, name]) => ({ path, name, words: wordsOf(name) }));
  return { names, vocabulary: [...new Set(names.flatMap((each) => each.words))] };
}

function alike(wanted, vocabulary) {
  const worth = new Map();
  for (const word of vocabulary) {
    const close = ratio(wanted, word);
    const value = Math.max(close >= ALIKE ? close : 0, word.startsWith(wanted) ? BEGINS : 0);
    if (value) worth.set(word, value);
  }
  return worth;
}

const isDocument = (path) => /^(source|study)\//.test(path);
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function find({ names, vocabulary }, text, limit = HITS) {
  const wanted = wordsOf(text).map((word) => alike(word, vocabulary));
  const best = new Map();
  for (const { path, name, words } of wanted.length ? names : []) {
    const total = wanted.reduce((sum, worth) => sum + Math.max(0, ...words.map((word) => worth.get(word) ?? 0)), 0);
    const score = Math.round((total / wanted.length) * 10) / 10;
    if (score >= LEAST && score > (best.get(path)?.score ?? 0)) best.set(path, { path, name, score });
  }
  const order = (a, b) =>
    b.score - a.score || isDocument(a.path) - isDocument(b.path) || a.name.length - b.name.length || compare(a.path, b.path);
  return [...best.values()].sort(order).slice(0, limit);
}

let kept; // the list of names, fetched once
const indexAt = (address) => (kept ??= fetch(address).then((reply) => reply.json()).then(prepare));
const shown = ({ path, name }, address) => ({ name, kind: path.split("/")[0], page: new URL(`doc/${path}/`, address).href });

export async function suggestions(index, words) {
  const address = new URL(index, location.href);
  return find(await indexAt(address), words, SUGGESTED).map((hit) => shown(hit, address));
}

function row(hit) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const kind = document.createElement("span");
  link.href = hit.page;
  link.textContent = hit.name;
  kind.className = "quiet";
  kind.textContent = hit.kind;
  item.append(link, " ", kind);
  return item;
}

async function answer(field, list) {
  const words = new URLSearchParams(location.search).get("q")?.trim();
  if (!words) return;
  field.value = words;
  const address = new URL(field.dataset.index, location.href);
  const hits = find(await indexAt(address), words);
  const none = ". Slips of the pen are forgiven, so it is likely that the graph has nothing of that name";
  document.getElementById("count").textContent = `${hits.length} found${hits.length ? "" : none}.`;
  list.replaceChildren(...hits.map((hit) => row(shown(hit, address))));
}

if (typeof document !== "undefined") {
  const list = document.getElementById("found");
  if (list) answer(document.querySelector("[data-index]"), list);
}

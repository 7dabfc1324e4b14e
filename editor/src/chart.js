// A drawing of the numbers in an answer: bars, a line or points, by what the columns are. It differs by place and
// form, never by colour alone, and the table beside it has every figure.

import { scaleBand, scaleLinear, scaleUtc } from "d3-scale";

import { count, drawn, element } from "./elements.js";
import { term } from "./rdf.js";

const BARS = 60;
const POINTS = 2000;
const WIDTH = 860;
const NARROWEST = 280;
const HEIGHT = 420;
const MARGIN = { top: 16, right: 24, bottom: 48, left: 64 };
const BAR = 24;

/** Reads what can be drawn of two columns: `x` as a number, a date or words, `y` as a number. */
export function points(answer, x, y, name) {
  const found = [];
  for (const row of answer.rows) {
    const [across, up] = [term(row[x]), term(row[y])];
    if (across && up?.number !== undefined)
      found.push({ x: across.number, date: Boolean(across.isDate), words: name(across), y: up.number });
  }
  return found;
}

/** The form that fits the columns: bars for words, a line over time, points for two numbers. */
export function form(found) {
  if (!found.every((each) => each.x !== undefined)) return "bar";
  if (found.every((each) => each.date)) return "line";
  const years = found.every((each) => Number.isInteger(each.x) && each.x > 1800 && each.x < 2200);
  return years && new Set(found.map((each) => each.x)).size === found.length ? "line" : "scatter";
}

class Chart {
  constructor(answer, numbers, context) {
    this.answer = answer;
    this.context = context;
    this.y = numbers.at(-1);
    this.x = answer.columns.findIndex((_, place) => place !== this.y && !numbers.includes(place));
    if (this.x < 0) this.x = numbers.find((place) => place !== this.y) ?? this.y;
    this.numbers = numbers;
    this.form = "";
    this.picture = element("div", { class: "picture", tabindex: "0", role: "region", "aria-label": "Chart" });
  }

  async draw() {
    const { columns } = this.answer;
    const choice = (id, places, chosen, change) =>
      element(
        "select",
        {
          id,
          change: (event) => {
            change(Number(event.target.value));
            this.fill();
          },
        },
        places.map((place) =>
          element("option", { value: place, selected: place === chosen }, columns[place]),
        ),
      );
    const all = columns.map((_, place) => place);
    const controls = element(
      "div",
      { class: "bar" },
      element("label", { for: "chart-y" }, "Draw "),
      choice("chart-y", this.numbers, this.y, (place) => {
        this.y = place;
      }),
      element("label", { for: "chart-x" }, "by "),
      choice("chart-x", all, this.x, (place) => {
        this.x = place;
        this.form = "";
      }),
      element("label", { for: "chart-form" }, "as "),
      this.forms(),
    );
    await this.fill();
    return [controls, this.picture, element("p", { class: "quiet" }, "The table has the same figures.")];
  }

  forms() {
    this.select = element(
      "select",
      {
        id: "chart-form",
        change: (event) => {
          this.form = event.target.value;
          this.fill();
        },
      },
      [
        ["bar", "bars"],
        ["line", "a line"],
        ["scatter", "points"],
      ].map(([value, name]) => element("option", { value }, name)),
    );
    return this.select;
  }

  async fill() {
    const { labels, terms } = this.context;
    const iris = this.answer.rows
      .slice(0, BARS)
      .map((row) => term(row[this.x]))
      .filter((each) => each?.kind === "iri")
      .map((each) => each.value);
    await labels.learn(iris);
    const name = (each) =>
      each.kind === "iri" ? labels.of(each.value) || terms.short(each.value) : each.value;
    const found = points(this.answer, this.x, this.y, name);
    const numeric = found.length > 0 && found.every((each) => each.x !== undefined);
    this.form = numeric ? this.form || form(found) : "bar";
    this.select.value = this.form;
    for (const option of this.select.options) option.disabled = !numeric && option.value !== "bar";
    this.width = Math.max(NARROWEST, Math.min(WIDTH, this.context.room()));
    const axes = { x: this.answer.columns[this.x], y: this.answer.columns[this.y] };
    const most = this.form === "bar" ? BARS : POINTS;
    const cut =
      found.length > most
        ? [
            element(
              "p",
              {},
              `The first ${most.toLocaleString("en")} of ${count(found.length, "figure")} are drawn.`,
            ),
          ]
        : [];
    this.picture.replaceChildren(
      ...cut,
      found.length ? this[this.form](found.slice(0, most), axes) : element("p", {}, "No row has both."),
    );
  }

  /** Bars lie, so that their names can be read. */
  bar(found, axes) {
    const { width } = this;
    // Names take up to two fifths of the room; a letter takes about seven pixels.
    const most = Math.floor((width * 0.4) / 7);
    const left = 16 + 7 * Math.min(most, Math.max(4, ...found.map((each) => each.words.length)));
    const height = found.length * BAR + MARGIN.top + MARGIN.bottom;
    const down = scaleBand(
      found.map((_, place) => place),
      [MARGIN.top, height - MARGIN.bottom],
    ).padding(0.25);
    const across = scaleLinear(
      reach(
        found.map((each) => each.y),
        true,
      ),
      [left, width - 48],
    ).nice();
    const zero = across(0);
    const bars = found.map((each, place) => {
      const end = across(each.y);
      return drawn(
        "g",
        {},
        drawn("title", {}, `${each.words}: ${each.y}`),
        drawn(
          "text",
          { x: left - 8, y: down(place) + down.bandwidth() / 2 + 4, "text-anchor": "end" },
          short(each.words, most),
        ),
        drawn("rect", {
          class: "bar-drawn",
          x: Math.min(zero, end),
          y: down(place),
          width: Math.max(1, Math.abs(end - zero)),
          height: down.bandwidth(),
        }),
        drawn(
          "text",
          { class: "small", x: Math.max(zero, end) + 5, y: down(place) + down.bandwidth() / 2 + 4 },
          each.y.toLocaleString("en"),
        ),
      );
    });
    return picture(width, height, `${axes.y} by ${axes.x}: ${count(found.length, "bar")}`, [
      ...across
        .ticks(width / 140)
        .map((tick) =>
          grid(
            across(tick),
            MARGIN.top,
            across(tick),
            height - MARGIN.bottom,
            across.tickFormat(width / 140)(tick),
            across(tick),
            height - MARGIN.bottom + 18,
            "middle",
          ),
        ),
      ...bars,
      drawn("text", { class: "small", x: width - 48, y: height - 8, "text-anchor": "end" }, axes.y),
    ]);
  }

  line(found, axes) {
    const sorted = [...found].sort((a, b) => a.x - b.x);
    return this.plane(sorted, axes, (across, up) => [
      drawn("polyline", {
        class: "line-drawn",
        points: sorted.map((each) => `${across(each.x)},${up(each.y)}`).join(" "),
      }),
    ]);
  }

  scatter(found, axes) {
    return this.plane(found, axes, () => []);
  }

  plane(found, axes, more) {
    const dates = found.every((each) => each.date);
    const { width } = this;
    const xs = reach(
      found.map((each) => each.x),
      false,
    );
    const across = (dates ? scaleUtc() : scaleLinear())
      .domain(xs)
      .range([MARGIN.left, width - MARGIN.right])
      .nice();
    const up = scaleLinear(
      reach(
        found.map((each) => each.y),
        false,
      ),
      [HEIGHT - MARGIN.bottom, MARGIN.top],
    ).nice();
    const years = !dates && found.every((each) => Number.isInteger(each.x) && each.x > 1800 && each.x < 2200);
    const ticks = years ? across.ticks(width / 90).filter(Number.isInteger) : across.ticks(width / 90);
    const written = years ? String : across.tickFormat(width / 90);
    const bottom = HEIGHT - MARGIN.bottom;
    return picture(width, HEIGHT, `${axes.y} by ${axes.x}: ${count(found.length, "point")}`, [
      ...ticks.map((tick) =>
        grid(
          across(tick),
          MARGIN.top,
          across(tick),
          bottom,
          written(tick),
          across(tick),
          bottom + 18,
          "middle",
        ),
      ),
      ...up
        .ticks(6)
        .map((tick) =>
          grid(
            MARGIN.left,
            up(tick),
            width - MARGIN.right,
            up(tick),
            up.tickFormat(6)(tick),
            MARGIN.left - 8,
            up(tick) + 4,
            "end",
          ),
        ),
      ...more(across, up),
      ...found.map((each) =>
        drawn(
          "circle",
          { class: "point-drawn", cx: across(each.x), cy: up(each.y), r: 4 },
          drawn("title", {}, `${each.words}: ${each.y}`),
        ),
      ),
      drawn("text", { class: "small", x: width - MARGIN.right, y: HEIGHT - 8, "text-anchor": "end" }, axes.x),
      drawn("text", { class: "small", x: 4, y: 11 }, axes.y),
    ]);
  }
}

/** From the least to the most, with zero where bars begin; a single value gets room around it. */
export function reach(values, withZero) {
  const low = Math.min(...values, ...(withZero ? [0] : []));
  const high = Math.max(...values, ...(withZero ? [0] : []));
  return low === high ? [low - 1, high + 1] : [low, high];
}

const short = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

function grid(x1, y1, x2, y2, words, x, y, anchor) {
  return drawn(
    "g",
    {},
    drawn("line", { class: "grid-drawn", x1, y1, x2, y2 }),
    drawn("text", { class: "small", x, y, "text-anchor": anchor }, words),
  );
}

function picture(width, height, words, inside) {
  return drawn(
    "svg",
    {
      class: "chart",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `${words}. The table has the figures.`,
    },
    inside,
  );
}

/** The chart of an answer, of whose columns those at the places `numbers` are numeric. */
export function chart(answer, numbers, context) {
  return new Chart(answer, numbers, context).draw();
}

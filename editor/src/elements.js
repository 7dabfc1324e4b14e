// Elements of the page, made in one line. Text is text: nothing that the data say is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (a function listens to the event of that name) and what is in it. */
export function element(name, attributes = {}, ...inside) {
  return filled(document.createElement(name), attributes, inside);
}

/** The same in a drawing. */
export function drawn(name, attributes = {}, ...inside) {
  return filled(document.createElementNS(SVG, name), attributes, inside);
}

function filled(made, attributes, inside) {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside.flat().filter((each) => each !== null && each !== undefined));
  return made;
}

/** A number with its thing: one row, 1,200 rows. */
export function count(many, one, several = `${one}s`) {
  return `${many.toLocaleString("en")} ${many === 1 ? one : several}`;
}

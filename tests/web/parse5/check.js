// Reads pages, one JSON array of address and text a line; writes a line for each mistake: what the parser of
// browsers complains of, elements that it had to make up or to close by itself, and names that stand twice.
import { createInterface } from "node:readline";
import { parse } from "parse5";

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

function* elements(node) {
  for (const child of node.childNodes ?? []) {
    if (child.tagName) yield child;
    yield* elements(child);
  }
}

function mistakes(text) {
  const found = [];
  const onParseError = ({ code, startLine }) => found.push(`line ${startLine}: ${code}`);
  const ids = new Set();
  for (const each of elements(parse(text, { onParseError, sourceCodeLocationInfo: true }))) {
    const at = each.sourceCodeLocation;
    if (!at) found.push(`<${each.tagName}> is not written`);
    const open = at && !at.endTag && !VOID.has(each.tagName);
    if (open && text[at.endOffset - 2] !== "/") found.push(`line ${at.startLine}: <${each.tagName}> is not closed`);
    const id = each.attrs.find(({ name }) => name === "id")?.value;
    if (id !== undefined && ids.has(id)) found.push(`id ${id} stands twice`);
    ids.add(id);
  }
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [address, text] = JSON.parse(line);
  for (const each of mistakes(text)) console.log(`${address} ${each}`);
}

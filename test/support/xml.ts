/** One opening tag of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /(?:[^<&]|&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);|<!\[CDATA\[[\s\S]*?\]\]>)+/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The elements of a document in their order; throws where it is not well-formed. */
export function elementsIn(xml: string): Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  let place = /^<\?xml[^>]*\?>/.exec(xml)?.[0].length ?? 0;
  while (place < xml.length) {
    TAG.lastIndex = TEXT.lastIndex = place;
    const tag = TAG.exec(xml);
    const found = tag ?? TEXT.exec(xml);
    if (!found) throw new Error(`not well-formed: ${xml.slice(place, place + 40)}`);
    place += found[0].length;
    if (!tag) continue;
    const [, closes, name = "", attributes = "", isEmpty] = tag;
    if (closes) {
      if (open.pop() !== name) throw new Error(`${name} is closed and was not open`);
      continue;
    }
    if (!isEmpty) open.push(name);
    elements.push({ name, attributes: attributesIn(attributes) });
  }
  if (open.length > 0) throw new Error(`${open.join(", ")} is not closed`);
  return elements;
}

function attributesIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.:-]+)="([^"]*)"/g)];
  return Object.fromEntries(
    pairs.map(([, name, value = ""]) => [name, value.replaceAll(/&(\w+);/g, (_, key: string) => ENTITIES[key] ?? "")]),
  );
}

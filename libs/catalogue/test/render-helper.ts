const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** An element with its attributes, text and elements, as a strict reader of XML 1.0 finds them. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/**
 * Reads XML, more strictly than the recommendation asks: no comments, CDATA, processing instructions or DOCTYPE, and
 * no entities but those five.
 * @throws Error where it is not well-formed
 */
export function parseXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  for (const token of xml.match(/<[^>]*>|[^<]+|</g) ?? []) {
    const parent = open.at(-1) ?? root;
    if (!token.startsWith('<')) parent.text += unescape(token);
    else if (token.startsWith('</')) {
      if (token !== `</${open.pop()?.name}>`) throw new Error(`${token} closes another element`);
    } else {
      const element = parseTag(token);
      parent.children.push(element);
      if (!token.endsWith('/>')) open.push(element);
    }
  }
  const [only, ...others] = root.children;
  if (only === undefined || others.length > 0 || open.length !== 1 || root.text !== '')
    throw new Error('not one element');
  return only;
}

function parseTag(token: string): Element {
  const match = /^<([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)\/?>$/.exec(token);
  if (match === null) throw new Error(`${token} is not a tag`);
  const pairs = [...(match[2] ?? '').matchAll(/ ([a-zA-Z:-]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']): [string, string] => [name, unescape(value)],
  );
  const attributes = Object.fromEntries(pairs);
  if (Object.keys(attributes).length !== pairs.length) throw new Error(`${token} repeats itself`);
  return { name: match[1] ?? '', attributes, text: '', children: [] };
}

function unescape(text: string): string {
  // XML 1.0 §2.2: no other control character may stand in a document, not even by its number
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/u.test(text))
    throw new Error('a character that XML does not have');
  return text.replaceAll(/&[^;]*;?/g, (entity) => {
    const character = ENTITIES[entity];
    if (character === undefined) throw new Error(`${entity} is not an entity`);
    return character;
  });
}

/** An element and all inside of it. */
export function elementsOf(element: Element): Element[] {
  return [element, ...element.children.flatMap(elementsOf)];
}

/** What the picture shows, without white space: lines may break anywhere. */
export function shownBy(svg: string): string {
  return withoutSpaces(
    elementsOf(parseXml(svg))
      .filter(({ name }) => name === 'text')
      .map(({ text }) => text)
      .join(''),
  );
}

export function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, '');
}

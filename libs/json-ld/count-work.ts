import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';

/** What an expanded document will cost before it is a dataset. */
export interface Work {
  /** values of properties and types: the least number of quads, were no two the same */
  values: number;
  /** pairs of values of one property of one node: jsonld.js compares each value with those before it */
  comparisons: number;
}

/** Counts the work in a document in expanded form (JSON-LD API 1.1 §5.1), wherever in it the values of a node stand. */
export function countWork(expanded: JsonValue): Work {
  const met = new Map<string, number>();
  const work: Work = { values: 0, comparisons: 0 };

  const add = (id: JsonValue | undefined, property: string, count: number): void => {
    work.values += count;
    // A node without an id is no other node. One with an id gathers what is said of it all over the document.
    const key = typeof id === 'string' ? `${id} ${property}` : undefined;
    const before = key === undefined ? 0 : (met.get(key) ?? 0);
    if (key !== undefined) met.set(key, before + count);
    work.comparisons += (before + count) ** 2 - before ** 2;
  };

  const open: JsonValue[] = [expanded];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) open.push(...value);
    else if (isJsonObject(value) && !('@value' in value)) {
      countNode(value, add);
      open.push(...Object.values(value));
    }
  }
  return work;
}

function countNode(
  node: JsonObject,
  add: (id: JsonValue | undefined, property: string, count: number) => void,
): void {
  const { '@id': id, '@reverse': reverse } = node;
  for (const [property, values] of Object.entries(node)) {
    if (Array.isArray(values)) add(id, property, values.length);
  }
  // Said here, but of the other node.
  for (const [property, others] of Object.entries(isJsonObject(reverse) ? reverse : {})) {
    for (const other of Array.isArray(others) ? others : []) {
      add(isJsonObject(other) ? other['@id'] : undefined, property, 1);
    }
  }
}

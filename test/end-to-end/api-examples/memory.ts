/** What the values of the documented answers are in the answers that were really given. */
export interface Memory {
  /** Notes, part by part, what stands where the example's value stands. The newest is what counts. */
  learn(example: unknown, actual: unknown): void;
  /** The example with every value that was learned in the place of the documented one. */
  fill(example: unknown): unknown;
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
// shorter ones are words and counts, which mean themselves
const SHORTEST_TEXT = 12;
const SMALLEST_NUMBER = 1_000;
// states, outcomes, reasons
const WORD = /^[a-z]+(-[a-z]+)*$/;

/**
 * The rule that the API pages state: the examples of all services are one story, and a value in a request that an
 * earlier documented answer has too is, when it is sent, what the real answer has in that place. It is one for whole
 * documents, for texts, for the ids and other parts of addresses, and for large numbers.
 */
export function createMemory(): Memory {
  const known = new Map<string, unknown>();

  const learn = (example: unknown, actual: unknown): void => {
    if (isObject(example) && isObject(actual)) {
      known.set(JSON.stringify(example), actual);
      for (const [name, value] of Object.entries(example)) {
        learn(value, counterpart(value, name, actual));
      }
    }
    if (typeof example === 'string' && typeof actual === 'string') learnText(example, actual);
    if (typeof example === 'number' && example >= SMALLEST_NUMBER && typeof actual === 'number') {
      known.set(JSON.stringify(example), actual);
    }
  };
  const learnText = (example: string, actual: string): void => {
    if (example.length < SHORTEST_TEXT) return;
    known.set(JSON.stringify(example), actual);
    for (const split of [UUID, /[^/?&=]{12,}/g]) {
      const parts = actual.match(split) ?? [];
      for (const [at, part] of (example.match(split) ?? []).entries()) {
        if (parts[at] !== undefined) known.set(JSON.stringify(part), parts[at]);
      }
    }
  };
  const fill = (example: unknown): unknown => {
    const text = JSON.stringify(example);
    if (known.has(text)) return structuredClone(known.get(text));
    if (Array.isArray(example)) return example.map(fill);
    if (isObject(example)) {
      return Object.fromEntries(
        Object.entries(example).map(([name, value]) => [name, fill(value)]),
      );
    }
    if (typeof example !== 'string') return example;
    return example.replaceAll(UUID, (id) => {
      const learned = known.get(JSON.stringify(id));
      return typeof learned === 'string' ? learned : id;
    });
  };
  return { learn, fill };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Where the answer lacks what the example has, or has another JSON type, truth value or lower-case word; `null` is any. */
export function findUntrue(example: unknown, actual: unknown, pointer = ''): string[] {
  if (example === null || actual === null) return [];
  if (typeof example !== typeof actual || Array.isArray(example) !== Array.isArray(actual)) {
    return [`${pointer}: ${typeof example} in the example, ${typeof actual} in the answer`];
  }
  if (!isObject(example)) {
    const isFixed =
      typeof example === 'boolean' || (typeof example === 'string' && WORD.test(example));
    if (!isFixed || example === actual) return [];
    return [
      `${pointer}: ${JSON.stringify(example)} in the example, ${JSON.stringify(actual)} in the answer`,
    ];
  }
  if (!isObject(actual)) return [];
  return Object.entries(example).flatMap(([name, value]) =>
    findUntrue(value, counterpart(value, name, actual), `${pointer}/${name}`),
  );
}

/** What stands in the place of an example's member; in a list whose order says nothing, the first item that fits. */
function counterpart(example: unknown, name: string, actual: object): unknown {
  const there = (actual as Record<string, unknown>)[name];
  if (!Array.isArray(actual) || findUntrue(example, there).length === 0) return there;
  return actual.find((item) => findUntrue(example, item).length === 0) ?? there;
}

import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';

export type Path = readonly (string | number)[];
/** undefined takes the value away */
export type Mutation = (value: JsonValue) => JsonValue | undefined;

const VOCABULARIES = [
  'https://staffpassport.example/vocab#',
  'https://www.w3.org/2018/credentials#',
  'https://www.w3.org/ns/credentials/status#',
  'https://w3id.org/security#',
  'https://schema.org/',
];
const TIME = /^\d{4}-.*Z$/;

/** What somebody without a key could make of a value. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'is taken away': () => undefined,
  'is null': () => null,
  'is emptied': (value) => (Array.isArray(value) ? [] : {}),
  'is put into a list': (value) => [value],
  'is put into two lists': (value) => [[value]],
  'is there twice': (value) => [value, value],
  'is taken out of its list': ofList((list) => list[0]),
  'is a list with one twice': ofList((list) => [...list, list[0] ?? null]),
  'is a list with one fewer': ofList((list) => list.slice(1)),
  'is a list with a null': ofList((list) => [...list, null]),
  'is a list the other way round': ofList((list) => list.toReversed()),
  'has an empty member more': withMember('name', []),
  'has a null member more': withMember('description', null),
  'has an empty object more': withMember('description', {}),
  'has a claim more': withMember('name', 'Consultant'),
  'has an unknown claim more': withMember('grade', 'Consultant'),
  'has a member without a name': withMember('', 'Consultant'),
  'has a keyword more': withMember('@index', 'Consultant'),
  'has a context of its own': withMember('@context', []),
  'has a label as its id': withMember('id', '_:b0'),
  'has an empty id': withMember('id', ''),
  'has another signature': withMember('jws', 'x'),
  'has a time to expire': withMember('expires', '2030-01-01T00:00:00Z'),
  'has a challenge': withMember('challenge', 'x'),
  'is said once more by its IRI': withIris,
  'has a space more': ofText((text) => `${text} `),
  'has a space before': ofText((text) => ` ${text}`),
  'has a character that nobody sees': ofText((text) => `${text}\u200b`),
  'has an accent in two characters': ofText((text) => text.replace(/[aeiou]/, '$&\u0301')),
  'is normalized otherwise': ofText((text) => text.normalize('NFKD')),
  'is in capitals': ofText((text) => text.toUpperCase()),
  'is in percent encoding': ofText((text) =>
    text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  ),
  'is another kind of value': (value) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  'is text': (value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  'is a little more': (value) => (typeof value === 'number' ? value * (1 + 4e-16) + 1e-16 : value),
  'is something more': (value) => (typeof value === 'number' ? value + 0.5 : value),
  'is the contrary': (value) => (typeof value === 'boolean' ? !value : value),
  'is the same time in other words': ofText((text) =>
    TIME.test(text) ? text.replace('Z', '+00:00') : text,
  ),
  'is the same time to the millisecond': ofText((text) =>
    TIME.test(text) ? text.replace('Z', '.000Z') : text,
  ),
  'is wrapped as JSON-LD can': ofText((text) => ({ '@value': text })),
  'is a node': ofText((text) => ({ id: text })),
  ...Object.fromEntries(
    VOCABULARIES.map((vocabulary) => [
      `is a word of ${vocabulary}`,
      ofText((text) => (/^[a-z]+$/i.test(text) ? vocabulary + text : text)),
    ]),
  ),
};

/** Other names for what a name means, and names for something else. */
export const NAMES: readonly ((name: string) => string)[] = [
  ...VOCABULARIES.map((vocabulary) => (name: string) => vocabulary + name),
  (name) => `@${name}`,
  (name) => `${name} `,
  (name) => name.toUpperCase(),
];

export function* pathsIn(value: JsonValue, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield* pathsIn(member, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

export function valueAt(document: JsonValue, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of path) value = (value as JsonObject | undefined)?.[key];
  return value;
}

/** A copy whose value there is what the mutation makes of it. */
export function mutate(document: JsonObject, path: Path, mutation: Mutation): JsonObject {
  const copy = structuredClone(document);
  const parent = valueAt(copy, path.slice(0, -1)) as JsonObject;
  const last = path.at(-1) ?? '';
  const mutated = mutation(parent[last] as JsonValue);
  if (mutated !== undefined) parent[last] = mutated;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

/** A copy whose member there has another name; an element of a list has none. */
export function rename(
  document: JsonObject,
  path: Path,
  newName: (name: string) => string,
): JsonObject {
  const name = path.at(-1);
  if (typeof name !== 'string') return document;
  const { [name]: value, ...others } = valueAt(document, path.slice(0, -1)) as JsonObject;
  const members = { ...others, [newName(name)]: value as JsonValue };
  return path.length === 1 ? members : mutate(document, path.slice(0, -1), () => members);
}

function ofList(change: (list: JsonValue[]) => JsonValue | undefined): Mutation {
  return (value) => (Array.isArray(value) && value.length > 0 ? change(value) : value);
}

function ofText(change: (text: string) => JsonValue): Mutation {
  return (value) => (typeof value === 'string' ? change(value) : value);
}

function withMember(name: string, member: JsonValue): Mutation {
  return (value) =>
    isJsonObject(value) && !Object.hasOwn(value, name) ? { ...value, [name]: member } : value;
}

function withIris(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).filter((name) => name.startsWith('status'));
  const [vocabulary] = VOCABULARIES.filter((one) => one.includes('/status'));
  const said = names.map((name) => [`${vocabulary}${name}`, value[name]]);
  return { ...value, ...(Object.fromEntries(said) as JsonObject) };
}

/** What is a set to JSON-LD, without its order. */
export function unordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(unordered(one))).toSorted();
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, unordered(value[name] ?? null)]));
}

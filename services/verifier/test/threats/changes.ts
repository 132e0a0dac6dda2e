import { type Arbitrary, array, constantFrom, jsonValue, nat, record } from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { mutate, MUTATIONS, NAMES, type Path, pathsIn, rename, valueAt } from './mutations.ts';

/** A change somewhere in a tree, so that fast-check can repeat it and make it smaller. */
export interface Change {
  what: string;
  /** which of the places, counted round and round */
  at: number;
  /** which other place, or which of several ways */
  from: number;
  value: JsonValue;
}

interface Choice extends Omit<Change, 'what' | 'at'> {
  path: Path;
  /** of another document of the corpus */
  other: JsonObject;
}

type Make = (tree: JsonObject, choice: Choice) => JsonObject;

const CHANGES: Readonly<Record<string, Make>> = {
  'is any value': (tree, { path, value }) => mutate(tree, path, () => value),
  'is what another document has there': (tree, { path, other }) =>
    mutate(tree, path, () => valueAt(other, path)),
  'is what another document has elsewhere': (tree, { path, other, from }) =>
    mutate(tree, path, () => valueAt(other, placeIn(other, from))),
  'stands in another place as well': (tree, { path, from }) =>
    mutate(tree, path, () => valueAt(tree, placeIn(tree, from))),
  'changes places with another': exchange,
  'stands a level deeper': (tree, { path }) =>
    mutate(tree, path, (value) => ({ [String(path.at(-1))]: value })),
  'has another name': (tree, { path, from }) => rename(tree, path, nameOf(from)),
  'has two names': (tree, { path, from }) => {
    const parent = path.slice(0, -1);
    const members = valueAt(rename(tree, path, nameOf(from)), parent);
    const value = valueAt(tree, parent);
    if (!isJsonObject(members) || !isJsonObject(value)) return tree;
    const both = { ...value, ...members };
    return parent.length === 0 ? both : mutate(tree, parent, () => both);
  },
  ...Object.fromEntries(
    Object.entries(MUTATIONS).map(([what, mutation]): [string, Make] => [
      what,
      (tree, { path }) => mutate(tree, path, mutation),
    ]),
  ),
};

/** One change to three, one after the other. */
export const changes: Arbitrary<Change[]> = array(
  record({
    what: constantFrom(...Object.keys(CHANGES)),
    at: nat(),
    from: nat(),
    value: jsonValue({ maxDepth: 2 }) as Arbitrary<JsonValue>,
  }),
  { minLength: 1, maxLength: 3 },
);

export function changed(
  tree: JsonObject,
  others: readonly Change[],
  other: JsonObject,
): JsonObject {
  let result = tree;
  for (const { what, at, ...choice } of others) {
    const path = placeIn(result, at);
    if (path.length > 0) result = CHANGES[what]?.(result, { ...choice, path, other }) ?? result;
  }
  return result;
}

function exchange(tree: JsonObject, { path, from }: Choice): JsonObject {
  const place = placeIn(tree, from);
  if (isWithin(path, place) || isWithin(place, path)) return tree;
  const [one, two] = [valueAt(tree, path), valueAt(tree, place)];
  const half = mutate(tree, path, () => two ?? null);
  return mutate(half, place, () => one ?? null);
}

function isWithin(path: Path, place: Path): boolean {
  return place.every((key, at) => key === path[at]);
}

function placeIn(tree: JsonObject, at: number): Path {
  const paths = [...pathsIn(tree)];
  return paths[at % paths.length] ?? [];
}

function nameOf(from: number): (name: string) => string {
  return NAMES[from % NAMES.length] ?? ((name) => name);
}

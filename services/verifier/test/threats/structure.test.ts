import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { createWorld } from '../world.ts';
import { failuresOf, JSON_LD } from './helper.ts';

type Path = readonly (string | number)[];
type Mutation = (value: JsonValue) => JsonValue | undefined;

/** What somebody without a key could make of a value. undefined takes it away. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'is taken away': () => undefined,
  'is null': () => null,
  'is emptied': (value) => (Array.isArray(value) ? [] : {}),
  'is put into a list': (value) => [value],
  'is taken out of its list': (value) =>
    Array.isArray(value) && value[0] !== undefined ? value[0] : value,
  'is a list with one twice': (value) =>
    Array.isArray(value) && value[0] !== undefined ? [...value, value[0]] : value,
  'is a list with a null': (value) => (Array.isArray(value) ? [...value, null] : value),
  'is a list the other way round': (value) => (Array.isArray(value) ? value.toReversed() : value),
  'has an empty member more': (value) => (isJsonObject(value) ? { ...value, name: [] } : value),
  'has a null member more': (value) =>
    isJsonObject(value) ? { ...value, description: null } : value,
  'has a claim more': (value) => (isJsonObject(value) ? { ...value, name: 'Consultant' } : value),
  'has a space more': (value) => (typeof value === 'string' ? `${value} ` : value),
  'is another kind of value': (value) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  'is the same time in other words': (value) =>
    typeof value === 'string' && /^\d{4}-.*Z$/.test(value) ? value.replace('Z', '+00:00') : value,
  'is wrapped as JSON-LD can': (value) => (typeof value === 'string' ? { '@value': value } : value),
};

function* pathsIn(value: JsonValue, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield* pathsIn(member, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function mutate(document: JsonObject, path: Path, mutation: Mutation): JsonObject {
  const copy = structuredClone(document);
  let parent: JsonValue = copy;
  for (const key of path.slice(0, -1)) parent = (parent as JsonObject)[key] as JsonValue;
  const last = path.at(-1) ?? '';
  const mutated = mutation((parent as JsonObject)[last] as JsonValue);
  if (mutated !== undefined) (parent as JsonObject)[last] = mutated;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as JsonObject)[last];
  return copy;
}

/**
 * Without what is a set to VCDM and to Data Integrity: which proofs a document carries, once or twice, in which order,
 * and the order of its status entries. Each proof is good by itself or the document is refused.
 */
function meaningOf({ proof, credentialStatus, ...said }: JsonObject) {
  return { ...said, status: sorted(credentialStatus), proofs: new Set(sorted(proof)) };
}

function sorted(values: JsonValue | undefined): string[] {
  return asArray(values)
    .map((value) => JSON.stringify(value))
    .toSorted();
}

function isSubset(document: JsonObject, whole: JsonObject): boolean {
  const { proofs, ...said } = meaningOf(document);
  const { proofs: all, ...meant } = meaningOf(whole);
  return proofs.size > 0 && proofs.isSubsetOf(all) && isDeepStrictEqual(said, meant);
}

// more than tap's 30 s on a loaded machine
t.setTimeout(180_000);

t.test('V1: no value that is put otherwise anywhere in JSON-LD verifies', async (t) => {
  for (const form of JSON_LD) {
    const world = createWorld();
    const whole = (await issueAs(world, form)) as JsonObject;
    const good = await verifyCredential(whole, world.ports);
    t.equal(good.overall, 'pass', `${form} ${failuresOf(good.checks).join()}`);
    let refused = 0;
    for (const path of pathsIn(whole)) {
      for (const [what, mutation] of Object.entries(MUTATIONS)) {
        const document = mutate(whole, path, mutation);
        if (isDeepStrictEqual(document, whole) || isSubset(document, whole)) continue;
        const { overall } = await verifyCredential(document, world.ports);
        if (overall !== 'fail') t.fail(`${form}: /${path.join('/')} ${what} is ${overall}`);
        refused += 1;
      }
    }
    t.ok(refused > 300, `${form}: ${refused} changed documents were refused`);
  }
});

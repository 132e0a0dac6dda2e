import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';

/** What a proof is verified over besides the document; undefined when its chain is broken. */
export type NamedProofs = JsonObject[] | undefined;

/**
 * For each entry of `proof` the proofs that its `previousProof` names (Data Integrity 1.0 §4.5): none for a proof
 * outside of a chain. A chain is broken when it names a proof that is not there, or twice, or runs in a circle.
 */
export function namedProofsOf(proofs: readonly JsonValue[]): NamedProofs[] {
  const byId = new Map<string, JsonObject | undefined>();
  for (const proof of proofs.filter(isJsonObject)) {
    const { id } = proof;
    if (typeof id === 'string') {
      // An id given twice names neither.
      byId.set(id, byId.has(id) ? undefined : proof);
    }
  }
  return proofs.map((proof) => (isJsonObject(proof) ? follow(proof, byId, new Set()) : undefined));
}

function follow(
  proof: JsonObject,
  byId: ReadonlyMap<string, JsonObject | undefined>,
  path: ReadonlySet<JsonObject>,
): NamedProofs {
  if (path.has(proof)) {
    return undefined;
  }
  const names = asArray(proof['previousProof']);
  const isChained = proof['previousProof'] !== undefined;
  // More names than there are proofs are not distinct: they need not be followed, however many they are.
  if (isChained && (names.length === 0 || names.length > byId.size)) return undefined;
  const named = names.map((name) => (typeof name === 'string' ? byId.get(name) : undefined));
  const extended = new Set([...path, proof]);
  const whole = named.every(
    (other) => other !== undefined && follow(other, byId, extended) !== undefined,
  );
  const distinct = new Set(named).size === named.length;
  return whole && distinct ? named.filter((other) => other !== undefined) : undefined;
}

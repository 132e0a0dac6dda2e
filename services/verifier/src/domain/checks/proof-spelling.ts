import type { ProofsResult } from '#proofs/verify-proofs';
import {
  asArray,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import type { Problem } from '#vc/error';

const CRYPTOSUITES = 'DataIntegrityProof';
const TYPE_2020 = 'Ed25519Signature2020';

/** The contexts that signing adds for one kind of proof alone. */
const ADDED: ReadonlyMap<string, string> = new Map([
  [ED25519_2020_CONTEXT, TYPE_2020],
  [DATA_INTEGRITY_V2_CONTEXT, CRYPTOSUITES],
]);

/**
 * Of proofs that hold, whether a credential carries them as issuers here write them: one by itself, several in one
 * order, none twice, and no context of a proof that is not there. Nothing of this is signed, so that anybody could
 * change it.
 */
export function withOneSpelling(document: JsonObject, result: ProofsResult): ProofsResult {
  const problem = result.verified ? findMisspelling(document) : undefined;
  return problem === undefined ? result : { ...result, verified: false, problems: [problem] };
}

function findMisspelling({ '@context': context, proof }: JsonObject): Problem | undefined {
  const types = asArray<JsonValue>(proof).map((one) => isJsonObject(one) && one['type']);
  const unneeded = asArray<JsonValue>(context).findIndex(
    (url) => typeof url === 'string' && !types.includes(ADDED.get(url) ?? types[0] ?? false),
  );
  if (unneeded !== -1) {
    const pointer = `/@context/${unneeded}`;
    return { code: 'CONTEXT_NOT_ALLOWED', detail: 'No proof needs this context', pointer };
  }
  return Array.isArray(proof) ? findInList(proof, types) : undefined;
}

function findInList(proofs: readonly JsonValue[], types: readonly unknown[]): Problem | undefined {
  const detail = 'The proofs do not stand as their issuer put them';
  const isRepeated = new Set(proofs.map((one) => JSON.stringify(one))).size < proofs.length;
  const isLater = types.indexOf(TYPE_2020) > types.indexOf(CRYPTOSUITES);
  const isMisspelt = proofs.length === 1 || isRepeated || (types.includes(CRYPTOSUITES) && isLater);
  return isMisspelt ? { code: 'MALFORMED_VALUE_ERROR', detail, pointer: '/proof' } : undefined;
}

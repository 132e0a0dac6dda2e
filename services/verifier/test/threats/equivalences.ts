import { isDeepStrictEqual } from 'node:util';
import type { CredentialForm } from '#vc/credential-form';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { unordered } from './mutations.ts';

/**
 * Whether a changed credential is one of the few that its issuer signed as well, and that a verifier may not refuse:
 *
 * - In JSON-LD the values of a claim are a set. Of the catalogue's 32 types 8 have claims that are lists, 11 together,
 *   and published as such; each element is signed whole, and none can be put in, taken away or doubled.
 * - Of a VCDM 2.0 proof set, the credential with the Ed25519Signature2020 proof alone: each proof of a set is by itself
 *   over the whole document (Data Integrity 1.0 §2.1.1), and this is to the letter what `vcdm2-ed25519-2020` is.
 *   Without the other one, or in VCDM 1.1, a context is left over that no proof needs.
 * - An SD-JWT with fewer of its disclosures, or with them in another order (RFC 9901 §4): what withholding is.
 *
 * Nothing else of a credential that changes verifies.
 */
export function isSignedAsWell(changed: Submitted, whole: Submitted, form: CredentialForm) {
  if (form === 'jwt_vc_json') return false;
  if (form === 'dc+sd-jwt') return isSelection(changed as string, whole as string);
  const { proof, ...said } = changed as JsonObject;
  const { proof: proofs, ...meant } = whole as JsonObject;
  const [first] = asArray<JsonValue>(proofs);
  const isProven =
    isDeepStrictEqual(proof, proofs) ||
    (form === 'vcdm2-proof-set' && isDeepStrictEqual(proof, first));
  return isProven && isDeepStrictEqual(withoutOrder(said), withoutOrder(meant));
}

function withoutOrder({ credentialSubject: subject = null, ...others }: JsonObject): JsonObject {
  if (!isJsonObject(subject)) return { ...others, subject };
  const claims = Object.entries(subject).map(([name, claim]) => [name, unordered(claim)]);
  return { ...others, subject: Object.fromEntries(claims) as JsonObject };
}

function isSelection(changed: string, whole: string): boolean {
  const [jwt, ...disclosures] = changed.split('~');
  const [issued, ...all] = whole.split('~');
  const isLast = disclosures.pop() === '';
  const isDistinct = new Set(disclosures).size === disclosures.length;
  return jwt === issued && isLast && isDistinct && new Set(disclosures).isSubsetOf(new Set(all));
}

/**
 * Whether a changed presentation is one that its holder signed as well. Wallets write the same in JSON-LD in several
 * ways, each of which has to be read: one value alone or in a list of one (type, credential, proof, domain, and context
 * and type of an envelope), the credentials in whichever order, a proof or its domain said twice. The credentials themselves are
 * within what the holder signed. In a JWT and behind a KB-JWT, which are over the text, nothing can change.
 */
export function isPresentedAsWell(changed: Submitted, whole: Submitted): boolean {
  if (typeof changed === 'string' || typeof whole === 'string') return false;
  return isDeepStrictEqual(presentedBy(changed), presentedBy(whole));
}

function presentedBy({ type, verifiableCredential, proof, ...others }: JsonObject) {
  const credentials = objectsOf(verifiableCredential).map((one) =>
    JSON.stringify(unordered(withoutOrder('issuer' in one ? one : listed(one, ENVELOPE)))),
  );
  const proofs = objectsOf(proof).map((one) =>
    JSON.stringify(unordered({ ...one, domain: domainsOf(one) })),
  );
  return {
    ...others,
    type: asArray(type),
    credentials: credentials.toSorted(),
    proofs: new Set(proofs),
  };
}

const ENVELOPE = ['@context', 'type'];

function domainsOf({ domain }: JsonObject): JsonValue {
  return [...new Set(asArray<JsonValue>(domain))];
}

function listed(object: JsonObject, names: readonly string[]): JsonObject {
  return { ...object, ...Object.fromEntries(names.map((name) => [name, asArray(object[name])])) };
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return asArray<JsonValue>(value).map((one) => (isJsonObject(one) ? one : { one }));
}

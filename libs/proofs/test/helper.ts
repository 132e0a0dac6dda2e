import { didKey, didKeyMethod } from '#did/keys';
import { createDidResolver } from '#did/resolver';
import type { Credential, JsonObject, Presentation } from '#vc/data-model';
import { signCredential, signPresentation } from '../add-proof.ts';
import { createEd25519Signer, generateEd25519Key, type Signer } from '../signer.ts';
import { type ProofsResult, type VerifyProofsOptions, verifyProofs } from '../verify-proofs.ts';

export const CREATED = '2026-11-22T16:00:00Z';
export const NOW = Date.parse(CREATED);
export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const ISSUER = 'did:web:passport.northmoor.example:trusts:ZZA01';
export const CHALLENGE = '5b1c0f58-9e5b-4f2a-8a51-2f1a9a3c7a11';
export const DOMAIN = 'https://passport.northmoor.example';

export interface TestKey {
  signer: Signer;
  publicKeyMultibase: string;
}

/** A key of a did:web, or of its own did:key. */
export function newKey(did?: string): TestKey {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const id = did === undefined ? didKeyMethod(publicKeyMultibase) : `${did}#${publicKeyMultibase}`;
  return { signer: createEd25519Signer({ id, privateKey }), publicKeyMultibase };
}

export const issuerKey = newKey(ISSUER);
export const loginKey = newKey(ISSUER);
export const holderKey = newKey();
export const HOLDER = didKey(holderKey.publicKeyMultibase);

const method = ({ signer, publicKeyMultibase }: TestKey) => ({
  id: signer.id,
  type: 'Multikey',
  controller: ISSUER,
  publicKeyMultibase,
});

export const didDocument = {
  id: ISSUER,
  verificationMethod: [method(issuerKey), method(loginKey)],
  assertionMethod: [issuerKey.signer.id],
  authentication: [loginKey.signer.id],
};

export const { resolveVerificationMethod } = createDidResolver({
  now: () => NOW,
  fetchDocument: async (url) => {
    if (url.href !== 'https://passport.northmoor.example/trusts/ZZA01/did.json') {
      throw new Error(`nothing at ${url.href}`);
    }
    return didDocument;
  },
});

export function credential(changes: JsonObject = {}): Credential {
  return {
    '@context': [V2],
    id: 'urn:uuid:2f1d0f3e-6b6a-4f5b-9f0a-0a8f6d2b7c11',
    type: ['VerifiableCredential'],
    issuer: ISSUER,
    validFrom: CREATED,
    name: 'Basic life support',
    credentialSubject: { id: HOLDER },
    ...changes,
  };
}

export function presentation(changes: JsonObject = {}): Presentation {
  return { '@context': [V2], type: ['VerifiablePresentation'], holder: HOLDER, ...changes };
}

/** A credential with a proof of each suite. */
export function signedTwice() {
  return signCredential({
    credential: credential(),
    signer: issuerKey.signer,
    suites: ['Ed25519Signature2020', 'eddsa-rdfc-2022'],
    created: CREATED,
    proofIds: [
      'urn:uuid:00000000-0000-4000-8000-000000000001',
      'urn:uuid:00000000-0000-4000-8000-000000000002',
    ],
  });
}

/** A credential with one proof of eddsa-rdfc-2022. */
export function signedBy(key: TestKey, changes: JsonObject = {}, created = CREATED) {
  const suites = ['eddsa-rdfc-2022'] as const;
  return signCredential({ credential: credential(changes), signer: key.signer, suites, created });
}

export function signedPresentation(changes: JsonObject = {}) {
  return signPresentation({
    presentation: presentation(changes),
    signer: holderKey.signer,
    suite: 'Ed25519Signature2020',
    challenge: CHALLENGE,
    domain: DOMAIN,
    created: CREATED,
  });
}

export function verifyCredential(
  document: JsonObject,
  options: Partial<VerifyProofsOptions> = {},
): Promise<ProofsResult> {
  return verifyProofs({
    document,
    purpose: 'assertionMethod',
    resolveVerificationMethod,
    now: NOW,
    ...options,
  });
}

export function verifyPresentation(
  document: JsonObject,
  options: Partial<VerifyProofsOptions> = {},
): Promise<ProofsResult> {
  return verifyCredential(document, {
    purpose: 'authentication',
    challenge: CHALLENGE,
    domain: DOMAIN,
    ...options,
  });
}

/** A copy of the document with its n-th proof changed. */
export function withProof(document: JsonObject, index: number, changes: JsonObject): JsonObject {
  const copy = structuredClone(document);
  const proofs = [copy['proof']].flat() as JsonObject[];
  proofs[index] = { ...proofs[index], ...changes };
  return { ...copy, proof: Array.isArray(copy['proof']) ? proofs : (proofs[0] as JsonObject) };
}

import { createHash, verify } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { jwtVerify } from 'jose';
import { publicKeyObject } from '#did/keys';
import { createDocumentLoader } from '#json-ld/document-loader';
import type { JsonObject } from '#vc/data-model';
import type { EveryForm } from './issue-every-form.ts';

export type Trusted = Pick<EveryForm, 'issuer' | 'issuedAt' | 'statusKey'> & {
  /** the Status List Token behind a URL */
  fetchTokenList: (url: string) => Promise<string>;
};

/**
 * With @digitalbazaar/vc and its own suites; ours is only the loader, which knows the contexts and the DID.
 * @returns the types of the good proofs, Ed25519Signature2020 first
 * @throws what the library found wrong
 */
export async function verifyJsonLd(credential: JsonObject, { issuer, issuedAt }: Trusted) {
  const result = await verifyCredential({
    credential: structuredClone(credential),
    suite: [new Ed25519Signature2020({}), new DataIntegrityProof({ cryptosuite })],
    documentLoader: createDocumentLoader({ resolveDid: async () => didDocument(issuer) }),
    now: new Date(issuedAt),
    // the lists of this test live in memory: status is not the library's affair here
    checkStatus: async () => ({ verified: true }),
  });
  if (!result.verified)
    throw result.error?.errors?.[0] ?? result.error ?? new Error('not verified');
  // the library passes a set that has one good proof, and its results are in no order
  const good = (result.results ?? []).filter(({ verified }) => verified);
  return good.map(({ proof }) => proof.type).toSorted((a, b) => (a < b ? 1 : -1));
}

/** With @sd-jwt/sd-jwt-vc, its reading of our status list included. @returns the claims with all that is disclosed */
export async function verifySdJwt(text: string, trusted: Trusted) {
  const { issuer, issuedAt, statusKey, fetchTokenList } = trusted;
  const library = new SDJwtVcInstance({
    hasher: (claim) =>
      createHash('sha256')
        .update(typeof claim === 'string' ? claim : Buffer.from(claim))
        .digest(),
    verifier: isSignedBy(issuer.publicKeyMultibase),
    statusListFetcher: fetchTokenList,
    statusVerifier: isSignedBy(statusKey.publicKeyMultibase),
  });
  const currentDate = Math.floor(issuedAt / 1_000);
  const { payload } = await library.verify(text, { currentDate });
  return payload as JsonObject;
}

/** With jose. @returns the claims */
export async function verifyJwt(text: string, { issuer, issuedAt }: Trusted) {
  const { payload } = await jwtVerify(text, publicKeyObject(issuer.publicKeyMultibase), {
    algorithms: ['EdDSA'],
    typ: 'JWT',
    issuer: issuer.did,
    currentDate: new Date(issuedAt),
    requiredClaims: ['iss', 'sub', 'jti', 'nbf', 'iat', 'vc'],
  });
  return payload as JsonObject;
}

function isSignedBy(publicKeyMultibase: string) {
  const key = publicKeyObject(publicKeyMultibase);
  return (input: string, signature: string) =>
    verify(null, Buffer.from(input), key, Buffer.from(signature, 'base64url'));
}

function didDocument({ did, verificationMethod, publicKeyMultibase }: EveryForm['issuer']) {
  return {
    id: did,
    verificationMethod: [
      { id: verificationMethod, type: 'Multikey', controller: did, publicKeyMultibase },
    ],
    assertionMethod: [verificationMethod],
  };
}

import { randomUUID } from 'node:crypto';
import { didKey } from '#did/keys';
import type { KnownSuite } from '#proofs/known-suites';
import type { JsonObject } from '#vc/data-model';
import {
  createTestKey,
  type KeyKind,
  secure,
  type TestKey,
} from '../../services/verifier/test/suites.ts';
import type { SuiteAnswer } from './helper.ts';

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const V1 = 'https://www.w3.org/2018/credentials/v1';
export const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/v2';
export const ED25519_2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';

/** A cryptosuite with one kind of key, as the suites try each. */
export interface Secured {
  suite: KnownSuite;
  kind: KeyKind;
}

export const SECURED: readonly Secured[] = [
  { suite: 'eddsa-rdfc-2022', kind: 'ed25519' },
  { suite: 'eddsa-jcs-2022', kind: 'ed25519' },
  { suite: 'ecdsa-rdfc-2019', kind: 'P-256' },
  { suite: 'ecdsa-rdfc-2019', kind: 'P-384' },
  { suite: 'Ed25519Signature2020', kind: 'ed25519' },
];

/** A new credential of VCDM 2.0, or of 1.1, that nobody has signed. */
export function unsigned(issuer: string, suite: KnownSuite, version: '1.1' | '2.0' = '2.0') {
  const isOld = version === '1.1';
  const contexts = [isOld ? V1 : V2];
  if (suite === 'Ed25519Signature2020') contexts.push(ED25519_2020);
  else if (isOld) contexts.push(DATA_INTEGRITY);
  return {
    '@context': contexts,
    id: `urn:uuid:${randomUUID()}`,
    type: ['VerifiableCredential'],
    issuer,
    ...(isOld ? { issuanceDate: '2025-03-16T22:37:26.544Z' } : { name: 'A badge' }),
    credentialSubject: { id: didKey(createTestKey('ed25519').publicKeyMultibase) },
  } satisfies JsonObject;
}

export interface SignOptions extends Secured {
  /** members of the proof beside, or instead of, the usual ones, undefined for none; they are signed */
  proof?: Record<string, unknown>;
  /** members of the credential beside, or instead of, the usual ones */
  change?: JsonObject;
  version?: '1.1' | '2.0';
  key?: TestKey;
}

/** A credential that a did:key has signed with the suite. */
export function signWith({ suite, kind, proof, change, version, key }: SignOptions) {
  const by = key ?? createTestKey(kind);
  const document = { ...unsigned(by.did, suite, version), ...change };
  return secure(document, {
    suite,
    key: by,
    created: Date.now(),
    ...(proof && { options: proof }),
  });
}

/** The proof of a document that has one. */
export function proofOf({ proof }: JsonObject): JsonObject {
  return proof as JsonObject;
}

/** A copy with other members in its proof; undefined takes a member away. */
export function withProof(document: JsonObject, members: Record<string, unknown>): JsonObject {
  const proof = { ...proofOf(document), ...members };
  return JSON.parse(JSON.stringify({ ...document, proof })) as JsonObject;
}

/** The first problem of a refused document, or nothing. */
export function problemOf({ body }: SuiteAnswer): string | undefined {
  const problems = body['problemDetails'] as { title: string }[] | undefined;
  return problems?.[0]?.title ?? (body['code'] as string | undefined);
}

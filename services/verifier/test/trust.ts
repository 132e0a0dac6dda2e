import { randomUUID } from 'node:crypto';
import { trustDid } from '#did/identifiers';
import { didKey, didKeyMethod, thumbprint } from '#did/keys';
import { createEd25519Signer, generateEd25519Key, type Signer } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import type { Accreditation, PinnedKey, StatusPurpose, TrustRecord } from '../src/domain/ports.ts';

export const ORIGIN = 'https://passport.northmoor.example';
export const NOON = Date.parse('2026-11-22T12:00:00Z');
export const DAY = 86_400_000;
export const TYPE = 'ResuscitationCredential';

export interface Holder {
  did: string;
  signer: Signer;
}

export interface Trust {
  odsCode: string;
  did: string;
  assertion: Signer;
  status: Signer;
  didDocument: JsonObject;
  record: TrustRecord & { keys: PinnedKey[]; accreditations: Accreditation[] };
  bits: Record<StatusPurpose, Uint8Array>;
  urls: Record<StatusPurpose, string>;
}

export function createTrust(odsCode: string): Trust {
  const did = trustDid(ORIGIN, odsCode);
  const assertion = createKey(did);
  const status = createKey(did);
  const list = () => `${ORIGIN}/status-lists/${randomUUID()}`;
  return {
    odsCode,
    did,
    assertion,
    status,
    didDocument: didDocumentOf(did, [assertion.id, status.id]),
    record: {
      organisation: { odsCode, did, status: 'registered' },
      keys: [pin(assertion.id, 'assertion'), pin(status.id, 'status')],
      accreditations: [accredit(TYPE)],
    },
    bits: { revocation: new Uint8Array(16_384), suspension: new Uint8Array(16_384) },
    urls: { revocation: list(), suspension: list() },
  };
}

export function createHolder(): Holder {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const signer = createEd25519Signer({ id: didKeyMethod(publicKeyMultibase), privateKey });
  return { did: didKey(publicKeyMultibase), signer };
}

/** A signer whose key's id is in that DID, whether or not anything publishes or pins it. */
export function createKey(did: string): Signer {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  return createEd25519Signer({ id: `${did}#${publicKeyMultibase}`, privateKey });
}

export function didDocumentOf(did: string, methods: string[]): JsonObject {
  return {
    id: did,
    verificationMethod: methods.map((id) => ({
      id,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: multibaseOf(id),
    })),
    assertionMethod: methods,
    authentication: [],
  };
}

export function pin(verificationMethod: string, purpose: PinnedKey['purpose']): PinnedKey {
  return {
    thumbprint: thumbprint(multibaseOf(verificationMethod)),
    verificationMethod,
    purpose,
    validFrom: toDateTimeStamp(NOON - 30 * DAY),
    validUntil: null,
    state: 'active',
  };
}

function multibaseOf(verificationMethod: string): string {
  return verificationMethod.split('#')[1] ?? '';
}

export function accredit(credentialType: string): Accreditation {
  return {
    credentialType,
    action: 'issue',
    validFrom: toDateTimeStamp(NOON - 30 * DAY),
    validUntil: null,
    withdrawnAt: null,
    withdrawnForCause: false,
  };
}

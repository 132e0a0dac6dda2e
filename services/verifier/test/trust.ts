import { randomUUID } from 'node:crypto';
import { cellDid, trustDid } from '#did/identifiers';
import { didKey, didKeyMethod, thumbprint } from '#did/keys';
import { createEd25519Signer, generateEd25519Key, type Signer } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { Cell } from '#trust/cell';
import type { RegistrySigningKey } from '#trust/registry-signature';
import type {
  Accreditation,
  OrganisationStatus,
  PinnedKey,
  StatusPurpose,
  TrustRecord,
} from '../src/domain/ports.ts';

export const ORIGIN = 'https://passport.northmoor.example';
export const OTHER_ORIGIN = 'https://passport.southmere.example';
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
  record: TestRecord;
  bits: Record<ListPurpose, Uint8Array>;
  urls: Record<ListPurpose, string>;
  /** two bits an entry, the first least significant */
  tokenList: { url: string; bits: Uint8Array };
}

export type ListPurpose = StatusPurpose | 'message';

/** A record that tests may change; what a registry says is a copy of it. */
export interface TestRecord extends TrustRecord {
  organisation: TrustRecord['organisation'] & {
    statusHistory: { status: OrganisationStatus; validFrom: string }[];
  };
  keys: PinnedKey[];
  accreditations: Accreditation[];
}

export interface TestCell extends Cell {
  signingKey: RegistrySigningKey;
}

/** A cell as the genesis has it, and the key of its registry. */
export function createCell(origin: string, odsCode: string): TestCell {
  const signingKey = generateEd25519Key();
  const { publicKeyMultibase } = signingKey;
  const since = toDateTimeStamp(NOON - 300 * DAY);
  return {
    did: cellDid(origin),
    odsCode,
    name: 'An Integrated Care System',
    registryKeys: [{ publicKeyMultibase, validFrom: since, validUntil: null }],
    admittedAt: since,
    withdrawnAt: null,
    signingKey,
  };
}

export function createTrust(odsCode: string, origin = ORIGIN): Trust {
  const did = trustDid(origin, odsCode);
  const assertion = createKey(did);
  const status = createKey(did);
  const list = () => `${origin}/status-lists/${randomUUID()}`;
  return {
    odsCode,
    did,
    assertion,
    status,
    record: {
      organisation: {
        odsCode,
        did,
        status: 'registered',
        statusHistory: [
          { status: 'invited', validFrom: toDateTimeStamp(NOON - 31 * DAY) },
          { status: 'registered', validFrom: toDateTimeStamp(NOON - 30 * DAY) },
        ],
      },
      keys: [pin(assertion.id, 'assertion'), pin(status.id, 'status')],
      accreditations: [accredit(TYPE)],
      epoch: 1,
    },
    bits: {
      revocation: new Uint8Array(16_384),
      suspension: new Uint8Array(16_384),
      message: new Uint8Array(32_768),
    },
    urls: { revocation: list(), suspension: list(), message: list() },
    tokenList: { url: list(), bits: new Uint8Array(32_768) },
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

export function pin(verificationMethod: string, purpose: PinnedKey['purpose']): PinnedKey {
  return {
    thumbprint: thumbprint(multibaseOf(verificationMethod)),
    publicKeyMultibase: multibaseOf(verificationMethod),
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

/** From then on it has that status. */
export function becomes({ record }: Trust, status: OrganisationStatus, at: number): void {
  record.organisation.status = status;
  record.organisation.statusHistory.push({ status, validFrom: new Date(at).toISOString() });
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

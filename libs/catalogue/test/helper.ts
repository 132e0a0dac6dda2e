import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import {
  checkClaims,
  CONTEXT_URL,
  findCredentialType,
  type CredentialTypeEntry,
  schemaUrl,
} from '../catalogue.ts';

/** The status terms that VCDM 1.1 lacks. */
const STATUS_V1_CONTEXT = 'https://www.w3.org/ns/credentials/status/v1';
const LIST = 'https://passport.northmoor.example/status-lists/0a0b6a52-3333-4b1e-9c55-0d7b6a1e2f90';
const TIME = '2026-01-05T09:00:00Z';

/** A whole credential around a type's example, as far as schemas and contexts look at it. */
export function credentialFor(
  entry: CredentialTypeEntry,
  base: string = CREDENTIALS_V2_CONTEXT,
): JsonObject {
  const isV2 = base === CREDENTIALS_V2_CONTEXT;
  const { type, version, example } = entry;
  return {
    '@context': isV2 ? [base, CONTEXT_URL] : [base, CONTEXT_URL, STATUS_V1_CONTEXT],
    id: 'urn:uuid:7a3e6a0e-1111-4b1e-9c55-0d7b6a1e2f90',
    type: ['VerifiableCredential', type],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    ...(isV2 ? { validFrom: TIME } : { issuanceDate: TIME }),
    credentialSubject: {
      id: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
      ...example,
    },
    trustFramework: {
      ...entry.trustFramework,
      provider: 'Ashmere Teaching Hospitals Trust',
      lastRefresh: TIME,
    },
    credentialSchema: { id: schemaUrl(type, version), type: 'JsonSchema' },
    credentialStatus: isV2 ? [entryOf('revocation'), entryOf('suspension')] : messageEntry(),
    supersedes: 'urn:uuid:1c1f6a52-2222-4b1e-9c55-0d7b6a1e2f90',
  };
}

function entryOf(statusPurpose: string): JsonObject {
  return {
    id: `${LIST}#42`,
    type: 'BitstringStatusListEntry',
    statusPurpose,
    statusListIndex: '42',
    statusListCredential: LIST,
  };
}

function messageEntry(): JsonObject {
  const statusMessage = ['valid', 'revoked', 'suspended', 'revoked'].map((message, value) => ({
    status: `0x${value}`,
    message,
  }));
  return { ...entryOf('message'), statusSize: 2, statusMessage };
}

/** A copy of a type's example claims. */
export function exampleOf(type: string): JsonObject {
  return structuredClone(findCredentialType(type)?.example ?? {});
}

/** Findings for a type's example with some claims changed; undefined takes a claim out. */
export function changed(type: string, change: Record<string, unknown>): Problem[] {
  const claims = Object.entries({ ...exampleOf(type), ...change }).filter(
    ([, value]) => value !== undefined,
  );
  return checkClaims(type, Object.fromEntries(claims));
}

import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import {
  checkClaims,
  CONTEXT_URL,
  findCredentialType,
  type CredentialTypeEntry,
  schemaUrl,
  trustFrameworkFor,
} from '../catalogue.ts';

const TIME = '2026-01-05T09:00:00Z';

/** A whole credential around a type's example, as far as schemas and contexts look at it. */
export function credentialFor(
  entry: CredentialTypeEntry,
  base: string = CREDENTIALS_V2_CONTEXT,
): JsonObject {
  const isV2 = base === CREDENTIALS_V2_CONTEXT;
  const { type, version, example } = entry;
  return {
    '@context': [base, CONTEXT_URL],
    id: 'urn:uuid:7a3e6a0e-1111-4b1e-9c55-0d7b6a1e2f90',
    type: ['VerifiableCredential', type],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    ...(isV2 ? { validFrom: TIME } : { issuanceDate: TIME }),
    credentialSubject: {
      id: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
      ...example,
    },
    trustFramework: {
      ...trustFrameworkFor(type, {
        organisationName: 'Ashmere Teaching Hospitals Trust',
        lastRefresh: TIME,
      }),
    },
    credentialSchema: { id: schemaUrl(type, version), type: 'JsonSchema' },
    supersedes: 'urn:uuid:1c1f6a52-2222-4b1e-9c55-0d7b6a1e2f90',
  };
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

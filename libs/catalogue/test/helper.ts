import type { JsonObject } from '#vc/data-model';
import { CREDENTIALS_V2_CONTEXT } from '#vc/data-model';
import {
  CONTEXT_URL,
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
    // VCDM 1.1 has no term for the schema's type JsonSchema.
    ...(isV2 ? { credentialSchema: { id: schemaUrl(type, version), type: 'JsonSchema' } } : {}),
  };
}

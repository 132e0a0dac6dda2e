import { CONTEXT_URL } from '#catalogue/catalogue';
import { createStatusEntries } from '#status/status-list-entry';
import { type Credential, CREDENTIALS_V2_CONTEXT } from '#vc/data-model';
import type { CredentialFacts } from './credential-facts.ts';

/** The unsigned JSON-LD credential of VCDM 2.0, with an entry each for revocation and suspension. */
export function buildVcdm2(facts: CredentialFacts): Credential {
  const { uuid, edition, claims, validUntil, supersedes } = facts;
  return {
    '@context': [CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
    id: `urn:uuid:${uuid}`,
    type: ['VerifiableCredential', edition.type],
    issuer: facts.issuer,
    validFrom: facts.validFrom,
    ...(validUntil !== undefined && { validUntil }),
    credentialSubject: { id: facts.holderDid, ...claims },
    trustFramework: { ...facts.trustFramework },
    ...(supersedes !== undefined && { supersedes }),
    credentialSchema: { id: edition.schemaUrl, type: 'JsonSchema' },
    credentialStatus: createStatusEntries(facts.statusIndex),
  };
}

import { CONTEXT_URL } from '#catalogue/catalogue';
import { createMessageEntry } from '#status/status-list-entry';
import { type Credential, CREDENTIALS_V1_CONTEXT, STATUS_V1_CONTEXT } from '#vc/data-model';
import type { CredentialFacts } from './credential-facts.ts';
import { listOf } from './list-of.ts';

/**
 * The unsigned credential of VCDM 1.1, for its JSON-LD forms and inside a JWT: 1.1's names for the dates (§4.6), and
 * one status object, because an array breaks wallets that want 1.1.
 */
export function buildVcdm1(facts: CredentialFacts): Credential {
  const { uuid, edition, claims, validUntil, supersedes, statusIndex } = facts;
  const messageList = listOf(statusIndex, 'message');
  return {
    '@context': [CREDENTIALS_V1_CONTEXT, CONTEXT_URL, STATUS_V1_CONTEXT],
    id: `urn:uuid:${uuid}`,
    type: ['VerifiableCredential', edition.type],
    issuer: facts.issuer,
    issuanceDate: facts.validFrom,
    ...(validUntil !== undefined && { expirationDate: validUntil }),
    credentialSubject: { id: facts.holderDid, ...claims },
    trustFramework: { ...facts.trustFramework },
    ...(supersedes !== undefined && { supersedes }),
    credentialSchema: { id: edition.schemaUrl, type: 'JsonSchema' },
    credentialStatus: createMessageEntry({ messageList, index: statusIndex.index }),
  };
}

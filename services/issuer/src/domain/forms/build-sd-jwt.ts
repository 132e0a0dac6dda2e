import { publicJwk } from '#did/keys';
import { createTokenStatusClaim } from '#status/status-list-entry';
import type { JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { CredentialFacts } from './credential-facts.ts';
import { listOf } from './list-of.ts';

const DID_KEY = 'did:key:';

/**
 * The payload of an SD-JWT VC before claims are hidden in it. Times are whole seconds inside the period that the
 * other forms state.
 * @throws VcError HOLDER_NOT_BOUND for a holder whose key is not in its DID
 */
export function buildSdJwt(facts: CredentialFacts): JsonObject {
  const { uuid, edition, claims, validUntil, supersedes, statusIndex } = facts;
  const tokenList = listOf(statusIndex, 'token');
  const registered = {
    iss: facts.issuerUrl,
    sub: facts.holderDid,
    jti: `urn:uuid:${uuid}`,
    iat: Math.floor(facts.issuedAt / 1_000),
    nbf: Math.ceil(secondsOf(facts.validFrom)),
    ...(validUntil !== undefined && { exp: Math.floor(secondsOf(validUntil)) }),
    vct: edition.vct,
    cnf: { jwk: { ...holderJwk(facts.holderDid) } as JsonObject },
    ...createTokenStatusClaim({ tokenList, index: statusIndex.index }),
    trustFramework: { ...facts.trustFramework },
    credentialSchema: { id: edition.schemaUrl, type: 'JsonSchema' },
    ...(supersedes !== undefined && { supersedes }),
  };
  const taken = Object.keys(claims).find((name) => Object.hasOwn(registered, name));
  // the catalogue has no such claim, and a test sees to it
  if (taken !== undefined)
    throw new Error(`${edition.type} has a claim named ${taken}, which JWTs have`);
  return { ...registered, ...claims };
}

/** Every claim of the type but those that its verifiers always need. */
export function disclosableClaims({ edition, claims }: CredentialFacts): string[] {
  return Object.keys(claims).filter((name) => !edition.entry.alwaysDisclosed.includes(name));
}

function holderJwk(did: string) {
  if (did.startsWith(DID_KEY)) return publicJwk(did.slice(DID_KEY.length));
  throw new VcError('HOLDER_NOT_BOUND', 'An SD-JWT is bound to the key of a did:key holder only');
}

function secondsOf(time: string): number {
  return (parseDateTimeStamp(time) ?? Number.NaN) / 1_000;
}

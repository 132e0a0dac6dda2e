import { decodeBase64url } from '#vc/compact-jws';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import { multibaseOfPublicJwk } from './verification-key.ts';

const PREFIX = 'did:jwk:';
const MAX_MEMBERS = 20;

/** Whether a DID is of the method did:jwk, whose document is in the DID itself. */
export function isDidJwk(did: string): boolean {
  return did.startsWith(PREFIX);
}

/**
 * The document of a did:jwk: one key, `#0`, for every purpose unless it is for encryption only.
 * @throws VcError INVALID_DID for what holds no public JWK that verifies here
 */
export function didJwkDocument(did: string): JsonObject {
  const publicKeyJwk = readJwk(did);
  const id = `${did}#0`;
  const purposes = publicKeyJwk['use'] === 'enc' ? [] : [id];
  return {
    id: did,
    verificationMethod: [{ id, type: 'JsonWebKey2020', controller: did, publicKeyJwk }],
    assertionMethod: purposes,
    authentication: purposes,
  };
}

function readJwk(did: string): JsonObject {
  try {
    const jwk = parseStrictJson(decodeBase64url(did.slice(PREFIX.length)), {
      maxNodes: MAX_MEMBERS,
    });
    if (!isJsonObject(jwk)) throw new VcError('PARSING_ERROR', 'It is not an object');
    multibaseOfPublicJwk(jwk);
    return jwk;
  } catch (cause) {
    throw new VcError('INVALID_DID', 'The did:jwk holds no public key that can be used', { cause });
  }
}

import { didJwkDocument, isDidJwk } from '#did/did-jwk';
import { parseDidDocument } from '#did/did-document';
import { didKey, multibaseOfJwk } from '#did/keys';
import { multibaseOfPublicJwk } from '#did/verification-key';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';

/**
 * The did:key of a key to which a credential is bound: Ed25519, or P-256, which many phones keep in hardware.
 * @throws VcError INVALID_VERIFICATION_METHOD for any other, and for what is no point of its curve
 */
export function didKeyOfJwk(jwk: JsonValue | undefined): string {
  if (!isJsonObject(jwk)) throw unusable();
  const { kty, crv } = jwk;
  if (kty === 'OKP') return didKey(multibaseOfJwk(jwk));
  if (kty !== 'EC' || crv !== 'P-256') throw unusable();
  return didKey(multibaseOfPublicJwk(jwk));
}

/**
 * Who holds the key to which a credential about somebody is bound: they, where their did:key or did:jwk is that key,
 * else its did:key. A key has one did:key, but as many did:jwk as its JWK has spellings.
 * @param cnf the claim (RFC 7800 §3.2)
 * @throws VcError MALFORMED_VALUE_ERROR when there is none, or no key of it that can be used; INVALID_DID for a did:jwk
 * that holds no key
 */
export function holderOf({ cnf, sub }: JsonObject): string {
  const did = didKeyOfCnf(cnf);
  return typeof sub === 'string' && isDidJwk(sub) && didKeyOfDidJwk(sub) === did ? sub : did;
}

function didKeyOfCnf(cnf: JsonValue | undefined): string {
  try {
    return didKeyOfJwk(isJsonObject(cnf) ? cnf['jwk'] : undefined);
  } catch (cause) {
    const errors = [{ pointer: '/cnf/jwk', detail: 'is not a key of Ed25519 or P-256' }];
    throw new VcError('MALFORMED_VALUE_ERROR', 'It is bound to no key', { cause, errors });
  }
}

/** undefined for a key that is not for signing */
function didKeyOfDidJwk(did: string): string | undefined {
  const { methods, purposes } = parseDidDocument(did, didJwkDocument(did));
  const [id = ''] = purposes.authentication;
  const publicKeyJwk = methods.get(id)?.['publicKeyJwk'];
  return isJsonObject(publicKeyJwk) ? didKey(multibaseOfPublicJwk(publicKeyJwk)) : undefined;
}

function unusable(): VcError {
  return new VcError('INVALID_VERIFICATION_METHOD', 'The key is neither Ed25519 nor P-256');
}

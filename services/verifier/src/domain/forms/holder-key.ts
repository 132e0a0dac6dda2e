import { didJwkDocument, isDidJwk } from '#did/did-jwk';
import { parseDidDocument } from '#did/did-document';
import { didKey, multibaseOfJwk } from '#did/keys';
import { multibaseOfPublicJwk } from '#did/verification-key';
import { isJsonObject, type JsonValue } from '#vc/data-model';
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
 * @throws VcError as didKeyOfJwk, and INVALID_DID for a did:jwk that holds no key
 */
export function holderOfJwk(jwk: JsonValue | undefined, sub: JsonValue | undefined): string {
  const did = didKeyOfJwk(jwk);
  return typeof sub === 'string' && isDidJwk(sub) && didKeyOfDidJwk(sub) === did ? sub : did;
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

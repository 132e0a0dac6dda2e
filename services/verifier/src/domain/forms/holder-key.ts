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

function unusable(): VcError {
  return new VcError('INVALID_VERIFICATION_METHOD', 'The key is neither Ed25519 nor P-256');
}

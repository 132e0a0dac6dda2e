import { didKey, multibaseOfJwk } from '#did/keys';
import { encodeBase58btc } from '#did/multibase';
import { decodeBase64url } from '#vc/compact-jws';
import { isJsonObject, type JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';

// Multicodec p256-pub, 0x1200 as varint; then the point in its compressed form (SEC 1 §2.3.3).
const MULTICODEC_P256 = [0x80, 0x24];
const COORDINATE = 32;

/**
 * The did:key of a key to which a credential is bound: Ed25519, or P-256, which many phones keep in hardware.
 * @throws VcError INVALID_VERIFICATION_METHOD or PARSING_ERROR for any other
 */
export function didKeyOfJwk(jwk: JsonValue | undefined): string {
  if (!isJsonObject(jwk)) throw unusable();
  const { kty, crv } = jwk;
  if (kty === 'OKP') return didKey(multibaseOfJwk(jwk));
  if (kty !== 'EC' || crv !== 'P-256' || 'd' in jwk) throw unusable();
  const [x, y] = [coordinate(jwk['x']), coordinate(jwk['y'])];
  const sign = 2 + ((y.at(-1) ?? 0) & 1);
  return didKey(encodeBase58btc(Uint8Array.from([...MULTICODEC_P256, sign, ...x])));
}

function coordinate(value: JsonValue | undefined): Uint8Array {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : new Uint8Array();
  if (bytes.length !== COORDINATE) throw unusable();
  return bytes;
}

function unusable(): VcError {
  return new VcError('INVALID_VERIFICATION_METHOD', 'The key is neither Ed25519 nor P-256');
}

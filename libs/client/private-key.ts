import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ClientError } from './client-error.ts';

/** An Ed25519 or P-256 private key (RFC 7517, RFC 8037), as the client was registered with. */
export interface PrivateJwk {
  kty: string;
  crv?: string;
  kid?: string;
  [member: string]: unknown;
}

/** @throws ClientError INVALID_REQUEST, without a cause: Node's own error may quote the key */
export function readPrivateKey(jwk: PrivateJwk): {
  privateKey: KeyObject;
  algorithm: 'EdDSA' | 'ES256';
} {
  const privateKey = parse(jwk);
  if (privateKey?.asymmetricKeyType === 'ed25519') return { privateKey, algorithm: 'EdDSA' };
  if (privateKey?.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { privateKey, algorithm: 'ES256' };
  }
  throw new ClientError('INVALID_REQUEST', 'privateKey is no private JWK of Ed25519 or P-256');
}

function parse(jwk: PrivateJwk): KeyObject | undefined {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readSecretFile } from '#kit/config';
import { publicJwk, publicKeyMultibaseOf, thumbprint } from '#did/keys';
import { privateKeyFromJwk } from '#proofs/signer';

/** The key that signs what is sent to webhooks. `id` is its RFC 7638 thumbprint. */
export interface WebhookKey {
  id: string;
  publicJwk: Record<string, unknown>;
  sign(bytes: Uint8Array): Buffer;
}

export function createWebhookKey(privateKey: KeyObject): WebhookKey {
  const multibase = publicKeyMultibaseOf(createPublicKey(privateKey));
  const id = thumbprint(multibase);
  return {
    id,
    publicJwk: { ...publicJwk(multibase), kid: id, use: 'sig', alg: 'EdDSA' },
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

/** @throws VcError CRYPTOGRAPHIC_SECURITY_ERROR when the file holds no private Ed25519 JWK */
export function readWebhookKey(file: string): WebhookKey {
  return createWebhookKey(privateKeyFromJwk(JSON.parse(readSecretFile(file))));
}

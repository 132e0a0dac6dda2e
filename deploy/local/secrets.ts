import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { thumbprint } from '#did/keys';
import { generateEd25519Key, privateKeyToJwk } from '#proofs/signer';

/** Makes a secret once; it is readable by its owner only and never printed. */
function keepSecret(path: string, make: () => string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const secret = make();
  writeWhole(path, secret);
  return secret;
}

/** In one step: a launcher that is killed leaves no half of a file that the next one keeps. */
export function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** A database password. */
export function keepPassword(path: string): string {
  return keepSecret(path, () => randomBytes(24).toString('base64url'));
}

/** 32 random bytes in base64, under which private keys are kept in the database. */
export function keepKeyEncryptionKey(path: string): void {
  keepSecret(path, () => randomBytes(32).toString('base64'));
}

export type PrivateJwk = Record<'kty' | 'crv' | 'x' | 'd' | 'kid', string>;

/** An Ed25519 private key as JWK; `kid` is its thumbprint (RFC 7638). */
export function keepPrivateKey(path: string): PrivateJwk {
  const text = keepSecret(path, () => {
    const { privateKey, publicKeyMultibase } = generateEd25519Key();
    return JSON.stringify({ ...privateKeyToJwk(privateKey), kid: thumbprint(publicKeyMultibase) });
  });
  return JSON.parse(text) as PrivateJwk;
}

export function publicPart({ kty, crv, x, kid }: PrivateJwk) {
  return { kty, crv, x, kid };
}

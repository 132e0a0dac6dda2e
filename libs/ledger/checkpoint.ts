import { createPrivateKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isHash, parseObject } from './audit-row.ts';

/** What a service says its streams had reached. `at` in ISO 8601, hashes in hexadecimal. */
export interface Checkpoint {
  service: string;
  at: string;
  heads: { stream: string; seq: number; hash: string }[];
}

export type SignBytes = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** One line without the line feed: the checkpoint with its Ed25519 `signature` in base64url as the last member. */
export async function signCheckpoint(checkpoint: Checkpoint, signBytes: SignBytes) {
  const signature = await signBytes(signedBytes(checkpoint));
  return JSON.stringify({
    ...ordered(checkpoint),
    signature: Buffer.from(signature).toString('base64url'),
  });
}

/** @returns the checkpoint, or why the line cannot be relied on */
export function verifyCheckpoint(
  line: string,
  publicKey: KeyObject,
): Checkpoint | 'checkpoint-malformed' | 'checkpoint-signature' {
  const parsed = parseCheckpoint(line);
  if (parsed === undefined) return 'checkpoint-malformed';
  const signature = Buffer.from(parsed.signature, 'base64url');
  const good = verify(null, signedBytes(parsed.checkpoint), publicKey, signature);
  return good ? parsed.checkpoint : 'checkpoint-signature';
}

/** A signer with the Ed25519 private JWK in a file: the service's `audit` key. */
export function ed25519Signer(privateJwkFile: string): (bytes: Uint8Array) => Uint8Array {
  const jwk = JSON.parse(readFileSync(privateJwkFile, 'utf8')) as JsonWebKey;
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${privateJwkFile} holds no Ed25519 key`);
  return (bytes) => sign(null, bytes, key);
}

// The members in a fixed order make the text that is signed.
function ordered({ service, at, heads }: Checkpoint): Checkpoint {
  return { service, at, heads: heads.map(({ stream, seq, hash }) => ({ stream, seq, hash })) };
}

function signedBytes(checkpoint: Checkpoint): Uint8Array {
  return Buffer.from(`staff-passport-audit-checkpoint\n${JSON.stringify(ordered(checkpoint))}`);
}

function parseCheckpoint(line: string): { checkpoint: Checkpoint; signature: string } | undefined {
  const { service, at, heads, signature } = parseObject(line) ?? {};
  if (typeof service !== 'string' || typeof at !== 'string') return undefined;
  if (typeof signature !== 'string' || !Array.isArray(heads) || !heads.every(isHead)) {
    return undefined;
  }
  return { checkpoint: { service, at, heads }, signature };
}

function isHead(value: unknown): value is Checkpoint['heads'][number] {
  const { stream, seq, hash } = (value ?? {}) as Record<string, unknown>;
  return typeof stream === 'string' && Number.isSafeInteger(seq) && isHash(hash);
}

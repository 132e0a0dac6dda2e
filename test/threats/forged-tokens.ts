import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { Client } from 'pg';
import { openPrivateKey } from '#proofs/sealed-key';
import type { StackFile } from '../../deploy/local/hr-client.ts';

export interface Claims {
  [name: string]: unknown;
}

/** What the authorization server of a stack signs access tokens with, so that a test may sign what it never would. */
export interface TokenForge {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** of a token that every guarded route lets in */
  claims: Claims;
  header: { alg: string; typ: string; kid: string };
  /** that token, with changes; a change to undefined leaves the member out */
  sign(changes?: { claims?: Claims; header?: Claims }, key?: KeyObject): Promise<string>;
  /** header and claims encoded, with a signature of the caller's making */
  assemble(header: Claims, signer: (signed: string) => Buffer | string): string;
}

export async function openForge(
  stack: StackFile,
  dataDir: string,
  scopes: readonly string[],
): Promise<TokenForge> {
  const { kid, privateKey } = await readSigningKey(dataDir);
  const publicKey = createPublicKey(privateKey);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: stack.publicOrigin,
    aud: stack.publicOrigin,
    sub: 'person-of-no-name',
    client_id: stack.administrator.clientId,
    ods_code: 'ZZA01',
    scope: scopes.join(' '),
    acr: 'AAL3_ANY',
    iat: now,
    exp: now + 600,
  };
  const header = { alg: 'ES256', typ: 'at+jwt', kid };
  return {
    kid,
    privateKey,
    publicKey,
    claims,
    header,
    sign: (changes = {}, key = privateKey) =>
      new SignJWT({ ...claims, jti: randomUUID(), ...changes.claims })
        .setProtectedHeader({ ...header, ...changes.header })
        .sign(key),
    assemble(changes, signer) {
      const parts = [
        { ...header, ...changes },
        { ...claims, jti: randomUUID() },
      ].map(encode);
      const signature = signer(parts.join('.'));
      const text = typeof signature === 'string' ? signature : signature.toString('base64url');
      return [...parts, text].join('.');
    },
  };
}

export function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function readSigningKey(dataDir: string) {
  const secret = (name: string) => readFileSync(join(dataDir, 'secrets', name), 'utf8').trim();
  const database = new Client({ connectionString: secret('database-url') });
  await database.connect();
  try {
    const { rows } = await database.query<{ kid: string; sealed: Buffer }>(
      'select kid, sealed from authz.signing_keys where signs_from <= now() order by signs_from desc limit 1',
    );
    const [row] = rows;
    if (row === undefined) throw new Error('There is no key that signs');
    const keyEncryptionKey = Buffer.from(secret('authorization.kek'), 'base64');
    const { kid, sealed } = row;
    return { kid, privateKey: openPrivateKey({ sealed, keyEncryptionKey, keyId: kid }) };
  } finally {
    await database.end();
  }
}

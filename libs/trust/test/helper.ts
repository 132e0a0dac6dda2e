import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicKeyMultibaseOf, thumbprint } from '#did/keys';
import type { JsonObject } from '#vc/data-model';
import type { Cell } from '../cell.ts';
import type { RegistrySigningKey } from '../registry-signature.ts';

export const NOW = Date.parse('2026-11-22T16:00:00.250Z');
export const CELL_DID = 'did:web:passport.northmoor.example';

export function newKey(): RegistrySigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKeyMultibase: publicKeyMultibaseOf(privateKey) };
}

export const registryKey = newKey();
export const anchorKey = newKey();
export const anchorThumbprint = thumbprint(anchorKey.publicKeyMultibase);

export function cell(changes: Partial<Cell> = {}): Cell {
  return {
    did: CELL_DID,
    odsCode: 'QZN',
    name: 'Northmoor Integrated Care System',
    registryKeys: [
      {
        publicKeyMultibase: registryKey.publicKeyMultibase,
        validFrom: '2026-01-01T00:00:00Z',
        validUntil: null,
      },
    ],
    admittedAt: '2026-01-01T00:00:00Z',
    withdrawnAt: null,
    ...changes,
  };
}

const decode = (part: string): JsonObject =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as JsonObject;
const encode = (value: JsonObject | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function parts(text: string): { header: JsonObject; claims: JsonObject } {
  const [header = '', claims = ''] = text.split('.');
  return { header: decode(header), claims: decode(claims) };
}

/** The same JWS with other claims under the old signature. */
export function tampered(text: string, changes: JsonObject): string {
  const [header, , signature] = text.split('.');
  return `${header}.${encode({ ...parts(text).claims, ...changes })}.${signature}`;
}

export interface ResignOptions {
  header?: JsonObject | string;
  claims?: JsonObject | string;
  /** answers the signature of the signing input */
  signWith: (input: Buffer) => Buffer;
}

/** The same JWS with changed members, signed anew; a text takes the whole part's place. */
export function resigned(text: string, { header = {}, claims = {}, signWith }: ResignOptions) {
  const old = parts(text);
  const newHeader = typeof header === 'string' ? header : { ...old.header, ...header };
  const newClaims = typeof claims === 'string' ? claims : { ...old.claims, ...claims };
  const input = `${encode(newHeader)}.${encode(newClaims)}`;
  return `${input}.${signWith(Buffer.from(input)).toString('base64url')}`;
}

/** The raw public key as an HMAC secret: what a verifier would use that lets the header choose the algorithm. */
export function publicKeyAsSecret(key: KeyObject): string {
  return Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url').toString('latin1');
}

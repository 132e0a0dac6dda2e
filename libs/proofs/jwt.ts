import { signingInputOf } from '#vc/compact-jws';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { Signer } from './signer.ts';

/** The `alg` of what is signed here: Ed25519 (RFC 8037 §3.1). */
export const JWT_ALGORITHM = 'EdDSA';

/** The one `alg` of each kind of key with which holders sign; what issuers sign is JWT_ALGORITHM. */
export const HOLDER_ALGORITHMS = { EdDSA: 'Ed25519', ES256: 'P-256' } as const;

/** The most characters of a credential as text. */
export const MAX_CREDENTIAL_LENGTH = 65_536;

/** Milliseconds by which a clock here may be behind that of whoever signed. */
export const MAX_CLOCK_SKEW = 60_000;

const YEAR_10000 = 253_402_300_800;

export interface SignJwtOptions {
  typ: string;
  claims: JsonObject;
  signer: Signer;
  /** whether the header names the key; a KB-JWT's is known from what it is bound to */
  named?: boolean | undefined;
}

/** A compact JWS by a signer. */
export async function signJwt(options: SignJwtOptions): Promise<string> {
  const { typ, claims, signer, named = true } = options;
  const header: JsonObject = { alg: JWT_ALGORITHM, typ, ...(named ? { kid: signer.id } : {}) };
  const input = signingInputOf(header, claims);
  const signature = await signer.sign({ data: Buffer.from(input) });
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** NumericDate of a time in milliseconds, in whole seconds as JWT libraries expect it. */
export function toNumericDate(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}

/**
 * Milliseconds since the epoch of a NumericDate (RFC 7519 §2), which may have a fraction; undefined when the claim
 * is not there.
 * @throws VcError MALFORMED_VALUE_ERROR for anything but a number of the years 1970 to 9999
 */
export function timeOfClaim(claims: JsonObject, name: string): number | undefined {
  const value: JsonValue | undefined = claims[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0 && value < YEAR_10000)) {
    throw malformedClaim(name, 'is not a NumericDate');
  }
  return Math.round(value * 1_000);
}

/**
 * Whether claims are good now by their `nbf`, for which a clock may be behind, and `exp`, which itself is too late
 * (RFC 7519 §4.1.4, §4.1.5); claims without either always are.
 * @throws VcError MALFORMED_VALUE_ERROR
 */
export function isWithinPeriod(claims: JsonObject, now: number): boolean {
  const validFrom = timeOfClaim(claims, 'nbf') ?? 0;
  const validUntil = timeOfClaim(claims, 'exp') ?? Infinity;
  return validFrom <= now + MAX_CLOCK_SKEW && now < validUntil;
}

/** Text of a claim; undefined when it is not there. @throws VcError MALFORMED_VALUE_ERROR */
export function textOfClaim(claims: JsonObject, name: string): string | undefined {
  const value: JsonValue | undefined = claims[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw malformedClaim(name, 'is not text');
}

/** `kid` of a header: the DID URL of the key. @throws VcError MALFORMED_VALUE_ERROR */
export function kidOf({ kid }: JsonObject): string {
  if (typeof kid === 'string' && kid !== '') return kid;
  throw new VcError('MALFORMED_VALUE_ERROR', 'The header of the JWT does not name a key');
}

/** The error of a claim that cannot be used. */
export function malformedClaim(name: string, detail: string): VcError {
  return new VcError('MALFORMED_VALUE_ERROR', `The claim ${name} of the JWT ${detail}`, {
    errors: [{ pointer: `/${name}`, detail }],
  });
}

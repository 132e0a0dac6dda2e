import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { Cell, RegistryKey } from './cell.ts';
import { signCompact, verifyCompact } from './compact-jws.ts';

/** How far a registry's clock may run ahead of ours, in milliseconds. */
const CLOCK_SKEW = 60_000;

/** A registry's key pair. */
export interface RegistrySigningKey {
  privateKey: KeyObject;
  publicKeyMultibase: string;
}

export interface RegistryClaims {
  typ: string;
  /** the cell's DID */
  issuer: string;
  /** milliseconds */
  issuedAt: number;
  /** milliseconds */
  expiresAt: number;
  claims: JsonObject;
}

export interface VerifyByCellOptions {
  typ: string;
  cell: Cell;
  /** milliseconds */
  now: number;
  /** the most characters */
  maxLength: number;
}

/** Claims that a registry's signature stands for. */
export interface VerifiedClaims {
  claims: JsonObject;
  /** milliseconds */
  issuedAt: number;
  /** milliseconds */
  expiresAt: number;
}

/**
 * Signs for a cell's registry. `iat` and `exp` are whole seconds, as any JWT library reads them; `issuedAt` and
 * `expiresAt` say the same to the millisecond, because two statements of one second must be told apart.
 */
export function signByRegistry(statement: RegistryClaims, key: RegistrySigningKey): string {
  const { typ, issuer, issuedAt, expiresAt } = statement;
  const claims = {
    ...statement.claims,
    iss: issuer,
    iat: seconds(issuedAt),
    exp: seconds(expiresAt),
    issuedAt,
    expiresAt,
  };
  return signCompact({ typ, kid: `${issuer}#${key.publicKeyMultibase}`, claims }, key.privateKey);
}

/**
 * The claims that a cell's registry signed, with a key that the genesis gives it for the moment of signing and still.
 * @throws VcError REGISTRY_STALE when it was good but has expired, else REGISTRY_STATEMENT_INVALID
 */
export async function verifyByRegistry(
  text: string,
  options: VerifyByCellOptions,
): Promise<VerifiedClaims> {
  const { cell, now, typ, maxLength } = options;
  let usedKey: RegistryKey | undefined;
  const keyOf = (kid: string): string | undefined => {
    usedKey = cell.registryKeys.find((key) => kid === `${cell.did}#${key.publicKeyMultibase}`);
    return usedKey?.publicKeyMultibase;
  };
  const claims = await verifyCompact(text, { typ, maxLength, keyOf }).catch((cause: unknown) => {
    throw invalid(cause instanceof Error ? cause.message : 'It is unreadable', cause);
  });
  const { issuedAt, expiresAt } = readTimes(claims);
  if (claims['iss'] !== cell.did) throw invalid('It is of another cell');
  if (!isWithin(now, cell.admittedAt, cell.withdrawnAt)) throw invalid('The cell is not admitted');
  // Now too: whoever has stolen a key that was retired chooses the date that it signs. Only its begin may lie ahead of
  // our clock.
  const signedAndNow = [issuedAt, Math.max(issuedAt, now)];
  if (
    !signedAndNow.every((time) => usedKey && isWithin(time, usedKey.validFrom, usedKey.validUntil))
  ) {
    throw invalid('Its key did not stand when it was signed, or stands no more');
  }
  if (issuedAt > now + CLOCK_SKEW) throw invalid('It is from the future');
  if (now >= expiresAt) {
    throw new VcError('REGISTRY_STALE', `What the registry of ${cell.did} signed has expired`);
  }
  return { claims, issuedAt, expiresAt };
}

/** The refusal of what a registry is said to have signed. */
export function invalid(detail: string, cause?: unknown): VcError {
  return new VcError(
    'REGISTRY_STATEMENT_INVALID',
    `The registry's statement is refused: ${detail}`,
    {
      cause,
    },
  );
}

function readTimes(claims: JsonObject): { issuedAt: number; expiresAt: number } {
  const { iat, exp, issuedAt, expiresAt } = claims;
  if (!isTime(issuedAt) || !isTime(expiresAt) || expiresAt <= issuedAt) {
    throw invalid('Its times cannot be read');
  }
  if (iat !== seconds(issuedAt) || exp !== seconds(expiresAt)) {
    throw invalid('Its times contradict each other');
  }
  return { issuedAt, expiresAt };
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

// A date that cannot be read never lies within: NaN compares false.
function isWithin(moment: number, from: string, until: string | null): boolean {
  const begin = parseDateTimeStamp(from) ?? Number.NaN;
  const end = until === null ? Infinity : (parseDateTimeStamp(until) ?? Number.NaN);
  return moment >= begin && moment < end;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}

import type { JsonObject } from '#vc/data-model';
import type { Cell, RegistryStatement } from './cell.ts';
import {
  invalid,
  type RegistrySigningKey,
  signByRegistry,
  verifyByRegistry,
} from './registry-signature.ts';

/** Of a cell's whole snapshot, in characters. */
const MAX_LENGTH = 8 * 1024 * 1024;

export interface VerifyStatementOptions {
  /** as the genesis has it */
  cell: Cell;
  kind: RegistryStatement['kind'];
  /** milliseconds */
  now: number;
}

/** Signs a snapshot or a part of the change feed: a compact JWS, `typ` registry-snapshot+jwt or registry-changes+jwt. */
export async function signStatement(
  statement: RegistryStatement,
  key: RegistrySigningKey,
): Promise<string> {
  const { kind, issuer, epoch, since, issuedAt, expiresAt, records } = statement;
  const claims: JsonObject = { epoch, since, records: records as JsonObject[] };
  return signByRegistry({ typ: typOf(kind), issuer, issuedAt, expiresAt, claims }, key);
}

/**
 * A statement of a cell's registry. Whether its epoch is older than one already seen is the caller's to know, and so
 * is the shape of the records.
 * @throws VcError REGISTRY_STALE when it was good but has expired, else REGISTRY_STATEMENT_INVALID
 */
export async function verifyStatement(
  text: string,
  { cell, kind, now }: VerifyStatementOptions,
): Promise<RegistryStatement> {
  const options = { typ: typOf(kind), cell, now, maxLength: MAX_LENGTH };
  const { claims, issuedAt, expiresAt } = await verifyByRegistry(text, options);
  const { epoch, since, records } = claims;
  if (!isEpoch(epoch) || !isEpoch(since) || since > epoch || !Array.isArray(records)) {
    throw invalid('It lacks its epochs or its records');
  }
  if (kind === 'snapshot' && since !== 0) throw invalid('A snapshot has all records, from epoch 0');
  return { kind, issuer: cell.did, epoch, since, issuedAt, expiresAt, records };
}

function isEpoch(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function typOf(kind: RegistryStatement['kind']): string {
  return `registry-${kind}+jwt`;
}

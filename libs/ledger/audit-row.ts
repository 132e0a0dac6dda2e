import { createHash } from 'node:crypto';

/** One audit row as it is exported. `at` is `YYYY-MM-DDThh:mm:ss.ffffffZ`, hashes are in hexadecimal. */
export interface AuditRow {
  stream: string;
  seq: number;
  at: string;
  event: string;
  previousHash: string;
  hash: string;
}

/** Before a stream's first row. */
export const GENESIS_HASH = '00'.repeat(32);

const HASH = /^[0-9a-f]{64}$/;

/**
 * The hash that a row must have: SHA-256 over previous hash (32 bytes), stream, LF, seq, LF, at, LF, event.
 * The same bytes as `audit_append` (migrations/audit-objects.ts).
 */
export function hashAuditRow(row: Omit<AuditRow, 'hash'>): string {
  return createHash('sha256')
    .update(row.previousHash, 'hex')
    .update(`${row.stream}\n${row.seq}\n${row.at}\n${row.event}`)
    .digest('hex');
}

/** @returns nothing for a line that is no audit row */
export function parseAuditRow(line: string): AuditRow | undefined {
  const value = parseObject(line);
  if (value === undefined) return undefined;
  const { stream, seq, at, event, previousHash, hash } = value;
  if (typeof stream !== 'string' || typeof at !== 'string' || typeof event !== 'string') {
    return undefined;
  }
  if (!Number.isSafeInteger(seq) || !isHash(previousHash) || !isHash(hash)) return undefined;
  return { stream, seq: seq as number, at, event, previousHash, hash };
}

export function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

/** @returns nothing for a text that is no JSON object */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

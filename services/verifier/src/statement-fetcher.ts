import { Ajv2020 } from 'ajv/dist/2020.js';
import { type RegistryRecord, RegistryRecordSchema } from '#api/trust-registry';
import type { HttpClient } from '#kit/http-client';
import type { Cell } from '#trust/cell';
import { type VerifyStatementOptions, verifyStatement } from '#trust/statement';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { FetchStatement, ReadStatement } from './domain/ports.ts';

export interface StatementFetcherDeps {
  http: HttpClient;
  clock: Clock;
  /** where a cell's registry is, without a slash at the end */
  baseUrlOf: (cell: Cell) => string;
  timeoutMs?: number;
}

const MAX_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

const isRecord = new Ajv2020({ strict: false }).compile<RegistryRecord>(RegistryRecordSchema);

/** Fetches what a registry says: 200, `application/jwt`, at most 8 MB, no redirect, signed by a key of the genesis. */
export function createStatementFetcher(deps: StatementFetcherDeps): FetchStatement {
  const { http, clock, baseUrlOf, timeoutMs = TIMEOUT_MS } = deps;
  return async (cell, since) => {
    const path = since === undefined ? '/v1/snapshot' : `/v1/snapshot/changes?since=${since}`;
    const options = { accept: 'application/jwt', maxBytes: MAX_BYTES, timeoutMs };
    const { status, headers, body } = await http.get(baseUrlOf(cell) + path, options);
    if (status === 409) {
      throw new VcError('REGISTRY_ROLLBACK', `${cell.did} no longer knows of epoch ${since}`);
    }
    const mediaType = String(headers['content-type']).split(';')[0]?.trim();
    if (status !== 200 || mediaType !== 'application/jwt') {
      throw new VcError('SERVICE_UNAVAILABLE', `${cell.did} answered ${status} with ${mediaType}`);
    }
    const kind = since === undefined ? 'snapshot' : 'changes';
    return readStatement(body.toString(), { cell, kind, now: clock() });
  };
}

/** @throws VcError REGISTRY_STATEMENT_INVALID or REGISTRY_STALE */
export async function readStatement(
  text: string,
  options: VerifyStatementOptions,
): Promise<ReadStatement> {
  const statement = await verifyStatement(text, options);
  const records = statement.records.map((record) => readRecord(options.cell, record));
  return { ...statement, records };
}

function readRecord(cell: Cell, record: unknown): RegistryRecord {
  if (isRecord(record)) return record;
  const [fault] = isRecord.errors ?? [];
  throw new VcError(
    'REGISTRY_STATEMENT_INVALID',
    `${cell.did} has a record that is not well-formed: ${fault?.instancePath} ${fault?.message}`,
  );
}

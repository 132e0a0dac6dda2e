import type { Lease } from '#api/status-list';
import { restoreStatusLists } from '../../../deploy/restore/restore-status-lists.ts';
import { ASHMERE, build, type BuildOptions, changeOf, type Test } from './helper.ts';
import { createIssuerDouble, createIssuerTables } from './issuer-double.ts';

/** The service with an issuer that remembers what it signed, and what an operator does after a restore. */
export async function buildWithIssuer(t: Test, options: BuildOptions = {}) {
  const issuer = createIssuerDouble();
  const service = await build(t, { ...options, sign: issuer.sign, signToken: issuer.signToken });
  const tables = createIssuerTables(service.admin);
  const { change, clock, admin } = service;
  return {
    ...service,
    issuer,
    tables,
    revoke: async (lease: Lease, index: number) => {
      const { changedAt } = await change(changeOf(lease, { index }));
      await tables.mirror(lease.listPairId, index, 'revoked', Date.parse(changedAt));
    },
    restore: async (more: Partial<Parameters<typeof restoreStatusLists>[1]> = {}) => {
      await tables.recordSigned(ASHMERE, issuer.signed);
      return restoreStatusLists(admin, { now: clock.now, ...more });
    },
  };
}

/** As `make audit-export` writes them. */
export async function auditLines(
  rows: (query: string) => Promise<Record<string, unknown>[]>,
): Promise<string[]> {
  const lines = await rows(`select json_build_object('stream', stream, 'seq', seq, 'at',
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'event', event,
    'previousHash', encode(previous_hash, 'hex'), 'hash', encode(hash, 'hex'))::text as line
    from audit order by stream, seq`);
  return lines.map(({ line }) => String(line));
}

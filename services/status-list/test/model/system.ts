import { writeFileSync } from 'node:fs';
import type { Lease } from '#api/status-list';
import { restoreStatusLists } from '../../../../deploy/restore/restore-status-lists.ts';
import type { Deps } from '../../src/deps.ts';
import type { LeaseCall } from '../../src/domain/lease-indexes.ts';
import { build, createReadingPause, listUrl, type Test } from '../helper.ts';
import {
  type Backup,
  createIssuerDouble,
  createIssuerTables,
  deleteRows,
  putBack,
  takeBackup,
} from '../issuer-double.ts';

export type System = Awaited<ReturnType<typeof createSystem>>;

/** A backup of one trust's rows, and how far the audit chain had come. */
export interface Saved {
  rows: Backup;
  heads: Record<string, unknown>[];
}

/** Two replicas of the service on real PostgreSQL with an issuer that remembers, for many histories one by one. */
export async function createSystem(t: Test) {
  let issuer = createIssuerDouble();
  const service = await build(t, { databasePoolMax: POOL });
  const { admin, rows, clock, signer, config } = service;
  const tables = createIssuerTables(admin);
  const replicas: Deps[] = [service.deps, service.startDeps()];
  t.teardown(() => replicas[1]?.close());

  const pauseReading = await createReadingPause(rows);
  const readHeads = () =>
    rows("select stream, seq::int as seq, encode(hash, 'hex') as hash from audit_heads()");
  const answerHonestly = () => {
    signer.sign = issuer.sign;
    signer.signToken = issuer.signToken;
  };

  return {
    clock,
    signer,
    rows,
    replicas,
    issuer: () => issuer,
    mirror: (...args: Parameters<typeof tables.mirror>) => tables.mirror(...args),
    answerHonestly,
    pauseReading,

    /** The issuer goes on as it should, and nobody hears it. */
    loseAnswers() {
      signer.sign = lost(issuer.sign);
      signer.signToken = lost(issuer.signToken);
    },

    /** A new history: an issuer that has signed nothing, and no row of the trust before. */
    async begin(previous: string | undefined) {
      issuer = createIssuerDouble();
      answerHonestly();
      // what they remember of the chain may be of before the last restore, whose row goes
      for (const { checks } of replicas) await checks['restored']?.().catch(() => undefined);
      if (previous !== undefined) await deleteRows(admin, previous);
      // not truncate, which costs more than these few rows
      for (const table of ['issuer.credentials', 'issuer.signed_lists', 'fences', 'restores']) {
        await rows(`delete from ${table}`);
      }
    },

    /** Leases, and issues on the first indexes, as the issuer would. */
    async lease(replica: Deps, call: LeaseCall): Promise<Lease> {
      const { listPairId, indexes, ...lease } = await replica.leaseIndexes(call);
      const { message, token } = lease.twoBitListIds;
      const leased: Lease = {
        listPairId,
        indexes,
        revocationList: listUrl(lease.revocationListId),
        suspensionList: listUrl(lease.suspensionListId),
        ...(message !== undefined && { messageList: listUrl(message) }),
        ...(token !== undefined && { tokenList: listUrl(token) }),
      };
      await tables.issue(call.odsCode, leased, ...indexes.slice(0, ISSUED));
      return leased;
    },

    /** Ends every connection of the service, whatever it is doing. */
    async cutConnections(): Promise<void> {
      await rows(`select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'status_list_login' and datname = current_database()`);
    },

    /** Resolves when no replica holds a broken connection any more. */
    async reconnect(): Promise<void> {
      for (const { checks } of replicas) {
        const works = () =>
          Promise.all(Array.from({ length: POOL }, async () => checks['database']?.())).then(
            () => true,
            () => false,
          );
        while (!(await works()));
      }
    },

    save: async (odsCode: string): Promise<Saved> => ({
      rows: await takeBackup(admin, odsCode),
      heads: await readHeads(),
    }),

    /**
     * The database as it was, and a replica that starts on it.
     * @param chainToo or else the audit chain stays as it is, as if nothing of it had been lost
     */
    async putBack(odsCode: string, saved: Saved, { chainToo }: { chainToo: boolean }) {
      const at = new Date(clock.now).toISOString();
      const reached = { service: 'status_list', at, heads: await readHeads() };
      writeFileSync(config.auditCheckpointFile, `${JSON.stringify(reached)}\n`);
      await putBack(admin, odsCode, saved.rows);
      if (chainToo) {
        await rows(
          `delete from audit a where seq > coalesce((select (h ->> 'seq')::bigint
            from jsonb_array_elements($1::jsonb) h where h ->> 'stream' = a.stream), 0)`,
          [JSON.stringify(saved.heads)],
        );
      }
      const deps = service.startDeps();
      await replicas[1]?.close();
      replicas[1] = deps;
      return deps;
    },

    async restore(odsCode: string) {
      await tables.recordSigned(odsCode, issuer.signed);
      return restoreStatusLists(admin, { now: clock.now });
    },
  };
}

function lost<Request>(answer: (request: Request) => Promise<unknown>) {
  return async (request: Request): Promise<never> => {
    await answer(request).catch(() => undefined);
    throw new Error('connection lost');
  };
}

/** Connections of a replica: each is broken, noticed and made again at every crash. */
const POOL = 2;

/** Indexes of a lease that credentials are issued on. */
export const ISSUED = 4;

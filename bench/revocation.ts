import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { createHrClient, type HrClient } from '../deploy/local/hr-client.ts';
import { createLayout, layoutFromEnvironment, ROOT } from '../deploy/local/layout.ts';
import { must } from '../deploy/local/seed.ts';
import { startStack } from '../deploy/local/stack.ts';
import { median } from './measure.ts';

/*
 * How long a revocation takes to be seen from outside, with many credentials held: the time from the 2xx of the HR
 * call to the moment at which a poller that honours max-age has fetched, verified and decoded a list with the bit.
 * The times are production's. Every index is leased by the status-list service, as in production; of the credentials
 * a record stands in the issuer's database, written by SQL: what they would have cost to sign is another bench.
 */
const CREDENTIALS = Number(process.env['CREDENTIALS'] ?? '1000000');
const REVOCATIONS = Number(process.env['REVOCATIONS'] ?? '10000');
const SECONDS = Number(process.env['SECONDS'] ?? '60');
const PRODUCTION = {
  publishTick: 10_000,
  listTtl: 15_000,
  statusFreshness: 30_000,
  registryFreshness: 30_000,
};
const PORT_OFFSET = 740;
const SLICE = 64;
const LEASING_AT_ONCE = 16;
const SEEN_WITHIN_MS = 120_000;

interface Lease {
  listPairId: string;
  revocationList: string;
  indexes: number[];
}
interface Revocable {
  id: string;
  hr: HrClient;
  /** `<list url>#<index>` */
  bit: string;
}

const dataDir = mkdtempSync(join(tmpdir(), 'staff-passport-bench-'));
const layout = createLayout(dataDir, layoutFromEnvironment().port('issuer') - 1 + PORT_OFFSET);
console.log('starting the services');
const stack = await startStack({ layout, times: PRODUCTION, log: () => undefined });
const database = new Client({
  connectionString: readFileSync(layout.path('secrets/database-url'), 'utf8'),
});
await database.connect();
try {
  await run();
} finally {
  await database.end();
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const { revocable, lists } = await fillLists();
  const memoryBefore = memoryOf('status-list');
  const seen = new Map<string, number>();
  const versions: number[] = [];
  const poller = startPoller([...lists], (report) => {
    versions.push(report.cpuMs);
    for (const index of report.set) seen.set(`${report.list}#${index}`, report.at);
  });
  await wait(2_000);
  const before = await publications();
  console.log(`revoking ${REVOCATIONS} in ${SECONDS} s`);
  const answered = await revokeAll(revocable);
  const giveUp = Date.now() + SEEN_WITHIN_MS;
  const missing = () => revocable.filter(({ bit }) => !seen.has(bit)).length;
  while (missing() > 0 && Date.now() < giveUp) await wait(500);
  poller.kill();
  const after = await publications();
  const delays = revocable.flatMap(({ id, bit }) => {
    const [from, to] = [answered.get(id), seen.get(bit)];
    return from === undefined || to === undefined ? [] : [Math.max(0, to - from)];
  });
  const made = after.count - before.count;
  console.log(`
${CREDENTIALS} credentials on ${lists.size} revocation lists, ${REVOCATIONS} revoked in ${SECONDS} s
  2xx to seen outside   p50 ${at(delays, 0.5)} s   p99 ${at(delays, 0.99)} s   longest ${at(delays, 1)} s
  not seen              ${missing()}
  publishing            ${made} versions, ${((1000 * (after.sum - before.sum)) / made).toFixed(1)} ms each (p50 of an outsider's check: ${median(versions).toFixed(1)} ms CPU)
  memory (RSS)          status-list ${memoryBefore} MB before, ${memoryOf('status-list')} MB after; issuer ${memoryOf('issuer')} MB`);
  if (missing() > 0 || Number(at(delays, 0.99)) >= 60) process.exitCode = 1;
}

/** Leases all indexes through the service, and records a credential for each. */
async function fillLists(): Promise<{ revocable: Revocable[]; lists: Set<string> }> {
  const issuer = createHrClient(stack.file, {
    clientId: readFileSync(layout.path('secrets/issuer-service.client.id'), 'utf8'),
    privateKeyFile: layout.path('secrets/issuer-service.client.jwk'),
  });
  const trusts = stack.file.clients.slice(0, 2);
  const clients = new Map(
    trusts.map((trust) => [trust.odsCode, createHrClient(stack.file, trust)]),
  );
  const leases: (Lease & { odsCode: string })[] = [];
  let left = Math.ceil(CREDENTIALS / SLICE);
  const began = performance.now();
  const lease = async () => {
    while (left > 0) {
      left--;
      const odsCode = trusts[left % trusts.length]?.odsCode ?? '';
      const { body } = must(
        await issuer.post('status-list', '/internal/leases', { odsCode }),
        200,
        201,
      );
      leases.push({ ...(body as unknown as Lease), odsCode });
      if (leases.length % 2_000 === 0) console.log(`  ${leases.length * SLICE} indexes leased`);
    }
  };
  await Promise.all(Array.from({ length: LEASING_AT_ONCE }, lease));
  for (let start = 0; start < leases.length; start += 200)
    await record(leases.slice(start, start + 200));
  await database.query('analyze issuer.credentials');
  console.log(`  ready after ${((performance.now() - began) / 1000).toFixed(0)} s`);

  const listOf = new Map(
    leases.map(({ listPairId, revocationList }) => [listPairId, revocationList]),
  );
  const { rows } = await database.query<{
    id: string;
    ods_code: string;
    list_pair_id: string;
    list_index: number;
  }>(
    `select id, ods_code, list_pair_id, list_index from issuer.credentials
     where employee_id = 'BENCH' order by random() limit $1`,
    [REVOCATIONS],
  );
  const revocable = rows.map((row) => {
    const hr = clients.get(row.ods_code);
    if (hr === undefined) throw new Error('a credential of no trust');
    return { id: row.id, hr, bit: `${listOf.get(row.list_pair_id)}#${row.list_index}` };
  });
  return { revocable, lists: new Set(listOf.values()) };
}

async function record(leases: readonly (Lease & { odsCode: string })[]): Promise<void> {
  const rows = leases.flatMap(({ odsCode, listPairId, indexes }) =>
    indexes.map((index) => ({ odsCode, listPairId, index })),
  );
  await database.query(
    `insert into issuer.credentials (id, ods_code, employee_id, holder_did, type, catalogue_version,
       key_thumbprint, list_pair_id, list_index, digest, document, issued_at, requested_by)
     select gen_random_uuid(), ods_code, 'BENCH', 'did:key:bench', 'FireSafetyCredential', '1.0.0', 'bench', pair,
       index, sha256(convert_to(pair::text || index, 'UTF8')), '{"credentialStatus":[]}', now(), 'bench'
     from unnest($1::text[], $2::uuid[], $3::integer[]) as leased (ods_code, pair, index)`,
    [
      rows.map(({ odsCode }) => odsCode),
      rows.map(({ listPairId }) => listPairId),
      rows.map(({ index }) => index),
    ],
  );
}

/** An open loop: each call is made at its time, however long the others take. @returns when each was answered */
async function revokeAll(revocable: readonly Revocable[]): Promise<Map<string, number>> {
  const answered = new Map<string, number>();
  const took: number[] = [];
  const began = performance.now();
  const change = { status: 'revoked', reason: 'issued-in-error' };
  const revoke = async ({ id, hr }: Revocable) => {
    const sent = performance.now();
    must(await hr.post('issuer', `/v1/credentials/${id}/status`, change), 200);
    answered.set(id, Date.now());
    took.push(performance.now() - sent);
  };
  const calls: Promise<void>[] = [];
  for (const [number, each] of revocable.entries()) {
    const due = (number * SECONDS * 1000) / revocable.length;
    const early = due - (performance.now() - began);
    if (early > 1) await wait(early);
    calls.push(revoke(each));
  }
  await Promise.all(calls);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `  ${revocable.length} answered in ${seconds.toFixed(1)} s; a call took p50 ${at(took, 0.5)} s, p99 ${at(took, 0.99)} s`,
  );
  return answered;
}

function startPoller(
  lists: string[],
  onVersion: (report: { at: number; list: string; set: number[]; cpuMs: number }) => void,
) {
  const child = spawn(process.execPath, ['bench/list-poller.ts'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { publicOrigin, services } = stack.file;
  const origins = {
    [`${publicOrigin}/status-lists`]: `${services['status-list']}/status-lists`,
    [`${publicOrigin}/trusts`]: `${services['trust-registry']}/trusts`,
  };
  child.stdin.write(`${JSON.stringify({ lists, origins })}\n`);
  createInterface({ input: child.stdout }).on('line', (line) => onVersion(JSON.parse(line)));
  return child;
}

async function publications(): Promise<{ count: number; sum: number }> {
  const url = `http://127.0.0.1:${layout.managementPort('status-list')}/metrics`;
  const text = await (await fetch(url)).text();
  const read = (name: string) =>
    Number(new RegExp(`^${name}(?:{[^}]*})? (.*)$`, 'm').exec(text)?.[1]);
  return {
    count: read('status_list_publication_duration_seconds_count'),
    sum: read('status_list_publication_duration_seconds_sum'),
  };
}

function memoryOf(service: string): number {
  const status = readFileSync(`/proc/${stack.file.processes[service]}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024);
}

/** A quantile of milliseconds, in seconds. */
function at(milliseconds: readonly number[], share: number): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const value =
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return (value / 1000).toFixed(2);
}

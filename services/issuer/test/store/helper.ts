import { createHash, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Test } from 'tap';
import { createKysely, createPool } from '#kit/database';
import { createTestDatabase } from '#kit/testing';
import { createIdempotency } from '#ledger/idempotency';
import type { IssuedCredential } from '../../src/domain/ports.ts';
import { createCredentialStore } from '../../src/store/credential-store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { START, TRUST } from '../fakes.ts';

export type Ledger = Awaited<ReturnType<typeof build>>;
export type Changes = Partial<IssuedCredential> & { key?: string | undefined };

/** A database whose inserts of credentials take `commitMs`, so that what arrives meanwhile must share the next. */
export async function build(t: Test, commitMs = 300) {
  const database = await createTestDatabase(t);
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  t.teardown(() => client.end());
  const admin = async (text: string) => (await client.query<Record<string, unknown>>(text)).rows;
  await admin(`create function issuer.slow() returns trigger language plpgsql as $$
    begin perform pg_sleep(${commitMs / 1000}); return null; end $$`);
  await admin(`create trigger slow after insert on issuer.credentials
    for each statement execute function issuer.slow()`);
  const url = database.url('issuer');
  return { ...startProcess(t, url), url, admin, adminUrl: database.adminUrl };
}

const clock = () => START;

/** What one process of the issuer holds: a pool, single flights and groups of its own. */
export function startProcess(t: Test, url: string) {
  const pool = createPool({ url, applicationName: 'issuer-test', onError: () => {} });
  t.teardown(() => pool.end());
  const db = createKysely<Tables>(pool);
  const idempotency = createIdempotency<Tables>({ clock });
  const store = createCredentialStore({ db, idempotency, clock, maxClockSkewMs: Infinity });
  const issue = ({ key, ...changes }: Changes = {}) => {
    const credential = newCredential(changes);
    const { odsCode, requestedBy: clientId } = credential;
    const request = { method: 'POST', path: '/v1/credentials', body: Buffer.from(key ?? '') };
    const call = { odsCode, clientId, person: undefined, idempotencyKey: key, request };
    return store.issueOnce(call, async () => credential);
  };
  return { db, issue };
}

const LIST = randomUUID();
let nextIndex = 0;

export function newCredential(changes: Partial<IssuedCredential>): IssuedCredential {
  const id = changes.id ?? randomUUID();
  const document = JSON.stringify({ id, nonce: randomUUID() });
  nextIndex += 1;
  return {
    id,
    odsCode: TRUST,
    employeeId: 'E-1',
    holderDid: 'did:key:z6MkHolder',
    type: 'FireSafetyCredential',
    catalogueVersion: '1.0.0',
    keyThumbprint: 'thumbprint',
    listPairId: LIST,
    listIndex: nextIndex,
    digest: createHash('sha256').update(document).digest(),
    document,
    issuedAt: START,
    validUntil: undefined,
    requestedBy: 'client-1',
    batch: undefined,
    form: 'vcdm2-ed25519-2020',
    otherForms: [],
    provider: 'Ashmere Teaching Hospitals Trust',
    person: undefined,
    supersedes: undefined,
    ...changes,
  };
}

export const many = <T>(count: number, make: (number: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

/** How many transactions wrote the credentials that there are, and how many of them hold two trusts'. */
export async function countCommits({ admin }: Ledger) {
  const [row] =
    await admin(`select count(*)::int credentials, count(distinct xmin::text)::int commits,
    (select count(*)::int from (select 1 from issuer.credentials group by xmin::text
      having count(distinct ods_code) > 1) mixed) mixed from issuer.credentials`);
  return row as { credentials: number; commits: number; mixed: number };
}

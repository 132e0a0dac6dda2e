import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import t from 'tap';
import type { Reliance } from '../../src/domain/watching/ports.ts';
import { ASKER, revoke } from '../world.ts';
import { DAY } from '../trust.ts';
import { HOOK, watched, type Watched } from './helper.ts';

function relianceAt({ world }: Watched, index: number, credentialId: string): Reliance {
  return {
    credentialId,
    issuer: world.trust.did,
    listUrl: world.trust.urls.revocation,
    index,
    listVersion: world.now,
    purpose: 'revocation',
    watchedUntil: world.now + DAY,
  };
}

/** Resolves when a statement of another connection waits for a lock. */
async function untilSomebodyWaits(admin: Client): Promise<void> {
  for (;;) {
    const { rowCount } = await admin.query(
      `select from pg_locks where not granted and pid <> pg_backend_pid()`,
    );
    if (rowCount !== 0) return;
    await delay(5);
  }
}

t.test(
  'A reliance that commits while its list is compared is told of at the next pass',
  async (t) => {
    const verifier = await watched(t);
    const { admin, reliances, world } = verifier;
    await reliances.record(ASKER, world.now, [relianceAt(verifier, 1, `urn:uuid:${randomUUID()}`)]);
    await verifier.watch();
    const late = relianceAt(verifier, 7, `urn:uuid:${randomUUID()}`);
    revoke(world, 7);
    // something to mark, so that the comparison meets the lock below
    await reliances.record(ASKER, world.now, [relianceAt(verifier, 2, `urn:uuid:${randomUUID()}`)]);
    verifier.later();
    await admin.query('begin');
    // lets the comparison read, and holds its first write until the late reliance is there
    await admin.query('lock table verifier.reliances in share mode');
    const pass = verifier.watch();
    await untilSomebodyWaits(admin);
    await admin.query(
      `insert into verifier.reliances (ods_code, issuer, credential_id, status_purpose, list_url,
      list_index, list_version, relied_at, watched_until)
    values ($1, $2, $3, 'revocation', $4, 7, $5, now(), $6)`,
      [
        ASKER.odsCode,
        late.issuer,
        late.credentialId,
        late.listUrl,
        late.listVersion,
        new Date(late.watchedUntil),
      ],
    );
    await admin.query('commit');
    await pass;
    await verifier.watch();
    t.same(verifier.skipped, []);
    t.match(await verifier.events(), [{ subject: late.credentialId }]);
  },
);

t.test(
  'A watcher and a verification of the same credentials do not lock each other out',
  async (t) => {
    const verifier = await watched(t);
    const { admin, reliances, world } = verifier;
    const [first = '', second = ''] = [randomUUID(), randomUUID()]
      .toSorted()
      .map((uuid) => `urn:uuid:${uuid}`);
    // The later key lies in front, where a scan meets it first.
    await reliances.record(ASKER, world.now, [relianceAt(verifier, 1, second)]);
    await reliances.record(ASKER, world.now, [relianceAt(verifier, 2, first)]);
    revoke(world, 1);
    revoke(world, 2);
    verifier.later();
    // A verification takes the rows in the order of their keys.
    const take = (id: string) =>
      admin.query(`select from verifier.reliances where credential_id = $1 for update`, [id]);
    await admin.query('begin');
    await take(first);
    const pass = verifier.watch();
    await untilSomebodyWaits(admin);
    await take(second);
    await admin.query('commit');
    await pass;
    t.same(verifier.skipped, []);
    t.same(
      new Set((await verifier.events()).map(({ subject }) => subject)),
      new Set([first, second]),
    );
  },
);

t.test('Who looks at deliveries waits for nobody', async (t) => {
  const verifier = await watched(t);
  const id = await verifier.createWebhook(HOOK);
  await verifier.admin.query('begin');
  await verifier.admin.query('select from verifier.webhooks for update');
  t.same(await verifier.deliveries(id), []);
  await verifier.admin.query('commit');
});

import t from 'tap';
import { inTenant } from '#kit/database';
import { OTHER, TRUST } from '../fakes.ts';
import { buildReady, mint, send } from '../helper.ts';

const TABLES = [
  'credentials',
  'holders',
  'signing_keys',
  'credential_status_changes',
  'credential_lifecycle_events',
  'status_batches',
  'status_batch_items',
] as const;

t.test(
  'row-level security shows a trust its own rows, another none, and nobody without a trust',
  async (test) => {
    const { core, ...rest } = await buildReady(test);
    const issuer = { core, ...rest };
    const id = await mint(issuer);
    const change = { status: 'suspended', reason: 'unspecified' };
    await send(issuer, { url: `/v1/credentials/${id}/status`, body: change });
    const step = { event: 'accepted', reason: 'accepted-by-holder' };
    await send(issuer, { url: `/v1/credentials/${id}/lifecycle`, body: step });
    const batch = { select: { employeeId: 'E-1' }, status: 'revoked', reason: 'unspecified' };
    await send(issuer, { url: '/v1/status-batches', body: batch });
    for (const table of TABLES) {
      const count = (odsCode: string) =>
        inTenant(
          core.db,
          odsCode,
          async (trx) => (await trx.selectFrom(table).select('ods_code').execute()).length,
        );
      test.equal(await count(TRUST), 1, table);
      test.equal(await count(OTHER), 0, table);
      test.equal((await core.db.selectFrom(table).select('ods_code').execute()).length, 0, table);
    }
  },
);

t.test('what was issued cannot be edited or deleted by the service', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  await test.rejects(
    inTenant(issuer.core.db, TRUST, (trx) =>
      trx
        .updateTable('credentials')
        .set({ document: '{}' } as never)
        .where('id', '=', id)
        .execute(),
    ),
    { code: '42501' },
  );
  await test.rejects(
    inTenant(issuer.core.db, TRUST, (trx) => trx.deleteFrom('credentials').execute()),
    { code: '42501' },
  );
});

t.test('expired challenges are forgotten, others kept', async (test) => {
  const { core, admin, time } = await buildReady(test);
  await core.holders.insertChallenge(TRUST, 'old', time.now - 1);
  await core.holders.insertChallenge(OTHER, 'new', time.now + 1);
  await core.holders.purgeChallenges(new Date(time.now));
  test.match(await admin('select challenge from issuer.holder_challenges'), [{ challenge: 'new' }]);
});

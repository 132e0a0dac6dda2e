import t from 'tap';
import { DAY, NOON } from '../trust.ts';
import { issue, present, revoke } from '../world.ts';
import { idOf, watched, type Watched } from './helper.ts';

async function kept({ admin }: Watched) {
  const { rows } = await admin.query(
    `select ods_code, issuer, credential_id, status_purpose, list_url, list_index::int, value,
      watched_until from verifier.reliances order by credential_id, status_purpose`,
  );
  return rows;
}

t.test(
  'What passes in a presentation is watched until it ends, by ids and places only',
  async (t) => {
    const verifier = await watched(t);
    const { world } = verifier;
    const credential = await issue(world, { index: 7 });
    t.match(await verifier.rely([credential]), { overall: 'pass' });
    const entry = { ods_code: 'ZZB02', issuer: world.trust.did, credential_id: idOf(credential) };
    const rest = { list_index: 7, value: 0, watched_until: new Date(NOON + DAY) };
    t.same(await kept(verifier), [
      { ...entry, status_purpose: 'revocation', list_url: world.trust.urls.revocation, ...rest },
      { ...entry, status_purpose: 'suspension', list_url: world.trust.urls.suspension, ...rest },
    ]);
  },
);

t.test('A credential without an end is watched for the configured time', async (t) => {
  const verifier = await watched(t);
  await verifier.rely([await issue(verifier.world, { change: { validUntil: undefined } })]);
  t.same((await kept(verifier))[0].watched_until, new Date(NOON + 400 * DAY));
});

t.test('What did not pass is not watched, what passed beside it is', async (t) => {
  const verifier = await watched(t);
  const good = await issue(verifier.world, { index: 7 });
  revoke(verifier.world, 8);
  const bad = await issue(verifier.world, { index: 8 });
  t.match(await verifier.rely([good, bad]), { overall: 'fail' });
  t.same(new Set((await kept(verifier)).map((row) => row.credential_id)), new Set([idOf(good)]));
});

t.test('A presentation of which the caller says so is not watched', async (t) => {
  const verifier = await watched(t);
  t.match(await verifier.rely([await issue(verifier.world)], { watch: false }), {
    overall: 'pass',
  });
  t.same(await kept(verifier), []);
});

t.test('A presentation whose challenge was used is not watched', async (t) => {
  const verifier = await watched(t);
  const { call, getChallenge, world } = verifier;
  const challenge = await getChallenge(verifier.by('ZZB02'));
  const options = { challenge, domain: 'https://brackendale.example' };
  const first = await present(world, [await issue(world)], { challenge });
  await call('POST', '/v1/verifications', {
    body: { verifiablePresentation: first, options, watch: false },
  });
  const again = { verifiablePresentation: first, options };
  const answer = await call('POST', '/v1/verifications', { body: again });
  t.match(answer.json(), { overall: 'fail' });
  t.same(await kept(verifier), []);
});

t.test('A presentation by VCALM is watched too', async (t) => {
  const verifier = await watched(t);
  const { call, world } = verifier;
  const challenge = await verifier.getChallenge(verifier.by('ZZB02'));
  const verifiablePresentation = await present(world, [await issue(world)], { challenge });
  const body = { verifiablePresentation, options: { challenge } };
  t.equal((await call('POST', '/presentations/verify', { body })).statusCode, 200);
  t.equal((await kept(verifier)).length, 2);
});

t.test('A bare credential is watched when the caller says so, with an audit row', async (t) => {
  const verifier = await watched(t);
  const verifiableCredential = await issue(verifier.world);
  const url = '/v1/verifications';
  await verifier.call('POST', url, { body: { verifiableCredential } });
  t.same(await kept(verifier), []);
  await verifier.call('POST', url, { body: { verifiableCredential, watch: true } });
  t.equal((await kept(verifier)).length, 2);
  const { rows } = await verifier.admin.query(
    `select event from verifier.audit where event like '%reliance.kept%'`,
  );
  t.equal(rows.length, 1);
  revoke(verifier.world, 7);
  verifier.later();
  const other = await issue(verifier.world, { index: 7 });
  const body = { verifiableCredential: other, watch: true };
  t.match((await verifier.call('POST', url, { body })).json(), { overall: 'fail' });
  t.equal((await kept(verifier)).length, 2, 'one that failed is not');
});

t.test('Who relies on a credential again has one row of each entry, refreshed', async (t) => {
  const verifier = await watched(t);
  const credential = await verifier.reliedOn(7);
  verifier.later(1_000);
  await verifier.rely([credential]);
  await verifier.rely([credential], { odsCode: 'ZZC03' });
  const { rows } = await verifier.admin.query(
    `select ods_code, count(*)::int, max(relied_at) as at from verifier.reliances
      group by ods_code order by ods_code`,
  );
  const at = new Date(NOON + 1_000);
  t.same(rows, [
    { ods_code: 'ZZB02', count: 2, at },
    { ods_code: 'ZZC03', count: 2, at },
  ]);
});

t.test(
  'Presentations of the same credentials in other orders do not lock each other out',
  async (t) => {
    const verifier = await watched(t);
    const credentials = await Promise.all(
      [1, 2, 3, 4].map((index) => issue(verifier.world, { index })),
    );
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        verifier.rely(at % 2 === 0 ? credentials : credentials.toReversed()),
      ),
    );
    t.ok(answers.every(({ overall }) => overall === 'pass'));
    t.equal((await kept(verifier)).length, 8);
  },
);

t.test('No trust set, no reliance, event, webhook or delivery seen', async (t) => {
  const verifier = await watched(t);
  await verifier.createWebhook();
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later();
  await verifier.watch();
  for (const table of ['reliances', 'events', 'webhooks', 'deliveries'] as const) {
    t.not((await verifier.admin.query(`select from verifier.${table}`)).rowCount, 0, 'it is there');
    t.same(await verifier.db.selectFrom(table).select('ods_code').execute(), [], table);
  }
  await t.rejects(verifier.db.selectFrom('watched_lists').selectAll().execute(), { code: '42501' });
});

import t from 'tap';
import { copies } from './copies.ts';
import { buildReady, type Issuer, mint, send } from './helper.ts';

function revoke(issuer: Issuer, id: string) {
  const body = { status: 'revoked', reason: 'issued-in-error' };
  return send(issuer, { url: `/v1/credentials/${id}/status`, body });
}

const count = async (issuer: Issuer, table: string, where: string) =>
  (await issuer.admin(`select count(*)::int n from issuer.${table} where ${where}`))[0]?.['n'];

t.test(
  'S2: a thousand revocations at once of different credentials are all made, in a few calls',
  async (test) => {
    const issuer = await buildReady(test);
    const ids = await copies(issuer, 1_000);
    const answers = await Promise.all(ids.map((id) => revoke(issuer, id)));
    test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
    test.equal(await count(issuer, 'credentials', `status = 'revoked'`), 1_000);
    test.equal(await count(issuer, 'credential_status_changes', `status = 'revoked'`), 1_000);
    test.equal(await count(issuer, 'audit', `event like '%"credential.revoked"%'`), 1_000);
    test.ok(issuer.statusLists.state.calls < 200, String(issuer.statusLists.state.calls));
  },
);

t.test(
  'S3: fifty revocations at once of one credential are one change, one audit row, one row of history',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    const answers = await Promise.all(Array.from({ length: 50 }, () => revoke(issuer, id)));
    test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
    test.equal(new Set(answers.map(({ body }) => body)).size, 1);
    test.equal(await count(issuer, 'audit', `event like '%"credential.revoked"%'`), 1);
    test.equal(await count(issuer, 'credential_status_changes', `status = 'revoked'`), 1);
  },
);

t.test('one of many that is refused does not keep the others from their change', async (test) => {
  const issuer = await buildReady(test);
  const [gone = '', ...ids] = await copies(issuer, 20);
  await revoke(issuer, gone);
  const body = { status: 'suspended', reason: 'under-investigation' };
  const answers = await Promise.all(
    [gone, ...ids].map((id) => send(issuer, { url: `/v1/credentials/${id}/status`, body })),
  );
  test.equal(answers[0]?.json().code, 'STATUS_CHANGE_REFUSED');
  test.same(new Set(answers.slice(1).map(({ statusCode }) => statusCode)), new Set([200]));
});

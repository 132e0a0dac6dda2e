import { randomUUID } from 'node:crypto';
import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { readStoredClaims } from '../src/domain/stored-claims.ts';
import { actingFor } from '../src/domain/superseding.ts';
import { run, started } from './batches.ts';
import { OTHER } from './fakes.ts';
import { bindWallet, buildReady, CLAIMS, type Issuer, mint, type Request, send } from './helper.ts';
import {
  audited,
  changesTo,
  changeStatus,
  eventsOf,
  NOTE,
  recordOf,
  settle,
  step,
} from './lifecycles.ts';

const HOUR_MS = 3_600_000;
const PERIOD = { validFrom: '2026-11-01T00:00:00Z', validUntil: '2026-12-24T12:00:00Z' };

function reissue(
  issuer: Issuer,
  id: string,
  { body = {}, ...request }: { body?: object } & Partial<Omit<Request, 'body'>> = {},
) {
  const url = `/v1/credentials/${id}/reissue`;
  return send(issuer, { url, body: { reason: 'wallet-lost', ...body }, ...request });
}

const suspend = (issuer: Issuer, id: string, reason: string) =>
  send(issuer, { url: `/v1/credentials/${id}/status`, body: { status: 'suspended', reason } });

async function newerOf(issuer: Issuer, olderId: string): Promise<string> {
  return (await recordOf(issuer, olderId)).supersededBy;
}

const documentsOf = async (issuer: Issuer, id: string) =>
  (
    await issuer.admin(
      `select form, document from issuer.credentials where id = $1 union all
        select form, document from issuer.credential_forms where credential_id = $1`,
      [id],
    )
  ).map(({ document }) => String(document));

/** Mints in these forms and answers the bare id. */
async function mintIn(issuer: Issuer, forms: readonly string[]): Promise<string> {
  const body = { employeeId: 'E-1', type: 'FireSafetyCredential', claims: CLAIMS, forms };
  const answer = await send(issuer, { url: '/v1/credentials', body: { ...body, ...PERIOD } });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const [row] = await issuer.admin(
    'select id from issuer.credentials order by issued_at desc limit 1',
  );
  return String(row?.['id']);
}

t.test(
  'each form is issued again for the key that is bound now, and says the same',
  async (test) => {
    for (const form of CREDENTIAL_FORMS) {
      const issuer = await buildReady(test);
      const older = await mintIn(issuer, [form]);
      const [before = ''] = await documentsOf(issuer, older);
      issuer.time.now += HOUR_MS;
      const wallet = await bindWallet(issuer);
      const answer = await reissue(issuer, older);
      test.equal(answer.statusCode, 201, answer.body);
      const newer = await newerOf(issuer, older);
      const [after = ''] = await documentsOf(issuer, newer);
      test.not(after, before);
      test.same(readStoredClaims(after), readStoredClaims(before), form);
      test.same(readStoredClaims(after).claims, CLAIMS, form);
      test.match(readStoredClaims(after), { ...PERIOD, lastRefresh: '2026-11-22T16:00:00Z' });
      test.match(await recordOf(issuer, newer), {
        holder: wallet.did,
        forms: [form],
        supersedes: older,
        validUntil: PERIOD.validUntil,
        issuedAt: '2026-11-22T17:00:00Z',
      });
      test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'suspended' });
    }
  },
);

t.test('a family is issued again in its forms, or in those asked for', async (test) => {
  const issuer = await buildReady(test);
  const forms = ['dc+sd-jwt', 'jwt_vc_json', 'vcdm2-ed25519-2020'];
  const older = await mintIn(issuer, forms);
  const first = await reissue(issuer, older);
  test.equal(first.statusCode, 201, first.body);
  test.equal(first.json().otherForms.length, 2);
  const second = await newerOf(issuer, older);
  test.same((await recordOf(issuer, second)).forms, forms);
  const asked = { forms: ['vcdm1-ed25519-2020'], reason: 'form-needed' };
  test.equal((await reissue(issuer, second, { body: asked })).statusCode, 201);
  const third = await newerOf(issuer, second);
  test.same((await recordOf(issuer, third)).forms, asked.forms);
  for (const document of await documentsOf(issuer, third)) {
    test.same(readStoredClaims(document).claims, CLAIMS);
  }
});

t.test('it is an event of the older one, with its note and person, and audited', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer, { batch: 'b1' });
  const person = { subject: 'person-1', acr: 'AAL3_ANY' };
  const body = { reason: 'key-changed', internalNote: NOTE };
  test.equal((await reissue(issuer, older, { body, person })).statusCode, 201);
  test.match(await eventsOf(issuer, older), [
    { event: 'reissued', ...body, clientId: 'client-ZZA01', person: 'person-1' },
  ]);
  test.equal(await audited(issuer, 'credential.reissued'), 1);
  test.equal(await audited(issuer, 'credential.suspended'), 1);
  const audit = JSON.stringify(await issuer.admin('select event from issuer.audit'));
  test.notMatch(audit + issuer.logs.join(''), /Saffron/);
  const rows = await issuer.admin('select batch from issuer.credentials');
  test.match(rows, [{ batch: 'b1' }, { batch: 'b1' }], 'the label stays');
});

t.test(
  'what is suspended for its key is issued again, and stays suspended itself',
  async (test) => {
    const issuer = await buildReady(test);
    for (const reason of ['holder-request', 'key-compromise']) {
      const older = await mint(issuer);
      await suspend(issuer, older, reason);
      test.equal((await reissue(issuer, older)).statusCode, 201, reason);
      test.equal((await recordOf(issuer, older)).status, 'suspended');
      test.equal((await recordOf(issuer, await newerOf(issuer, older))).status, 'active');
      test.equal(await changesTo(issuer, older, 'suspended'), 1);
    }
  },
);

t.test('what is suspended for what it says is not issued again until reinstated', async (test) => {
  const issuer = await buildReady(test);
  for (const reason of ['under-investigation', 'unspecified']) {
    const older = await mint(issuer);
    await suspend(issuer, older, reason);
    const refused = await reissue(issuer, older);
    test.equal(refused.statusCode, 409, reason);
    test.equal(refused.json().code, 'LIFECYCLE_CHANGE_REFUSED');
    test.equal(await newerOf(issuer, older), null);
    issuer.time.now += 1_000;
    await changeStatus(issuer, older, 'active');
    test.equal((await reissue(issuer, older)).statusCode, 201, 'once it is');
  }
});

t.test('what is about to be revoked by a batch is not brought back meanwhile', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer, { batch: 'b1' });
  const select = { batch: 'b1' };
  await started(issuer, { select, status: 'revoked', reason: 'award-withdrawn' });
  await run(test, issuer.core);
  test.equal((await recordOf(issuer, older)).status, 'suspended', 'while it can be undone');
  const refused = await reissue(issuer, older);
  test.equal(refused.json().code, 'LIFECYCLE_CHANGE_REFUSED');
});

t.test(
  'a suspension that comes after the first look at it is found at the commit',
  async (test) => {
    const issuer = await buildReady(test);
    const older = await mint(issuer);
    const lease = issuer.statusLists.lease.bind(issuer.statusLists);
    // a process that has none yet asks for indexes when nothing is left to check
    const { reissuer } = issuer.newCore();
    issuer.statusLists.lease = async (...which) => {
      await suspend(issuer, older, 'under-investigation');
      return lease(...which);
    };
    const call = actingFor('ZZA01', { clientId: 'client-ZZA01', person: undefined });
    await test.rejects(reissuer.reissue(call, { id: older, reason: 'wallet-lost' }), {
      code: 'LIFECYCLE_CHANGE_REFUSED',
    });
    test.match(await recordOf(issuer, older), { lifecycle: 'provided', status: 'suspended' });
    test.equal((await issuer.admin('select id from issuer.credentials')).length, 1);
  },
);

t.test('what was withdrawn, superseded or revoked is not issued again', async (test) => {
  const issuer = await buildReady(test);
  const withdrawn = await mint(issuer);
  await step(issuer, withdrawn, 'withdrawn');
  const revoked = await mint(issuer);
  await step(issuer, revoked, 'accepted');
  await changeStatus(issuer, revoked, 'revoked');
  const superseded = await mint(issuer);
  test.equal((await reissue(issuer, superseded)).statusCode, 201, 'once it is');
  const before = await issuer.admin('select id from issuer.credentials');
  for (const id of [withdrawn, revoked, superseded]) {
    const refused = await reissue(issuer, id);
    test.equal(refused.statusCode, 409);
    test.equal(refused.json().code, 'LIFECYCLE_CHANGE_REFUSED');
  }
  test.same(await issuer.admin('select id from issuer.credentials'), before);
});

t.test('what has expired is not issued again', async (test) => {
  const issuer = await buildReady(test);
  const older = await mintIn(issuer, ['dc+sd-jwt']);
  issuer.time.now = Date.parse(PERIOD.validUntil) + 1;
  const refused = await reissue(issuer, older);
  test.equal(refused.statusCode, 422);
  test.equal(refused.json().code, 'CLAIMS_INVALID');
  test.equal(refused.json().errors[0].pointer, '/validUntil');
  issuer.time.now -= HOUR_MS;
  test.equal((await reissue(issuer, older)).statusCode, 201);
});

t.test('the same key gets the same bytes, also when twenty ask at once', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => reissue(issuer, older, { key })),
  );
  const later = await reissue(issuer, older, { key });
  test.same(new Set([...answers, later].map(({ statusCode }) => statusCode)), new Set([201]));
  test.equal(new Set([...answers, later].map(({ body }) => body)).size, 1);
  test.equal((await eventsOf(issuer, older)).length, 1);
  test.equal((await issuer.admin('select id from issuer.credentials')).length, 2);
});

t.test('of two that issue one again at once, with keys of their own, one does', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const answers = await Promise.all([reissue(issuer, older), reissue(issuer, older)]);
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201, 409]));
  test.equal((await eventsOf(issuer, older)).length, 1);
});

t.test('status lists that are down after the commit only delay the suspension', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  issuer.statusLists.state.down = true;
  test.equal((await reissue(issuer, older)).statusCode, 201);
  test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'active' });
  issuer.statusLists.state.down = false;
  test.same(await settle(issuer.core), []);
  test.equal((await recordOf(issuer, older)).status, 'suspended');
});

t.test(
  "another trust's credential is not found, and the scopes to issue and to read are needed",
  async (test) => {
    const issuer = await buildReady(test);
    const older = await mint(issuer);
    test.equal((await reissue(issuer, older, { odsCode: OTHER })).statusCode, 404);
    test.equal((await reissue(issuer, randomUUID())).statusCode, 404);
    // the answer has claims that the caller did not send
    for (const lacking of ['credentials:issue', 'credentials:read']) {
      const scopes = ['credentials:issue', 'credentials:read', 'credentials:revoke'];
      const some = scopes.filter((scope) => scope !== lacking);
      test.equal((await reissue(issuer, older, { scopes: some })).statusCode, 403, lacking);
    }
    test.equal((await reissue(issuer, older, { key: null })).statusCode, 400);
    const because = await reissue(issuer, older, { body: { reason: 'renewed' } });
    test.equal(because.statusCode, 400);
    test.same(await eventsOf(issuer, older), []);
  },
);

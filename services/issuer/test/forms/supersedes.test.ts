import { randomUUID } from 'node:crypto';
import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { OTHER } from '../fakes.ts';
import {
  addKey,
  bindWallet,
  buildReady,
  CLAIMS,
  issueBody,
  mint,
  mintBody,
  mintOnce,
  send,
} from '../helper.ts';
import { mintForms, readForm } from './helper.ts';

const because = (credentialId: string) => ({
  supersedes: { credentialId, reason: 'details-changed', internalNote: 'CANARY' },
});

t.test('a newer credential names the older one in every form, which is suspended', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const { family, uuid, body } = await mintForms(issuer, CREDENTIAL_FORMS, because(older));
  for (const one of family) test.equal(readForm(one).supersedes, `urn:uuid:${older}`, one.form);
  test.notMatch(body, /CANARY/);
  const [newer] = await issuer.admin('select * from issuer.credentials where id = $1', [uuid]);
  test.match(newer, { supersedes: older, supersedes_how: 'supersedes', lifecycle: 'provided' });
  const [row] = await issuer.admin('select * from issuer.credentials where id = $1', [older]);
  test.match(row, { lifecycle: 'superseded', status: 'suspended', status_reason: 'superseded' });
  test.match(await issuer.admin('select * from issuer.credential_lifecycle_events'), [
    {
      credential_id: older,
      event: 'superseded',
      reason: 'details-changed',
      internal_note: 'CANARY',
    },
  ]);
  const events = await issuer.admin('select event from issuer.audit');
  test.notMatch(JSON.stringify(events), /CANARY/, 'notes stay out of the audit');
});

t.test(
  'an unknown one, of another trust, type or person, revoked or superseded is refused',
  async (test) => {
    const issuer = await buildReady(test);
    await bindWallet(issuer, { employeeId: 'E-2' });
    await addKey(issuer, 'assertion', OTHER);
    await bindWallet(issuer, { odsCode: OTHER });
    const others = await send(issuer, { url: '/v1/credentials', body: mintBody(), odsCode: OTHER });
    const revoked = await mint(issuer);
    const revocation = { status: 'revoked', reason: 'issued-in-error' };
    await send(issuer, { url: `/v1/credentials/${revoked}/status`, body: revocation });
    const superseded = await mint(issuer);
    test.equal((await mintOnce(issuer, mintBody(because(superseded)))).statusCode, 201);
    const { leases } = issuer.statusLists.state;
    for (const [older, status, code, person] of [
      [randomUUID(), 404, 'NOT_FOUND', 'E-1'],
      [String(others.headers.location).replace('/credentials/', ''), 404, 'NOT_FOUND', 'E-1'],
      [await mint(issuer), 422, 'CLAIMS_INVALID', 'E-2'],
      [revoked, 409, 'LIFECYCLE_CHANGE_REFUSED', 'E-1'],
      [superseded, 409, 'CONFLICT', 'E-1'],
    ] as const) {
      const answer = await mintOnce(issuer, mintBody({ ...because(older), employeeId: person }));
      test.equal(answer.statusCode, status, answer.body);
      test.equal(answer.json().code, code);
    }
    test.equal(issuer.statusLists.state.leases, leases, 'no index was used up');
  },
);

t.test('of ten that supersede one credential at once, one is issued', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => mintOnce(issuer, mintBody(because(older)))),
  );
  const codes = answers.map(({ statusCode }) => statusCode);
  test.equal(codes.filter((code) => code === 201).length, 1);
  test.equal(codes.filter((code) => code === 409).length, 9);
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 2 }]);
  test.match(await issuer.admin('select count(*)::int n from issuer.credential_lifecycle_events'), [
    { n: 1 },
  ]);
});

t.test('neither a member of the claims nor VCALM can say what is superseded', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const supersedes = `urn:uuid:${older}`;
  const asClaim = await mintOnce(issuer, mintBody({ claims: { ...CLAIMS, supersedes } }));
  test.equal(asClaim.json().code, 'UNKNOWN_TERM');
  const body = issueBody(issuer.wallet.did, { supersedes });
  const byVcalm = await send(issuer, { url: '/credentials/issue', body });
  test.equal(byVcalm.json().code, 'UNKNOWN_TERM');
});

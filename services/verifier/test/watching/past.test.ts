import { Compile } from 'typebox/compile';
import t from 'tap';
import { VerificationSchema } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import { decide } from '../forms.ts';
import { NOON } from '../trust.ts';
import { checkOf, DOMAIN, issue, present, revoke } from '../world.ts';
import { watched } from './helper.ts';

const MINUTE = 60_000;
const URL = '/v1/verifications';
const answerShape = Compile(VerificationSchema);

/** What the status of a credential was, minutes after noon, as a trust is told. */
function statusAsOf({ call }: Awaited<ReturnType<typeof watched>>, credential: JsonObject) {
  return async (minutes: number, odsCode = 'ZZB02') => {
    const at = new Date(NOON + minutes * MINUTE).toISOString();
    const body = { verifiableCredential: credential, at };
    const answer = (await call('POST', URL, { odsCode, body })).json();
    return Object.values(checkOf(answer.credentials[0], 'status')).join(' ').trim();
  };
}

t.test(
  'When a credential was revoked is known to who relied on it, and to nobody else',
  async (t) => {
    const it = await watched(t);
    const { later, reliedOn, watch, world } = it;
    const credential = await reliedOn(3);
    later(10 * MINUTE);
    await reliedOn(4);
    await it.rely([credential]);
    await watch();
    later(10 * MINUTE);
    revoke(world, 3);
    await watch();
    t.equal((await it.events()).length, 1);
    later(10 * MINUTE);

    const status = statusAsOf(it, credential);
    t.equal(await status(5), 'pass STATUS_AT_TIME_UNKNOWN', 'it was not yet when it was relied on');
    t.equal(await status(15), 'unknown STATUS_AT_TIME_UNKNOWN', 'it may have been already');
    t.equal(await status(20), 'fail CREDENTIAL_REVOKED', 'the list of then said so');
    t.equal(await status(30), 'fail CREDENTIAL_REVOKED');
    t.equal(await status(25, 'ZZC03'), 'unknown STATUS_AT_TIME_UNKNOWN', 'of another trust');
  },
);

t.test('When a credential was suspended is known to who relied on it', async (t) => {
  const it = await watched(t);
  const { later, reliedOn, watch, world } = it;
  const credential = await reliedOn(3);
  const quiet = await reliedOn(4);
  await watch();
  later(10 * MINUTE);
  decide(world, 3, 'suspended');
  await watch();
  later(10 * MINUTE);
  world.trust.bits.suspension.fill(0);
  await watch();
  t.equal((await it.events()).length, 2);
  later(10 * MINUTE);

  const status = statusAsOf(it, credential);
  t.equal(await status(5), 'unknown STATUS_AT_TIME_UNKNOWN', 'it may have begun');
  t.equal(await status(15), 'fail CREDENTIAL_SUSPENDED');
  t.equal(await status(25), 'pass');
  t.equal(await statusAsOf(it, quiet)(15), 'pass', 'nothing was told of it');
  t.equal(await statusAsOf(it, quiet)(15, 'ZZC03'), 'pass STATUS_AT_TIME_UNKNOWN');
});

t.test('The answer says as of when it is, and nothing is watched by it', async (t) => {
  const { admin, call, world } = await watched(t);
  const verifiableCredential = await issue(world);
  world.now += MINUTE;
  const body = { verifiableCredential, at: '2026-11-22T13:00:30.5+01:00' };
  const answer = (await call('POST', URL, { body })).json();
  t.ok(answerShape.Check(answer));
  t.match(answer, {
    overall: 'pass',
    verdict: 'accepted',
    sentence: /^The credential is genuine and accepted here/,
    at: '2026-11-22T12:00:30.500Z',
    checkedAt: '2026-11-22T12:01:00Z',
    credentials: [{ verdict: 'accepted' }],
  });
  const { rows } = await admin.query('select from verifier.reliances');
  t.equal(rows.length, 0);
});

t.test('A presentation as of a past time uses up its challenge, which must be fresh', async (t) => {
  const { call, getChallenge, later, world } = await watched(t);
  const credential = await issue(world, { change: { validUntil: '2026-11-22T12:05:00Z' } });
  later(10 * MINUTE);
  const challenge = await getChallenge();
  const verifiablePresentation = await present(world, [credential], { challenge });
  const options = { challenge, domain: DOMAIN };
  const body = { verifiablePresentation, options, at: '2026-11-22T12:01:00Z' };
  const first = (await call('POST', URL, { body })).json();
  t.match(first, { scope: 'presentation', overall: 'pass', at: '2026-11-22T12:01:00.000Z' });
  const second = (await call('POST', URL, { body })).json();
  t.same(checkOf(second, 'challenge'), { outcome: 'fail', code: 'CHALLENGE_USED' });

  later(11 * MINUTE);
  const stale = await getChallenge();
  const late = await present(world, [credential], { challenge: stale });
  later(11 * MINUTE);
  const third = {
    ...body,
    verifiablePresentation: late,
    options: { ...options, challenge: stale },
  };
  const expired = (await call('POST', URL, { body: third })).json();
  t.same(checkOf(expired, 'challenge'), { outcome: 'fail', code: 'CHALLENGE_EXPIRED' });
});

t.test(
  'A time that is not past, before 2000 or unreadable is refused, and to watch for one',
  async (t) => {
    const { call, world } = await watched(t);
    const verifiableCredential = await issue(world);
    const ask = async (more: object) =>
      (await call('POST', URL, { body: { verifiableCredential, ...more } })).json();
    t.match(await ask({ at: '2026-11-22T12:00:00Z' }), { overall: 'pass' }, 'this very moment');
    for (const more of [
      { at: '2026-11-22T12:00:00.001Z' },
      { at: '1999-12-31T23:59:59Z' },
      { at: '2026-11-31T12:00:00Z' },
      { at: '2026-11-22' },
      { at: 1 },
      { at: '2026-11-22T12:00:00Z', watch: true },
    ]) {
      t.match(await ask(more), { status: 400, code: 'INVALID_REQUEST' }, JSON.stringify(more));
    }
    t.match(await ask({ at: '2026-11-22T12:00:00Z', watch: false }), { overall: 'pass' });
  },
);

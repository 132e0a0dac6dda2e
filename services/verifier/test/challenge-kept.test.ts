import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import type { Check } from '../src/domain/report.ts';
import { build } from './helper.ts';
import { checkOf, DOMAIN, FRESHNESS_MS, issue, present } from './world.ts';

const RACERS = 10;

t.test('What is unknown may be asked again; of those who then ask at once one wins', async (t) => {
  const { admin, bearerOf, getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const verifiablePresentation = await present(world, [await issue(world)], { challenge });
  const body = { verifiablePresentation, options: { challenge, domain: DOMAIN } };
  const ask = async (): Promise<JsonObject & { checks: Check[] }> =>
    (await post('/v1/verifications', body)).json();
  const { fetch } = world.lists;
  world.lists.fetch = async () => ({});

  const unknown = await Promise.all(Array.from({ length: RACERS }, ask));
  t.ok(unknown.every(({ overall }) => overall === 'unknown'));
  t.ok(unknown.every((one) => checkOf(one, 'challenge').outcome === 'pass'));
  t.equal((await post('/presentations/verify', body)).statusCode, 400);
  const theirs = (await post('/v1/verifications', body, bearerOf('ZZC03'))).json();
  const notTheirs = { outcome: 'fail', code: 'CHALLENGE_UNKNOWN' };
  t.same(checkOf(theirs, 'challenge'), notTheirs, 'open or not, it is nobody else’s');
  const relied = await admin.query('select from verifier.reliances');
  t.equal(relied.rowCount, 0, 'nothing was relied on');

  world.lists.fetch = fetch;
  world.now += FRESHNESS_MS;
  const decided = await Promise.all(Array.from({ length: RACERS }, ask));
  t.equal(decided.filter(({ overall }) => overall === 'pass').length, 1);
  t.equal(
    decided.filter((one) => checkOf(one, 'challenge').code === 'CHALLENGE_USED').length,
    RACERS - 1,
  );
  const again = await post('/presentations/verify', body);
  t.match(again.json(), { verified: false, problemDetails: [{ title: 'CHALLENGE_USED' }] });
});

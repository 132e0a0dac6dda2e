import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { decide, issueAs } from '../forms.ts';
import { build } from '../helper.ts';
import { NOON } from '../trust.ts';
import { checkOf, createWorld, FRESHNESS_MS } from '../world.ts';
import { failuresOf } from './helper.ts';

t.test(
  'V25: an answer says by which list, of when, and none is older than the window',
  async (t) => {
    for (const form of CREDENTIAL_FORMS) {
      const world = createWorld();
      const whole = await issueAs(world, form);
      const first = await verifyCredential(whole, world.ports);
      t.same(first.statusList, { version: NOON, fetchedAt: NOON, ageMs: 0 }, form);

      // Revoked after the list was fetched: it counts with the next one, and until then the answer says how old it is.
      decide(world, 7, 'revoked');
      world.now = NOON + FRESHNESS_MS - 1;
      const kept = await verifyCredential(whole, world.ports);
      t.equal(kept.overall, 'pass', `${form} ${failuresOf(kept.checks).join()}`);
      const ageMs = FRESHNESS_MS - 1;
      t.same(kept.statusList, { version: NOON, fetchedAt: NOON, ageMs }, form);

      world.now = NOON + FRESHNESS_MS;
      const next = await verifyCredential(whole, world.ports);
      t.same(checkOf(next, 'status'), { outcome: 'fail', code: 'CREDENTIAL_REVOKED' }, form);
      const fetchedAt = NOON + FRESHNESS_MS;
      t.same(next.statusList, { version: fetchedAt, fetchedAt, ageMs: 0 }, form);
    }
  },
);

t.test('V25: what is revoked while the list is on its way is seen with the next one', async (t) => {
  for (const form of CREDENTIAL_FORMS) {
    const world = createWorld();
    const whole = await issueAs(world, form);
    const { lists, tokens } = world;
    const [fetchList, fetchToken] = [lists.fetch, tokens.fetch];
    const afterwards = <T>(answer: T): T => {
      decide(world, 7, 'revoked');
      world.now = NOON + 2_000;
      return answer;
    };
    lists.fetch = async (url) => afterwards(await fetchList(url));
    tokens.fetch = async (url) => afterwards(await fetchToken(url));
    const { overall, statusList } = await verifyCredential(whole, world.ports);
    t.equal(overall, 'pass', `${form}: the list that was fetched does not have it yet`);
    t.equal(statusList?.version, NOON, 'and the answer names that list');
    t.equal(statusList?.fetchedAt, NOON, 'by when it was asked for');
    world.now = NOON + 2_000 + FRESHNESS_MS;
    t.equal((await verifyCredential(whole, world.ports)).overall, 'fail', form);
  }
});

t.test('V25: the answer over HTTP carries version, time and age of the list', async (t) => {
  const { post, world } = await build(t);
  const verifiableCredential = await issueAs(world, 'vcdm2-ed25519-2020');
  world.now = NOON + 1_000;
  t.equal((await verifyCredential(verifiableCredential, world.ports)).overall, 'pass');
  world.now = NOON + 6_000;
  const answer = (await post('/v1/verifications', { verifiableCredential })).json();
  t.equal(answer.checkedAt, '2026-11-22T12:00:06Z');
  t.match(answer.credentials, [
    {
      statusList: {
        version: NOON + 1_000,
        fetchedAt: /^2026-11-22T12:00:01(\.000)?Z$/,
        ageMs: 5_000,
      },
    },
  ]);
});

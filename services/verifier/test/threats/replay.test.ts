import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { build } from '../helper.ts';
import { DOMAIN } from '../world.ts';
import { PRESENTATIONS } from './helper.ts';

const URL = '/v1/verifications';
const RACERS = 50;

function codesOf({ checks }: { checks: JsonObject[] }) {
  return checks.flatMap(({ outcome, code }) => (outcome === 'fail' ? [code] : []));
}

t.test('V10: a presentation counts once, here, now and for whom it was made', async (t) => {
  const { bearerOf, getChallenge, post, world } = await build(t);
  for (const [form, present] of Object.entries(PRESENTATIONS)) {
    const verify = async (
      made: { challenge: string; domain?: string },
      options: { challenge?: string; domain?: string } = {},
      by = bearerOf('ZZB02'),
    ) => {
      const verifiablePresentation = await present(world, made);
      const asked = { challenge: made.challenge, domain: DOMAIN, ...options };
      return (await post(URL, { verifiablePresentation, options: asked }, by)).json();
    };

    const challenge = await getChallenge();
    const sessionOf = await getChallenge();
    const theirs = await getChallenge(bearerOf('ZZC03'));
    const cases: [string, string, ReturnType<typeof verify>][] = [];
    cases.push(
      ['over a nonce of another verifier', 'CHALLENGE_UNKNOWN', verify({ challenge: 'elsewhere' })],
      [
        'over the challenge of another session',
        'INVALID_CHALLENGE_ERROR',
        verify({ challenge: sessionOf }, { challenge }),
      ],
      ['over the challenge of another trust', 'CHALLENGE_UNKNOWN', verify({ challenge: theirs })],
      [
        'for another domain',
        'INVALID_DOMAIN_ERROR',
        verify({ challenge, domain: 'https://other.example' }),
      ],
      [
        'over a nonce that is missing',
        'INVALID_CHALLENGE_ERROR',
        verify({ challenge: '' }, { challenge }),
      ],
    );
    for (const [what, code, answer] of cases) {
      const result = await answer;
      t.equal(result.overall, 'fail', `${form} ${what}`);
      t.same(codesOf(result), [code], `${form} ${what}`);
    }
    t.equal(
      (await verify({ challenge })).overall,
      'pass',
      `${form}: and it is left for the right one`,
    );
    t.same(codesOf(await verify({ challenge })), ['CHALLENGE_USED'], `${form} again`);

    const expiring = await getChallenge();
    world.now += 600_000;
    t.same(codesOf(await verify({ challenge: expiring })), ['CHALLENGE_EXPIRED'], form);
  }
});

t.test('V10: of 50 that use one challenge at the same time one wins, in every form', async (t) => {
  const { admin, getChallenge, post, world } = await build(t);
  for (const [form, present] of Object.entries(PRESENTATIONS)) {
    const challenge = await getChallenge();
    const verifiablePresentation = await present(world, { challenge });
    const body = { verifiablePresentation, options: { challenge, domain: DOMAIN } };
    const answers = await Promise.all(Array.from({ length: RACERS }, () => post(URL, body)));
    const results = answers.map((answer) => answer.json());
    t.equal(results.filter(({ overall }) => overall === 'pass').length, 1, form);
    const lost = results.filter(({ overall }) => overall === 'fail');
    t.equal(lost.length, RACERS - 1, form);
    for (const { checks } of lost) {
      const use = checks.find(({ check }: { check: string }) => check === 'challenge');
      if (use.code !== 'CHALLENGE_USED') t.fail(`${form} ${JSON.stringify(use)}`);
    }
  }
  const { rows } = await admin.query('select 1 from verifier.challenges where used_at is not null');
  t.equal(rows.length, Object.keys(PRESENTATIONS).length);
});

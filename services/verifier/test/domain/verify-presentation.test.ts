import t, { type Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import type { CheckName } from '../../src/domain/report.ts';
import { createHolder } from '../trust.ts';
import {
  checkOf,
  createWorld,
  DOMAIN,
  issue,
  present,
  type PresentOptions,
  revoke,
  tampered,
  type World,
} from '../world.ts';
import { verify } from './presentation-helper.ts';

/** A presentation of one credential passes; the broken one fails this check and burns nothing. */
async function breaks(
  t: Test,
  arrange: (world: World, credential: JsonObject) => Promise<JsonObject>,
  { check, code, options }: { check: CheckName; code: string; options?: object },
) {
  const world = createWorld();
  const credential = await issue(world);
  const good = await verify(world, await present(world, [credential]));
  t.equal(good.overall, 'pass', JSON.stringify(good.checks));
  t.equal(checkOf(good, check).outcome, 'pass');

  const another = createWorld();
  const theirs = await issue(another);
  const bad = await verify(another, await arrange(another, theirs), options);
  t.equal(bad.overall, 'fail');
  t.same(checkOf(bad, check), { outcome: 'fail', code }, JSON.stringify(bad.checks));
  const whole = await verify(another, await present(another, [theirs]));
  t.equal(whole.overall, 'pass', 'the challenge was left for the right presentation');
}

const presented = (options: PresentOptions) => (world: World, credential: JsonObject) =>
  present(world, [credential], options);

for (const [what, change, code] of [
  ['an unknown term', { evil: 1 }, 'UNKNOWN_TERM'],
  ['no holder', { holder: null }, 'MALFORMED_VALUE_ERROR'],
  ['another type', { type: ['Thing'] }, 'MALFORMED_VALUE_ERROR'],
  ['no credential', { verifiableCredential: [] }, 'MALFORMED_VALUE_ERROR'],
  ['text as a credential', { verifiableCredential: ['a.b.c'] }, 'MALFORMED_VALUE_ERROR'],
] as const) {
  t.test(`A presentation with ${what} is not built as it must be`, (t) =>
    breaks(
      t,
      async (world, one) => ({ ...(await present(world, [one])), ...change }) as JsonObject,
      {
        check: 'data-model',
        code,
      },
    ),
  );
}

t.test('A presentation with a further context fails', (t) =>
  breaks(
    t,
    async (world, one) =>
      tampered(await present(world, [one]), (copy) => {
        copy['@context'].push('https://evil.example/v1');
      }),
    { check: 'context', code: 'CONTEXT_NOT_ALLOWED' },
  ),
);

t.test('A credential taken out after signing fails the proof', (t) =>
  breaks(
    t,
    async (world, one) => {
      const both = await present(world, [one, await issue(world)]);
      return { ...both, verifiableCredential: [one] };
    },
    { check: 'proof', code: 'PROOF_VERIFICATION_ERROR' },
  ),
);

t.test('A presentation without a proof fails', (t) =>
  breaks(
    t,
    async (world, one) => {
      const { proof: _proof, ...unsigned } = await present(world, [one]);
      return unsigned;
    },
    { check: 'proof', code: 'PROOF_MISSING' },
  ),
);

t.test('A presentation signed by another key than its holder’s fails', (t) =>
  breaks(t, presented({ by: createHolder() }), { check: 'proof', code: 'HOLDER_MISMATCH' }),
);

t.test('A holder whose keys would have to be fetched is refused without a fetch', async (t) => {
  const holder = 'did:web:evil.example';
  await breaks(t, presented({ change: { holder } }), { check: 'proof', code: 'INVALID_DID' });
});

t.test('A presentation over another challenge fails', (t) =>
  breaks(t, presented({ challenge: 'another' }), {
    check: 'challenge',
    code: 'INVALID_CHALLENGE_ERROR',
  }),
);

t.test('A presentation verified without a challenge fails', (t) =>
  breaks(t, presented({}), {
    check: 'challenge',
    code: 'INVALID_CHALLENGE_ERROR',
    options: { challenge: undefined },
  }),
);

t.test('A presentation for another domain fails', (t) =>
  breaks(t, presented({ domain: 'https://other.example' }), {
    check: 'domain',
    code: 'INVALID_DOMAIN_ERROR',
  }),
);

t.test(
  'A presentation in JSON-LD for several domains fails, because it is not for one alone',
  (t) =>
    breaks(
      t,
      async (world, one) =>
        tampered(await present(world, [one]), (copy) => {
          Object.assign(copy.proof, { domain: [DOMAIN, 'https://other.example'] });
        }),
      { check: 'domain', code: 'INVALID_DOMAIN_ERROR' },
    ),
);

t.test('Without an expected domain that check is not run', async (t) => {
  const world = createWorld();
  const presentation = await present(world, [await issue(world)]);
  const result = await verify(world, presentation, { domain: undefined });
  t.equal(result.overall, 'pass');
  t.equal(checkOf(result, 'domain').outcome, 'not-run');
});

t.test('The same presentation twice fails the second time', async (t) => {
  const world = createWorld();
  const presentation = await present(world, [await issue(world)]);
  t.equal((await verify(world, presentation)).overall, 'pass');
  const again = await verify(world, presentation);
  t.equal(again.overall, 'fail');
  t.same(checkOf(again, 'challenge'), { outcome: 'fail', code: 'CHALLENGE_USED' });
});

t.test('A challenge is used up also when a credential fails', async (t) => {
  const world = createWorld();
  revoke(world, 7);
  const presentation = await present(world, [await issue(world)]);
  t.equal(checkOf(await verify(world, presentation), 'challenge').outcome, 'pass');
  t.equal(checkOf(await verify(world, presentation), 'challenge').code, 'CHALLENGE_USED');
});

t.test(
  'A presentation that is unknown may be sent again; one that is decided may not',
  async (t) => {
    const world = createWorld();
    const presentation = await present(world, [await issue(world)]);
    const { fetch } = world.lists;
    world.lists.fetch = async () => ({});
    for (const _again of [1, 2]) {
      const result = await verify(world, presentation);
      t.equal(result.overall, 'unknown');
      t.equal(checkOf(result, 'challenge').outcome, 'pass');
    }
    world.lists.fetch = fetch;
    world.now += 1_001;
    t.equal((await verify(world, presentation)).overall, 'pass');
    const used = { outcome: 'fail', code: 'CHALLENGE_USED' };
    t.same(checkOf(await verify(world, presentation), 'challenge'), used);
    world.lists.fetch = async () => ({});
    world.now += 30_001;
    const late = await verify(world, presentation);
    t.same(checkOf(late, 'challenge'), used, 'also while its status is unknown');
    t.equal(late.overall, 'fail');
  },
);

t.test('A challenge of which nobody asked whether it is open has not passed', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const forged = await present(world, [credential], { by: createHolder() });
  const result = await verify(world, forged);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'HOLDER_MISMATCH' });
  t.equal(checkOf(result, 'challenge').outcome, 'not-run');
  const elsewhere = await present(world, [credential], { domain: 'https://other.example' });
  const refused = await verify(world, elsewhere);
  t.equal(checkOf(refused, 'domain').outcome, 'fail');
  t.equal(checkOf(refused, 'challenge').outcome, 'not-run');
  const good = await verify(world, await present(world, [credential]));
  t.equal(checkOf(good, 'challenge').outcome, 'pass');
});

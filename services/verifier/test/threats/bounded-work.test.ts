import t from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { verify } from '../domain/presentation-helper.ts';
import { issueAs } from '../forms.ts';
import { build } from '../helper.ts';
import { presentJsonLd } from '../presentations.ts';
import { checkOf, createWorld, DOMAIN, present } from '../world.ts';
import { failuresOf } from './helper.ts';

const TURNS = 5;
// Of the work, not of the clock on the wall: other tests run beside this one.
const BOUND_MS = 250;

const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

const TYPE = 'VerifiableCredential';
// Where a credential may have something that its schema says nothing about.
const inside = (credentialSubject: JsonValue): JsonObject => ({
  renderMethod: [{ type: TYPE, credentialSubject }],
});

/** Blank nodes each of which names every other: none is told apart by what is said of it. */
const clique = (size: number): JsonObject =>
  inside(
    times(size, (at) => ({
      id: `_:n${at}`,
      type: TYPE,
      credentialSubject: times(size, (other) => ({ id: `_:n${other}` })),
    })),
  );

const twoCycles = (count: number): JsonObject =>
  inside(
    times(count, (at) => ({
      id: `_:a${at}`,
      type: TYPE,
      credentialSubject: { id: `_:b${at}`, type: TYPE, credentialSubject: { id: `_:a${at}` } },
    })),
  );

function nested(depth: number): JsonObject {
  return depth === 0 ? { name: 'x' } : { type: TYPE, credentialSubject: nested(depth - 1) };
}

/** Members that stand in a credential beside its own, as anybody can send them. */
const POISON: Readonly<Record<string, JsonObject>> = {
  'a clique of 40': clique(40),
  'a clique of 9, under every limit of size': clique(9),
  '4,000 two-cycles': twoCycles(4_000),
  '400 two-cycles': twoCycles(400),
  '30 two-cycles': twoCycles(30),
  'nesting of 30': inside(nested(25)),
  'nesting of 2,000': inside(nested(2_000)),
  '4,000 names': inside({ name: times(4_000, (at) => `name ${at}`) }),
  'a literal of 60 kB': { description: 'x'.repeat(60_000) },
  'a literal of 1 MB': { description: 'x'.repeat(1_000_000) },
};

// What stays under the limits is canonicalized, and found to be signed by nobody.
const WITHIN: ReadonlySet<string> = new Set(['a literal of 60 kB']);
// A credential names no blank node. In a presentation its proof covers them first, and is bounded by its own limits.
const NAMING = /clique|^\d\d\d? two-cycles/;

function codeOf(what: string): string {
  if (NAMING.test(what)) return 'MALFORMED_VALUE_ERROR';
  return WITHIN.has(what) ? 'PROOF_VERIFICATION_ERROR' : 'TOO_COMPLEX';
}

/** Milliseconds of processor time of one turn, the middle one of several. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const costs: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000);
  }
  return costs.toSorted((a, b) => a - b)[Math.floor(TURNS / 2)] ?? Infinity;
}

t.test('V8: poison for canonicalization is refused at a bounded cost', async (t) => {
  const world = createWorld();
  const whole = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
  t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
  for (const [what, members] of Object.entries(POISON)) {
    const poisoned = { ...whole, ...members };
    const result = await verifyCredential(poisoned, world.ports);
    t.equal(result.overall, 'fail', what);
    t.same(failuresOf(result.checks), [codeOf(what)], what);
    const cost = await costOf(() => verifyCredential(poisoned, world.ports));
    t.ok(cost < BOUND_MS, `${what}: ${Math.round(cost)} ms`);
  }
});

t.test('V8: 64 poisoned credentials in one presentation cost no more', async (t) => {
  const world = createWorld();
  const whole = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
  const presentation = await present(world, [whole]);
  for (const [what, members] of Object.entries(POISON)) {
    const verifiableCredential = times(64, (at) => ({ ...whole, ...members, id: `urn:x:${at}` }));
    const poisoned = { ...presentation, verifiableCredential };
    // No route takes a body of more.
    if (JSON.stringify(poisoned).length > 1_048_576) continue;
    const result = await verify(world, poisoned);
    t.equal(result.overall, 'fail', what);
    const cost = await costOf(() => verify(world, poisoned));
    t.ok(cost < 2 * BOUND_MS, `${what}: ${Math.round(cost)} ms`);
  }
  t.equal((await verify(world, presentation)).overall, 'pass');
});

/** As many proofs as a document may have, each over the document and those before it: that many documents. */
const chainOf = (proof: JsonValue | undefined): JsonObject[] =>
  times(8, (at) => ({
    ...(proof as JsonObject),
    id: `urn:proof:${at}`,
    ...(at > 0 && { previousProof: times(at, (before) => `urn:proof:${before}`) }),
  }));

t.test('V8: chained proofs do not multiply what a presentation may cost', async (t) => {
  const world = createWorld();
  const { proof, ...whole } = (await issueAs(world, 'vcdm2-eddsa-rdfc-2022')) as JsonObject;
  const many = times(20, (at) => ({ ...whole, id: `urn:x:${at}`, proof: proof as JsonValue }));
  const options = { suite: 'eddsa-rdfc-2022' } as const;
  const presentation = await presentJsonLd(
    world,
    '2.0',
    [{ ...whole, proof } as JsonObject],
    options,
  );
  t.equal((await verify(world, presentation)).overall, 'pass');
  const unchained = await verify(world, { ...presentation, verifiableCredential: many });
  t.notOk(failuresOf(unchained.checks).includes('TOO_COMPLEX'), 'twenty are few');

  const chained = many.map((one) => ({ ...one, proof: chainOf(proof as JsonValue) }));
  for (const [what, poisoned] of Object.entries({
    'of its credentials': { ...presentation, verifiableCredential: chained },
    'of its own': {
      ...presentation,
      verifiableCredential: many,
      proof: chainOf(presentation['proof']),
    },
  })) {
    const result = await verify(world, poisoned);
    t.ok(failuresOf(result.checks).includes('TOO_COMPLEX'), what);
    const cost = await costOf(() => verify(world, poisoned));
    t.ok(cost < BOUND_MS, `${what}: ${Math.round(cost)} ms`);
  }
});

t.test('V8: a chain that names one proof many times is not followed', async (t) => {
  const world = createWorld();
  const whole = (await issueAs(world, 'vcdm2-eddsa-rdfc-2022')) as JsonObject;
  const names = times(29_000, () => 'urn:proof:7');
  const chain = chainOf(whole['proof']).with(6, {
    ...(whole['proof'] as JsonObject),
    id: 'urn:proof:6',
    previousProof: names,
  });
  const presentation = { ...(await present(world, [whole])), proof: chain };
  t.equal((await verify(world, await present(world, [whole]))).overall, 'pass');
  t.equal((await verify(world, presentation)).overall, 'fail');
  const cost = await costOf(() => verify(world, presentation));
  t.ok(cost < BOUND_MS, `${Math.round(cost)} ms`);
});

t.test('V8: others are answered while poison is looked at', async (t) => {
  const { app, getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const whole = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
  const presentation = await present(world, [whole], { challenge });
  const options = { challenge, domain: DOMAIN };
  const poison = Object.values(POISON).map((members) => ({
    verifiableCredential: { ...whole, ...members },
  }));
  let left = poison.length;
  const poisoned = poison.map(async (body) => {
    const answer = await post('/v1/verifications', body);
    left -= 1;
    return answer;
  });
  const live = await app.inject('/openapi.json');
  t.equal(live.statusCode, 200);
  t.ok(left > 0, 'before the last of the poison');
  for (const answer of await Promise.all(poisoned)) {
    t.ok([200, 400].includes(answer.statusCode), String(answer.statusCode));
    t.not(answer.json().overall, 'pass');
  }
  const good = await post('/v1/verifications', { verifiablePresentation: presentation, options });
  t.equal(good.json().overall, 'pass', 'and the honest one verifies as before');
  t.equal(checkOf(good.json(), 'challenge').outcome, 'pass');
});

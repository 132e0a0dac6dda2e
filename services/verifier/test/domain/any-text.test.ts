import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  base64String,
  constantFrom,
  jsonValue,
  nat,
  oneof,
  pre,
  string,
} from 'fast-check';
import t from 'tap';
import { signingInputOf } from '#vc/compact-jws';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueText } from '../forms.ts';
import { presentJwt, presentSdJwt } from '../presentations.ts';
import { createWorld, type World } from '../world.ts';
import { verify } from './presentation-helper.ts';

const FORMS = ['jwt_vc_json', 'dc+sd-jwt'] as const;
const OVERALL = ['pass', 'fail', 'unknown'];

/** The text with another value in the place of one of its claims, signed anew by the trust. */
async function withClaim(world: World, text: string, name: string, value: JsonValue) {
  const [jwt = '', ...rest] = text.split('~');
  const [header = {}, claims = {}] = jwt
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonObject);
  const input = signingInputOf(header, { ...claims, [name]: value });
  const signature = await world.trust.assertion.sign({ data: Buffer.from(input) });
  return [`${input}.${Buffer.from(signature).toString('base64url')}`, ...rest].join('~');
}

for (const form of FORMS) {
  t.test(`Whatever its issuer signs into a ${form} there is an answer`, async (t) => {
    const world = createWorld();
    const whole = await issueText(world, form);
    t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
    const [, encoded = ''] = whole.split('.');
    const names = Object.keys(JSON.parse(Buffer.from(encoded, 'base64url').toString()));
    const claim = constantFrom(...names, 'supersedes', '_sd_alg', 'evil');
    const value = jsonValue({ maxDepth: 3 }) as Arbitrary<JsonValue>;
    await assert(
      asyncProperty(claim, value, async (name, other) => {
        const text = await withClaim(world, whole, name, other);
        const { overall } = await verifyCredential(text, world.ports);
        return OVERALL.includes(overall);
      }),
      { numRuns: 300 },
    );
    t.pass('none is a fault of the program');
  });
}

t.test('No text with another character passes as a presentation', async (t) => {
  for (const present of [
    async (world: World) => presentJwt(world, [await issueText(world, 'jwt_vc_json')]),
    async (world: World) => presentSdJwt(world, await issueText(world, 'dc+sd-jwt')),
  ]) {
    const world = createWorld();
    const whole = await present(world);
    const place = nat({ max: whole.length - 1 });
    const character = constantFrom('A', 'Z', 'a', 'z', '0', '-', '_', '.', '~', ' ', '=');
    await assert(
      asyncProperty(place, character, async (at, other) => {
        pre(whole[at] !== other);
        const text = whole.slice(0, at) + other + whole.slice(at + 1);
        return (await verify(world, text)).overall !== 'pass';
      }),
      { numRuns: 300 },
    );
    t.equal((await verify(world, whole)).overall, 'pass', 'and nothing used its challenge up');
  }
});

t.test('Whatever comes as text there is an answer, and it is no pass', async (t) => {
  const world = createWorld();
  const text = oneof(
    string(),
    array(base64String(), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.')),
    array(string({ unit: 'grapheme' })).map((parts) => parts.join('~')),
  );
  await assert(
    asyncProperty(text, async (one) => {
      const credential = await verifyCredential(one, world.ports);
      const presentation = await verify(world, one);
      return credential.overall === 'fail' && presentation.overall === 'fail';
    }),
    { numRuns: 300 },
  );
  t.equal(
    (await verify(world, await presentJwt(world, [await issueText(world, 'jwt_vc_json')]))).overall,
    'pass',
  );
});

import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { issueAs } from '../forms.ts';
import { presentJsonLd, presentJwt } from '../presentations.ts';
import { checkOf, createWorld } from '../world.ts';
import { verify } from './presentation-helper.ts';

const MANY = 64;

const POISONS: Readonly<Record<string, JsonObject>> = {
  'blank nodes': { credentialStatus: Array.from({ length: 16 }, () => ({})) },
  'typed nodes': {
    credentialStatus: Array.from({ length: 20 }, (_, at) => ({
      id: `urn:example:${at}`,
      type: ['VerifiableCredential', 'JsonSchema', 'BitstringStatusListEntry'],
    })),
  },
  texts: { description: Array.from({ length: 350 }, (_, at) => `text ${at}`) },
};

for (const [what, change] of Object.entries(POISONS)) {
  t.test(`No form of a presentation has more ${what} looked at than JSON-LD has`, async (t) => {
    const world = createWorld();
    const poison = { ...((await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject), ...change };
    const many = Array.from({ length: MANY }, () => poison);
    const inJsonLd = await presentJsonLd(world, '2.0', [await issueAs(world, 'jwt_vc_json')]);
    for (const presentation of [
      await presentJwt(world, many),
      { ...inJsonLd, verifiableCredential: many },
    ]) {
      const result = await verify(world, presentation);
      t.equal(result.overall, 'fail');
      t.same(checkOf(result, 'size'), { outcome: 'fail', code: 'TOO_COMPLEX' });
      t.same(result.credentials, []);
    }
  });
}

t.test('Sixty-four honest credentials in JSON-LD are presented as a JWT', async (t) => {
  const world = createWorld();
  for (const form of ['vcdm1-proof-set', 'vcdm2-proof-set'] as const) {
    const many = Array.from({ length: MANY }, () => issueAs(world, form));
    const challenge = form;
    const presentation = await presentJwt(world, await Promise.all(many), { challenge });
    const result = await verify(world, presentation, { challenge });
    t.equal(result.overall, 'pass', JSON.stringify(result.checks));
    t.equal(result.credentials.length, MANY);
  }
});

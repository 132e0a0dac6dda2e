import t from 'tap';
import { CREDENTIALS_V1_CONTEXT, CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { issueAs } from './forms.ts';
import { build } from './helper.ts';
import { createTestKey, presentSecured } from './suites.ts';
import { DOMAIN } from './world.ts';

const URL = '/presentations/verify';

for (const [suite, kind, form, context] of [
  ['Ed25519Signature2018', 'ed25519', 'vcdm1-ed25519-2020', CREDENTIALS_V1_CONTEXT],
  ['eddsa-jcs-2022', 'ed25519', 'vcdm2-ed25519-2020', CREDENTIALS_V2_CONTEXT],
  ['ecdsa-rdfc-2019', 'P-256', 'vcdm2-ed25519-2020', CREDENTIALS_V2_CONTEXT],
] as const) {
  t.test(`A presentation with ${suite} is answered with 200, a changed one with 400`, async (t) => {
    const { getChallenge, post, world } = await build(t);
    const key = createTestKey(kind);
    const credential = (await issueAs(world, form, { subjectId: key.did })) as JsonObject;
    const challenge = await getChallenge();
    const whole = await presentSecured(world, [credential], {
      suite,
      key,
      contexts: [context],
      challenge,
    });
    const options = { challenge, domain: DOMAIN };

    const changed = { ...whole, id: 'urn:uuid:00000000-0000-4000-8000-000000000001' };
    const refused = await post(URL, { verifiablePresentation: changed, options });
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), { problemDetails: [{ title: 'PROOF_VERIFICATION_ERROR' }] });

    const answer = await post(URL, { verifiablePresentation: whole, options });
    t.equal(answer.statusCode, 200, answer.body);
    t.same(answer.json(), { verified: true });
  });
}

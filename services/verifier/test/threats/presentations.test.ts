import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { verify } from '../domain/presentation-helper.ts';
import { decide, issueAs, issueText } from '../forms.ts';
import { build } from '../helper.ts';
import {
  presentJsonLd,
  type PresentAsOptions,
  presentJwt,
  presentSdJwt,
} from '../presentations.ts';
import { createHolder } from '../trust.ts';
import { checkOf, createWorld, DOMAIN, present, type World } from '../world.ts';
import { failuresOf, PRESENTATIONS, refusesJsonLd } from './helper.ts';

type Wrap = (
  world: World,
  credentials: Submitted[],
  options?: PresentAsOptions,
) => Promise<Submitted>;

const SECOND = { challenge: 'a-second-challenge' };

/** Presentations of several credentials. */
const CONTAINERS: Readonly<Record<string, { wrap: Wrap; forms: readonly string[] }>> = {
  'JSON-LD of VCDM 2.0': {
    wrap: (world, credentials, options) => presentJsonLd(world, '2.0', credentials, options),
    forms: CREDENTIAL_FORMS,
  },
  'JSON-LD of VCDM 1.1': {
    wrap: (world, credentials, options) => presentJsonLd(world, '1.1', credentials, options),
    forms: CREDENTIAL_FORMS.filter((form) => form.startsWith('vcdm1')),
  },
  jwt_vp_json: { wrap: presentJwt, forms: CREDENTIAL_FORMS },
};

t.test('V9: a credential of somebody else is not presented as one’s own', async (t) => {
  for (const [container, { wrap, forms }] of Object.entries(CONTAINERS)) {
    for (const form of CREDENTIAL_FORMS.filter((one) => forms.includes(one))) {
      const world = createWorld();
      const own = await issueAs(world, form);
      const stolen = await issueAs(world, form, { subjectId: createHolder().did, index: 8 });
      t.equal((await verifyCredential(stolen, world.ports)).overall, 'pass', 'genuine by itself');
      const bad = await verify(world, await wrap(world, [own, stolen]));
      t.equal(bad.overall, 'fail', `${form} in ${container}`);
      const [first, second] = bad.credentials;
      t.equal(first?.overall, 'pass', `${form} ${failuresOf(first?.checks ?? []).join()}`);
      t.same(failuresOf(second?.checks ?? []), ['HOLDER_MISMATCH'], form);
    }
  }
  for (const [form, presentAs] of Object.entries(PRESENTATIONS)) {
    const world = createWorld();
    const thief = createHolder();
    const bad = await verify(world, await presentAs(world, { by: thief }));
    t.equal(bad.overall, 'fail', form);
    t.not(bad.holder, world.holder.did, form);
    const good = await verify(world, await presentAs(world, SECOND), SECOND);
    t.equal(good.overall, 'pass', `${form} ${failuresOf(good.checks).join()}`);
  }
  await refusesJsonLd(
    t,
    'several subjects, one of them the holder',
    (copy) => {
      const subject = copy['credentialSubject'] as JsonObject;
      copy['credentialSubject'] = [subject, { ...subject, id: createHolder().did }];
    },
    { code: 'MALFORMED_VALUE_ERROR' },
  );
});

t.test('V9: a KB-JWT by another key than the credential is bound to is refused', async (t) => {
  const world = createWorld();
  const whole = await issueText(world, 'dc+sd-jwt');
  const bad = await verify(world, await presentSdJwt(world, whole, { by: createHolder() }));
  t.same(checkOf(bad, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  t.equal((await verify(world, await presentSdJwt(world, whole))).overall, 'pass');
});

t.test('V11: one revoked credential fails, the others pass, and the whole fails', async (t) => {
  for (const [container, { wrap, forms }] of Object.entries(CONTAINERS)) {
    const world = createWorld();
    const credentials: Submitted[] = [];
    for (const form of CREDENTIAL_FORMS.filter((one) => forms.includes(one))) {
      credentials.push(await issueAs(world, form, { index: credentials.length }));
    }
    t.equal((await verify(world, await wrap(world, credentials))).overall, 'pass', container);
    const revoked = credentials.length - 1;
    decide(world, revoked, 'revoked');
    world.now += 31_000;
    const again = await wrap(world, credentials, SECOND);
    const result = await verify(world, again, SECOND);
    t.equal(result.overall, 'fail', container);
    t.same(
      result.credentials.map(({ overall }) => overall),
      credentials.map((_, at) => (at === revoked ? 'fail' : 'pass')),
      container,
    );
    const status = result.credentials[revoked]?.checks.find(({ check }) => check === 'status');
    t.match(status, { code: 'CREDENTIAL_REVOKED', pointer: new RegExp(`/${revoked}/`) }, container);
  }
});

t.test('V12: what is nested or numerous beyond measure is refused by its size', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const ask = async (verifiablePresentation: unknown, challenge: string) =>
    post('/v1/verifications', {
      verifiablePresentation: verifiablePresentation as JsonObject,
      options: { challenge, domain: DOMAIN },
    });
  const challenge = await getChallenge();
  const credential = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
  const whole = await present(world, [credential], { challenge });

  const small = { '@context': whole['@context'], type: whole['type'] };
  let nested: JsonObject = whole;
  for (let depth = 0; depth < 100; depth += 1)
    nested = { ...whole, verifiableCredential: [nested] };
  let inSubject: JsonObject = {};
  for (let depth = 0; depth < 100; depth += 1) inSubject = { credentialSubject: inSubject };
  for (const [what, document, status, code] of [
    ['a presentation 100 deep', nested, 400, 'PARSING_ERROR'],
    [
      'a credential 100 deep',
      { ...whole, verifiableCredential: [inSubject] },
      400,
      'PARSING_ERROR',
    ],
    [
      '1,000 credentials',
      { ...whole, verifiableCredential: Array(1_000).fill(credential) },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ] as const) {
    const answer = await ask(document, challenge);
    t.equal(answer.statusCode, status, what);
    t.equal(answer.json().code, code, what);
  }
  for (const [what, verifiableCredential] of [
    [
      '1,000 small ones',
      Array.from({ length: 1_000 }, (_, at) => ({ ...small, id: `urn:x:${at}` })),
    ],
    ['65', Array(65).fill(credential)],
  ] as const) {
    const answer = await ask({ ...whole, verifiableCredential }, challenge);
    t.equal(answer.statusCode, 200, what);
    t.equal(answer.json().overall, 'fail', what);
    t.same(failuresOf(answer.json().checks), ['TOO_COMPLEX'], what);
    t.same(answer.json().credentials, [], `${what}: none is looked at`);
  }
  t.equal((await ask(whole, challenge)).json().overall, 'pass', 'and none used the challenge up');
});

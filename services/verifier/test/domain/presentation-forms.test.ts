import t, { type Test } from 'tap';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import type { CheckName } from '../../src/domain/report.ts';
import { decide, issueAs, issueText } from '../forms.ts';
import {
  presentJsonLd,
  type PresentAsOptions,
  presentJwt,
  presentSdJwt,
} from '../presentations.ts';
import { createHolder } from '../trust.ts';
import { checkOf, type World, createWorld } from '../world.ts';
import { verify } from './presentation-helper.ts';

type Present = (world: World, options?: PresentAsOptions) => Promise<Submitted>;

const VCDM_1_1 = CREDENTIAL_FORMS.filter((form) => form.startsWith('vcdm1'));

/** One credential of the holder in each form of a presentation. */
const PRESENTATIONS: Readonly<Record<string, Present>> = {
  'JSON-LD of VCDM 2.0': async (world, options) =>
    presentJsonLd(world, '2.0', [await issueAs(world, 'vcdm2-proof-set')], options),
  'JSON-LD of VCDM 1.1': async (world, options) =>
    presentJsonLd(world, '1.1', [await issueAs(world, 'vcdm1-ed25519-2020')], options),
  jwt_vp_json: async (world, options) =>
    presentJwt(world, [await issueAs(world, 'jwt_vc_json')], options),
  'SD-JWT with a KB-JWT': async (world, options) =>
    presentSdJwt(world, await issueText(world, 'dc+sd-jwt'), options),
};

/** In every form the unbroken presentation passes; the broken one fails this check and burns nothing. */
async function breaksInEveryForm(
  t: Test,
  options: PresentAsOptions | ((world: World) => PresentAsOptions),
  { check, codes }: { check: CheckName; codes: readonly string[] },
) {
  for (const [form, present] of Object.entries(PRESENTATIONS)) {
    const world = createWorld();
    const change = typeof options === 'function' ? options(world) : options;
    const bad = await verify(world, await present(world, change));
    t.equal(bad.overall, 'fail', form);
    t.match(checkOf(bad, check), { outcome: 'fail' }, `${form} ${JSON.stringify(bad.checks)}`);
    t.ok(codes.includes(checkOf(bad, check).code ?? ''), form);
    const good = await verify(world, await present(world));
    t.equal(good.overall, 'pass', `${form} ${JSON.stringify(good.checks)}`);
    t.equal(checkOf(good, check).outcome, 'pass', 'and the challenge was left for it');
  }
}

for (const [form, present] of Object.entries(PRESENTATIONS)) {
  t.test(`A presentation as ${form} passes with its credential`, async (t) => {
    const world = createWorld();
    const result = await verify(world, await present(world));
    t.equal(result.overall, 'pass', JSON.stringify(result.checks));
    t.equal(result.holder, world.holder.did);
    t.ok(result.checks.every(({ outcome }) => outcome === 'pass'));
    const [credential, ...others] = result.credentials;
    t.same(others, []);
    t.ok(credential?.checks.every(({ outcome }) => outcome === 'pass'));
  });

  t.test(`The same ${form} twice fails the second time`, async (t) => {
    const world = createWorld();
    const presentation = await present(world);
    t.equal((await verify(world, presentation)).overall, 'pass');
    const again = await verify(world, presentation);
    t.equal(again.overall, 'fail');
    t.same(checkOf(again, 'challenge'), { outcome: 'fail', code: 'CHALLENGE_USED' });
  });

  t.test(`A revoked credential makes a presentation as ${form} fail`, async (t) => {
    const world = createWorld();
    decide(world, 7, 'revoked');
    const result = await verify(world, await present(world));
    t.equal(result.overall, 'fail');
    t.match(result.credentials, [{ overall: 'fail' }]);
    const [credential] = result.credentials;
    t.same(credential && checkOf(credential, 'status').code, 'CREDENTIAL_REVOKED');
    t.equal(checkOf(result, 'challenge').outcome, 'pass', 'it was used up all the same');
  });

  t.test(
    `Without an expected domain that of a presentation as ${form} is not looked at`,
    async (t) => {
      const world = createWorld();
      const result = await verify(world, await present(world), { domain: undefined });
      t.equal(result.overall, 'pass', JSON.stringify(result.checks));
      t.equal(checkOf(result, 'domain').outcome, 'not-run');
    },
  );

  t.test(`Verified without a challenge a presentation as ${form} fails`, async (t) => {
    const world = createWorld();
    const presentation = await present(world);
    const result = await verify(world, presentation, { challenge: undefined });
    t.same(checkOf(result, 'challenge'), { outcome: 'fail', code: 'INVALID_CHALLENGE_ERROR' });
    t.equal((await verify(world, presentation)).overall, 'pass');
  });
}

t.test('A presentation over another challenge fails in every form', (t) =>
  breaksInEveryForm(
    t,
    { challenge: 'another' },
    { check: 'challenge', codes: ['INVALID_CHALLENGE_ERROR'] },
  ),
);

t.test('A presentation for another domain fails in every form', (t) =>
  breaksInEveryForm(
    t,
    { domain: 'https://other.example' },
    { check: 'domain', codes: ['INVALID_DOMAIN_ERROR'] },
  ),
);

t.test('A presentation by another key than its holder’s fails in every form', (t) =>
  breaksInEveryForm(
    t,
    ({ holder }) => ({ by: { ...holder, signer: createHolder().signer } }),
    // a KB-JWT names no key: it does not fit the one to which the credential is bound
    { check: 'proof', codes: ['HOLDER_MISMATCH', 'PROOF_VERIFICATION_ERROR'] },
  ),
);

t.test('A presentation that was made in time to come fails in every form', (t) =>
  breaksInEveryForm(t, ({ now }) => ({ created: now + 61_000 }), {
    check: 'proof',
    codes: ['PROOF_CREATED_INVALID', 'PROOF_VERIFICATION_ERROR'],
  }),
);

for (const form of CREDENTIAL_FORMS) {
  t.test(`A presentation of VCDM 2.0 holds a credential as ${form}`, async (t) => {
    const world = createWorld();
    const credential = await issueAs(world, form);
    const good = await verify(world, await presentJsonLd(world, '2.0', [credential]));
    t.equal(good.overall, 'pass', JSON.stringify(good.credentials));
    await bindsTheHolder(t, form, (one, mine) => presentJsonLd(one, '2.0', [mine]));
  });
}

for (const form of [...VCDM_1_1, 'jwt_vc_json', 'dc+sd-jwt', 'vcdm2-proof-set'] as const) {
  t.test(`A jwt_vp_json holds a credential as ${form}`, async (t) => {
    const world = createWorld();
    const good = await verify(world, await presentJwt(world, [await issueAs(world, form)]));
    t.equal(good.overall, 'pass', JSON.stringify(good.credentials));
    await bindsTheHolder(t, form, (one, credential) => presentJwt(one, [credential]));
  });
}

/** The credential of somebody else fails where one's own passed. */
async function bindsTheHolder(
  t: Test,
  form: CredentialForm,
  present: (world: World, credential: Submitted) => Promise<Submitted>,
) {
  const world = createWorld();
  const theirs = await issueAs(world, form, { subjectId: createHolder().did });
  const result = await verify(world, await present(world, theirs));
  t.equal(result.overall, 'fail');
  const [credential] = result.credentials;
  t.same(credential && checkOf(credential, 'holder-binding'), {
    outcome: 'fail',
    code: 'HOLDER_MISMATCH',
  });
}

t.test('Two forms of one credential count as the same presented twice', async (t) => {
  const id = 'urn:uuid:0a000000-0000-4000-8000-000000000001';
  for (const [one, other] of [
    ['vcdm2-ed25519-2020', 'dc+sd-jwt'],
    ['jwt_vc_json', 'dc+sd-jwt'],
    ['vcdm1-proof-set', 'jwt_vc_json'],
  ] as const) {
    const world = createWorld();
    const first = await issueAs(world, one, { id });
    const apart = [first, await issueAs(world, other)];
    t.equal((await verify(world, await presentJsonLd(world, '2.0', apart))).overall, 'pass');
    const family = [first, await issueAs(world, other, { id })];
    const challenge = 'second';
    const presentation = await presentJsonLd(world, '2.0', family, { challenge });
    const result = await verify(world, presentation, { challenge });
    t.equal(result.overall, 'fail');
    for (const credential of result.credentials) {
      t.same(checkOf(credential, 'duplicate'), { outcome: 'fail', code: 'DUPLICATE_CREDENTIAL' });
    }
  }
});

t.test('An SD-JWT without a KB-JWT shows nobody’s possession', async (t) => {
  const world = createWorld();
  const sdJwt = await issueText(world, 'dc+sd-jwt');
  const result = await verify(world, sdJwt);
  t.equal(result.overall, 'fail');
  t.equal(result.holder, null);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'KEY_BINDING_MISSING' });
  const [credential] = result.credentials;
  t.same(credential && checkOf(credential, 'holder-binding'), {
    outcome: 'fail',
    code: 'KEY_BINDING_MISSING',
  });
  t.equal((await verify(world, await presentSdJwt(world, sdJwt))).overall, 'pass');
});

t.test('A KB-JWT over another selection of disclosures fails', async (t) => {
  const world = createWorld();
  const sdJwt = await issueText(world, 'dc+sd-jwt');
  const presentation = await presentSdJwt(world, sdJwt);
  const keyBinding = presentation.slice(sdJwt.length);
  const fewer = `${sdJwt.split('~').slice(0, -2).join('~')}~`;
  const result = await verify(world, fewer + keyBinding);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  t.equal((await verify(world, await presentSdJwt(world, fewer))).overall, 'pass');
});

t.test('A KB-JWT of eleven minutes ago fails', async (t) => {
  const world = createWorld();
  const sdJwt = await issueText(world, 'dc+sd-jwt');
  const old = await presentSdJwt(world, sdJwt, { created: world.now - 660_000 });
  t.equal(checkOf(await verify(world, old), 'proof').code, 'PROOF_VERIFICATION_ERROR');
  const young = await presentSdJwt(world, sdJwt, { created: world.now - 540_000 });
  t.equal((await verify(world, young)).overall, 'pass');
});

t.test('A text in an envelope is presented as the text is', async (t) => {
  for (const [form, type] of [
    ['jwt_vp_json', 'application/jwt'],
    ['jwt_vp_json', 'application/vp+jwt'],
    ['SD-JWT with a KB-JWT', 'application/dc+sd-jwt'],
  ] as const) {
    const world = createWorld();
    const text = (await PRESENTATIONS[form]?.(world)) as string;
    const envelope = {
      '@context': [CREDENTIALS_V2_CONTEXT],
      id: `data:${type},${text}`,
      type: 'EnvelopedVerifiablePresentation',
    };
    const wrong = await verify(world, { ...envelope, holder: 'did:key:z' });
    t.same(checkOf(wrong, 'data-model'), { outcome: 'fail', code: 'UNKNOWN_TERM' });
    t.equal((await verify(world, envelope)).overall, 'pass');
  }
});

t.test('A presentation of VCDM 1.1 in JSON-LD holds neither text nor envelopes', async (t) => {
  const world = createWorld();
  const whole = await presentJsonLd(world, '1.1', [await issueAs(world, 'vcdm1-ed25519-2020')]);
  const jwt = await issueText(world, 'jwt_vc_json');
  for (const one of [jwt, { type: 'EnvelopedVerifiableCredential', id: `data:a/b,${jwt}` }]) {
    const changed = { ...whole, verifiableCredential: [one] } as JsonObject;
    const result = await verify(world, changed);
    t.same(checkOf(result, 'data-model'), { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
  }
  t.equal((await verify(world, whole)).overall, 'pass');
});

t.test('A jwt_vp_json that says two things of its holder fails', async (t) => {
  const world = createWorld();
  const credentials = [await issueAs(world, 'jwt_vc_json')];
  const other = await presentJwt(world, credentials, { holder: createHolder().did });
  const result = await verify(world, other);
  t.same(checkOf(result, 'data-model'), { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
  for (const [change, check] of [
    [{ evil: 1 }, 'data-model'],
    [{ verifiableCredential: [] }, 'data-model'],
    [{ '@context': ['https://www.w3.org/2018/credentials/v1', 'https://e.example'] }, 'context'],
  ] as const) {
    const changed = await presentJwt(world, credentials, { change: change as never });
    t.equal(checkOf(await verify(world, changed), check).outcome, 'fail');
  }
  t.equal((await verify(world, await presentJwt(world, credentials))).overall, 'pass');
});

t.test('More than 64 credentials in a jwt_vp_json fail and none is looked at', async (t) => {
  const world = createWorld();
  const credential = await issueAs(world, 'jwt_vc_json');
  const many = Array.from({ length: 65 }, () => credential);
  const result = await verify(world, await presentJwt(world, many));
  t.same(checkOf(result, 'size'), { outcome: 'fail', code: 'TOO_COMPLEX' });
  t.same(result.credentials, []);
});

t.test('A credential is no presentation, and a presentation no credential', async (t) => {
  const world = createWorld();
  const jwt = await issueText(world, 'jwt_vc_json');
  t.equal(checkOf(await verify(world, jwt), 'data-model').code, 'MALFORMED_VALUE_ERROR');
  const inner = await presentJwt(world, [jwt]);
  const outer = await presentJwt(world, [inner]);
  const result = await verify(world, outer);
  t.equal(result.overall, 'fail');
  t.match(result.credentials, [{ format: null, overall: 'fail' }]);
});

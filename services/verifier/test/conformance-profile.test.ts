import t from 'tap';
import { signPresentation } from '#proofs/add-proof';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { readConfig } from '../src/config.ts';
import { verifyAnyCredential } from '../src/domain/conformance/verify-credential.ts';
import { canonicalize, conformanceOf, CREATED, issue, issuer, V2 } from './conformance.ts';
import { build } from './helper.ts';
import { createHolder } from './trust.ts';
import { checkOf } from './world.ts';

function present(credentials: JsonObject[], change: JsonObject = {}): Promise<JsonObject> {
  return signPresentation({
    presentation: {
      '@context': [V2],
      type: ['VerifiablePresentation'],
      verifiableCredential: credentials,
      ...change,
    },
    signer: issuer.signer,
    suite: 'eddsa-rdfc-2022',
    challenge: 'of-a-suite',
    created: CREATED,
    canonicalize,
  });
}

const profileOf = (PROFILE?: string) => {
  const url = 'https://passport.northmoor.example';
  const names = ['DATABASE_URL', 'GENESIS_FILE', 'ANCHOR_THUMBPRINT', 'AUDIT_KEY_FILE'];
  const files = ['AUDIT_CHECKPOINT_FILE', 'WEBHOOK_KEY_FILE'];
  const urls = { PUBLIC_ORIGIN: url, AUTHORIZATION_URL: url, TRUST_REGISTRY_URL: url };
  const rest = Object.fromEntries([...names, ...files].map((name) => [name, 'x']));
  return readConfig({ PORT: '1', MANAGEMENT_PORT: '2', ...urls, ...rest, PROFILE }).profile;
};

t.test('a credential of any issuer by did:key passes; what was skipped is not run', async (t) => {
  const ports = await conformanceOf(t);
  const named = { name: { '@value': 'Badge', '@language': 'en' }, issuer: { id: issuer.did } };
  for (const change of [{}, named, { validFrom: CREATED }, { id: 'urn:uuid:1' }]) {
    const verified = await verifyAnyCredential(await issue(change), ports);
    t.equal(verified.overall, 'pass', JSON.stringify(verified.checks));
    for (const check of [
      'issuer-key',
      'issuer-accredited',
      'schema',
      'status',
      'holder-binding',
    ] as const) {
      t.equal(checkOf(verified, check).outcome, 'not-run', check);
    }
  }
});

t.test(
  'under the profile a document that breaks a rule, or its proof, fails all the same',
  async (t) => {
    const ports = await conformanceOf(t);
    const whole = await issue();
    t.equal((await verifyAnyCredential(whole, ports)).overall, 'pass');
    const cases: [JsonObject, Parameters<typeof checkOf>[1], string][] = [
      [{ ...whole, evidence: { id: 'urn:x:1' } }, 'data-model', 'MALFORMED_VALUE_ERROR'],
      [{ ...whole, credentialSubject: {} }, 'data-model', 'MALFORMED_VALUE_ERROR'],
      [{ ...whole, '@context': [V2, 'https://host.example/1'] }, 'context', 'CONTEXT_NOT_ALLOWED'],
      [
        { ...whole, credentialSubject: { '@index': 'x', badge: 'gold' } },
        'context',
        'UNKNOWN_TERM',
      ],
      [{ ...whole, credentialSubject: { badge: 'tin' } }, 'proof', 'PROOF_VERIFICATION_ERROR'],
      [{ ...whole, issuer: createHolder().did }, 'proof', 'PROOF_VERIFICATION_ERROR'],
      [await issue({ issuer: createHolder().did }), 'proof', 'INVALID_VERIFICATION_METHOD'],
      [await issue({ validUntil: CREATED }), 'validity', 'CREDENTIAL_EXPIRED'],
    ];
    for (const [document, check, code] of cases) {
      const verified = await verifyAnyCredential(document, ports);
      t.equal(verified.overall, 'fail');
      t.same(checkOf(verified, check), { outcome: 'fail', code });
    }
    const { proof: _, ...unsigned } = whole;
    t.same(checkOf(await verifyAnyCredential(unsigned, ports), 'proof').code, 'PROOF_MISSING');
  },
);

t.test('a status list that cannot be had leaves even here the status unknown', async (t) => {
  const ports = await conformanceOf(t);
  const credentialStatus = {
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '7',
    statusListCredential: 'https://lists.invalid/1',
  };
  const verified = await verifyAnyCredential(await issue({ credentialStatus }), ports);
  t.equal(verified.overall, 'unknown');
  t.same(checkOf(verified, 'status'), { outcome: 'unknown', code: 'STATUS_RETRIEVAL_ERROR' });
});

t.test(
  'the routes of the suites need no token under the profile, and do in production',
  async (t) => {
    const body = { verifiableCredential: await issue(), options: { checks: ['proof'] } };
    const open = await build(t, { conformance: await conformanceOf(t) });
    const url = '/credentials/verify';
    const passed = await open.app.inject({ method: 'POST', url, payload: body });
    t.equal(passed.statusCode, 200, passed.body);
    t.same(passed.json(), { verified: true });
    const wrong = { verifiableCredential: { ...body.verifiableCredential, type: ['Badge'] } };
    const refused = await open.app.inject({ method: 'POST', url, payload: wrong });
    t.equal(refused.statusCode, 400);
    t.match(refused.json(), {
      problemDetails: [{ title: 'MALFORMED_VALUE_ERROR', pointer: '/type' }],
    });
    const forged = { authorization: 'Bearer forged' };
    const bad = await open.app.inject({ method: 'POST', url, payload: wrong, headers: forged });
    t.equal(bad.statusCode, 401, 'a token that is shown is verified');

    const closed = await build(t);
    const noToken = await closed.app.inject({ method: 'POST', url, payload: body });
    t.equal(noToken.statusCode, 401);
    const { verifiableCredential } = body;
    t.equal((await closed.post(url, { verifiableCredential })).statusCode, 400);
    t.equal((await closed.post(url, body)).statusCode, 400);
  },
);

t.test('presentations pass under the profile, signed for a challenge or not at all', async (t) => {
  const { app } = await build(t, { conformance: await conformanceOf(t) });
  const post = async (verifiablePresentation: JsonObject, options = {}) => {
    const payload = { verifiablePresentation, options };
    return app.inject({ method: 'POST', url: '/presentations/verify', payload });
  };
  const signed = await present([await issue()], { holder: issuer.did });
  for (const one of [signed, await present([await issue()]), await present([])]) {
    const { statusCode, body } = await post(one, { challenge: 'of-a-suite' });
    t.equal(statusCode, 200, body);
  }
  const { proof: _, ...unsigned } = signed;
  t.equal((await post(unsigned)).statusCode, 200);
  const codeOf = async (answer: ReturnType<typeof post>) => {
    const { statusCode, ...rest } = await answer;
    t.equal(statusCode, 400);
    return rest.json<{ problemDetails: { title: string }[] }>().problemDetails[0]?.title;
  };
  const other = { challenge: 'another' };
  t.equal(await codeOf(post(signed, other)), 'INVALID_CHALLENGE_ERROR');
  t.equal(await codeOf(post(unsigned, other)), 'INVALID_CHALLENGE_ERROR');
  const strange = await present([], { holder: createHolder().did });
  t.equal(await codeOf(post(strange)), 'HOLDER_MISMATCH');
  t.equal(await codeOf(post({ ...signed, holder: 'Sam' })), 'MALFORMED_VALUE_ERROR');
  for (const context of [V2, 'https://www.w3.org/2018/credentials/v1']) {
    const of = (presented: JsonValue): JsonObject => ({
      '@context': [context],
      type: ['VerifiablePresentation'],
      verifiableCredential: presented,
    });
    t.equal((await post(of([]))).statusCode, 200, 'nothing is presented');
    for (const none of ['text', ['text'], 5, null, [null], [[]], [await issue(), 'text']]) {
      t.equal(await codeOf(post(of(none))), 'MALFORMED_VALUE_ERROR', JSON.stringify(none));
    }
  }
  const tampered = { ...(await issue()), credentialSubject: { badge: 'tin' } };
  t.equal(await codeOf(post(await present([tampered]))), 'PROOF_VERIFICATION_ERROR');
});

t.test(
  'production is what runs unless the other profile is named, and there is no third',
  async (t) => {
    t.equal(profileOf(), 'production');
    t.equal(profileOf('conformance'), 'conformance');
    t.throws(() => profileOf('lenient'), { message: /PROFILE is none of production, conformance/ });
  },
);

import { Compile } from 'typebox/compile';
import t from 'tap';
import { PresentationResultSchema, VerificationSchema } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import { issueAs, issueText } from './forms.ts';
import { build } from './helper.ts';
import { inEnvelope, presentJsonLd, presentJwt } from './presentations.ts';
import { DOMAIN } from './world.ts';

const RESULTS = { returnResults: true, returnCredential: true };

t.test('VCALM takes a JWT as text and gives it back as it came', async (t) => {
  const { post, world } = await build(t);
  const verifiableCredential = await issueText(world, 'jwt_vc_json');
  const answer = await post('/credentials/verify', { verifiableCredential, options: RESULTS });
  t.equal(answer.statusCode, 200, answer.body);
  const result = answer.json();
  t.equal(result.credential, verifiableCredential);
  t.match(result.results, {
    validFrom: { verified: true, input: '2026-11-22T12:00:00Z' },
    validUntil: { verified: true, input: '2026-11-23T12:00:00Z' },
    credentialSchema: [{ verified: true }],
    credentialStatus: [{ verified: true, value: 0 }],
    proof: [{ verified: true, input: { alg: 'EdDSA', kid: world.trust.assertion.id } }],
  });
});

t.test('VCALM takes a JWT in an envelope and gives the envelope back', async (t) => {
  const { post, world } = await build(t);
  const verifiableCredential = inEnvelope(await issueText(world, 'jwt_vc_json'));
  const answer = await post('/credentials/verify', { verifiableCredential, options: RESULTS });
  t.equal(answer.statusCode, 200, answer.body);
  t.same(answer.json().credential, verifiableCredential);
});

t.test('A text that is no credential is a 400 that names why', async (t) => {
  const { post } = await build(t);
  const answer = await post('/credentials/verify', { verifiableCredential: 'a.b.c' });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { verified: false, problemDetails: [{ title: 'PARSING_ERROR' }] });
});

t.test('A presentation as text is answered with its credentials as they came', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const credentials = [
    await issueText(world, 'jwt_vc_json'),
    (await issueAs(world, 'vcdm1-proof-set')) as JsonObject,
  ];
  const verifiablePresentation = await presentJwt(world, credentials, { challenge });
  const options = { challenge, domain: DOMAIN, returnResults: true, returnPresentation: true };
  const answer = await post('/presentations/verify', { verifiablePresentation, options });
  t.equal(answer.statusCode, 200, answer.body);
  const result = answer.json();
  t.ok(Compile(PresentationResultSchema).Check(result), 'as documented');
  t.equal(result.verifiablePresentation, verifiablePresentation);
  t.match(result.results.presentation.holder, { verified: true, input: world.holder.did });
  t.same(
    result.results.credentials.map(({ credential }: JsonObject) => credential),
    credentials,
  );
});

t.test('A verification says of each credential in which format it came', async (t) => {
  const { getChallenge, post, world } = await build(t);
  const challenge = await getChallenge();
  const credentials = [
    await issueAs(world, 'vcdm2-ed25519-2020'),
    await issueAs(world, 'vcdm1-ed25519-2020'),
    await issueAs(world, 'jwt_vc_json'),
    'not.a.credential',
  ];
  const verifiablePresentation = await presentJsonLd(world, '2.0', credentials, { challenge });
  const options = { challenge, domain: DOMAIN };
  const answer = await post('/v1/verifications', { verifiablePresentation, options });
  t.equal(answer.statusCode, 200, answer.body);
  const result = answer.json();
  t.ok(Compile(VerificationSchema).Check(result), 'as documented');
  t.match(result.credentials, [
    { format: 'ldp_vc', overall: 'pass' },
    { format: 'ldp_vc', overall: 'pass' },
    { format: 'jwt_vc_json', overall: 'pass' },
    { format: null, overall: 'fail' },
  ]);
});

t.test('What is relied on in a JWT is watched as the same credential in JSON-LD is', async (t) => {
  const { admin, post, world } = await build(t);
  for (const form of ['jwt_vc_json', 'vcdm1-ed25519-2020'] as const) {
    const id = `urn:uuid:0a000000-0000-4000-8000-00000000000${form.length % 10}`;
    const verifiableCredential = await issueAs(world, form, { id });
    const answer = await post('/v1/verifications', { verifiableCredential, watch: true });
    t.equal(answer.json().overall, 'pass', answer.body);
    const { rows } = await admin.query(
      'select status_purpose as purpose, list_url from verifier.reliances where credential_id = $1',
      [id],
    );
    t.same(rows, [{ purpose: 'message', list_url: world.trust.urls.message }]);
  }
});

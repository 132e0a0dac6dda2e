import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { OTHER, TYPE } from './fakes.ts';
import {
  bindWallet,
  buildReady,
  CLAIMS,
  type Issuer,
  issueBody,
  newWallet,
  send,
} from './helper.ts';

const ROUTE = '/credentials/issue';
const issue = (issuer: Issuer, body: unknown, key: string | null = null) =>
  send(issuer, { url: ROUTE, body, key });

t.test('a VCALM request becomes a credential, with or without an idempotency key', async (test) => {
  const issuer = await buildReady(test);
  const body = issueBody(issuer.wallet.did);
  const first = await issue(issuer, body);
  test.equal(first.statusCode, 201, first.body);
  test.match(first.json().verifiableCredential, {
    ...body.credential,
    '@context': { length: 3 },
    proof: { type: 'Ed25519Signature2020' },
  });
  const second = await issue(issuer, body);
  test.not(second.body, first.body, 'another request, another credential');
  const third = await issue(issuer, body, 'key');
  test.equal((await issue(issuer, body, 'key')).body, third.body);
});

t.test('the suite context, the issuer as an object, and no issuer are accepted', async (test) => {
  const issuer = await buildReady(test);
  const { credential } = issueBody(issuer.wallet.did);
  const suite = 'https://w3id.org/security/suites/ed25519-2020/v1';
  const context = [...(credential['@context'] as string[]), suite];
  const { issuer: did, ...anonymous } = credential;
  for (const accepted of [
    { ...credential, '@context': context },
    { ...credential, issuer: { id: did } },
    anonymous,
  ]) {
    const answer = await issue(issuer, { credential: accepted });
    test.equal(answer.statusCode, 201, answer.body);
    test.equal(answer.json().verifiableCredential.issuer, did, 'always as text');
    test.same(answer.json().verifiableCredential['@context'], context);
  }
});

t.test('a free urn:uuid id is taken as it is, a used one is a conflict', async (test) => {
  const issuer = await buildReady(test);
  const uuid = randomUUID();
  const body = issueBody(issuer.wallet.did, { id: `urn:uuid:${uuid}` });
  const first = await issue(issuer, body);
  test.equal(first.statusCode, 201);
  test.equal(first.headers.location, `/credentials/${uuid}`);
  const second = await issue(issuer, body);
  test.equal(second.statusCode, 409);
  test.equal(second.json().code, 'CONFLICT');
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 1 }]);
});

t.test('fifty equal calls with a used id are all told so', async (test) => {
  const issuer = await buildReady(test);
  const body = issueBody(issuer.wallet.did, { id: `urn:uuid:${randomUUID()}` });
  test.equal((await issue(issuer, body)).statusCode, 201);
  const answers = await Promise.all(Array.from({ length: 50 }, () => issue(issuer, body, 'key')));
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([409]));
});

t.test('the option credentialId stands for the id, and may not differ from it', async (test) => {
  const issuer = await buildReady(test);
  const credentialId = `urn:uuid:${randomUUID()}`;
  const options = { credentialId };
  const alone = await issue(issuer, { ...issueBody(issuer.wallet.did), options });
  test.equal(alone.json().verifiableCredential.id, credentialId);
  const id = `urn:uuid:${randomUUID()}`;
  const equal = { ...issueBody(issuer.wallet.did, { id }), options: { credentialId: id } };
  test.equal((await issue(issuer, equal)).statusCode, 201);
  const different = {
    ...issueBody(issuer.wallet.did, { id: `urn:uuid:${randomUUID()}` }),
    options,
  };
  const answer = await issue(issuer, different);
  test.equal(answer.statusCode, 422);
  test.equal(answer.json().code, 'CLAIMS_INVALID');
});

const refusals: [string, (did: string) => JsonObject, string, string][] = [
  ['a missing context', () => ({ '@context': null }), 'CONTEXT_NOT_ALLOWED', '/@context'],
  [
    'contexts in another order',
    () => ({
      '@context': [
        'https://staffpassport.example/contexts/v1',
        'https://www.w3.org/ns/credentials/v2',
      ],
    }),
    'CONTEXT_NOT_ALLOWED',
    '/@context',
  ],
  [
    'an inline context',
    () => ({
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        'https://staffpassport.example/contexts/v1',
        { '@vocab': 'https://attacker.example/' },
      ],
    }),
    'CONTEXT_NOT_ALLOWED',
    '/@context',
  ],
  [
    'a further type',
    () => ({ type: ['VerifiableCredential', TYPE, 'OpenBadgeCredential'] }),
    'UNKNOWN_CREDENTIAL_TYPE',
    '/type',
  ],
  [
    'no catalogue type',
    () => ({ type: ['VerifiableCredential'] }),
    'UNKNOWN_CREDENTIAL_TYPE',
    '/type',
  ],
  [
    'a type that the catalogue does not have',
    () => ({ type: ['VerifiableCredential', 'toString'] }),
    'UNKNOWN_CREDENTIAL_TYPE',
    '/type/1',
  ],
  [
    'an unknown member beside one of ours',
    () => ({ proof: {}, evidence: [] }),
    'UNKNOWN_TERM',
    '/evidence',
  ],
  ['an unknown member', () => ({ evidence: [] }), 'UNKNOWN_TERM', '/evidence'],
  [
    'an unknown claim',
    (id) => ({ credentialSubject: { id, ...CLAIMS, favouriteColour: 'teal' } }),
    'UNKNOWN_TERM',
    '/credentialSubject/favouriteColour',
  ],
  ['several subjects', () => ({ credentialSubject: [] }), 'CLAIMS_INVALID', '/credentialSubject'],
  [
    'an unbound subject',
    () => ({ credentialSubject: { id: newWallet().did, ...CLAIMS } }),
    'HOLDER_NOT_BOUND',
    '',
  ],
  [
    'a subject without id',
    () => ({ credentialSubject: { ...CLAIMS } }),
    'HOLDER_NOT_BOUND',
    '/credentialSubject/id',
  ],
  [
    'the issuer of another trust',
    () => ({ issuer: 'did:web:passport.northmoor.example:trusts:ZZB02' }),
    'ISSUER_MISMATCH',
    '/issuer',
  ],
  ['an id that is no urn:uuid', () => ({ id: 'https://a.example/1' }), 'CLAIMS_INVALID', '/id'],
  [
    'an id in upper case',
    () => ({ id: `urn:uuid:${randomUUID().toUpperCase()}` }),
    'CLAIMS_INVALID',
    '/id',
  ],
  [
    'a validUntil in the past',
    () => ({ validUntil: '2020-01-01T00:00:00Z' }),
    'CLAIMS_INVALID',
    '',
  ],
  [
    'a validFrom without a zone',
    () => ({ validFrom: '2026-11-22T16:00:00' }),
    'CLAIMS_INVALID',
    '',
  ],
  ['a validFrom that is no text', () => ({ validFrom: 5 }), 'CLAIMS_INVALID', '/validFrom'],
  ...['proof', 'credentialStatus', 'credentialSchema', 'trustFramework'].map(
    (name): [string, () => JsonObject, string, string] => [
      `a ${name} of the caller's own`,
      () => ({ [name]: {} }),
      'CLAIMS_INVALID',
      `/${name}`,
    ],
  ),
];

t.test('what we would not put into a credential ourselves is refused', async (test) => {
  const issuer = await buildReady(test);
  const { did } = issuer.wallet;
  test.equal((await issue(issuer, issueBody(did))).statusCode, 201);
  for (const [what, change, code, pointer] of refusals) {
    const answer = await issue(issuer, issueBody(did, change(did)));
    test.equal(answer.statusCode, 422, `${what}: ${answer.body}`);
    test.equal(answer.json().code, code, what);
    if (pointer === '') continue;
    test.equal(answer.json().errors[0].pointer, `/credential${pointer}`, what);
  }
  test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 1 }]);
});

t.test('a selective disclosure option is unknown here', async (test) => {
  const issuer = await buildReady(test);
  const options = { mandatoryPointers: ['/issuer'] };
  const answer = await issue(issuer, { ...issueBody(issuer.wallet.did), options });
  test.equal(answer.statusCode, 400);
  test.equal(answer.json().code, 'UNKNOWN_OPTION_PROVIDED');
});

t.test('a holder bound at another trust is not bound here', async (test) => {
  const issuer = await buildReady(test);
  const wallet = await bindWallet(issuer, { odsCode: OTHER });
  const answer = await issue(issuer, issueBody(wallet.did));
  test.equal(answer.statusCode, 422);
  test.equal(answer.json().code, 'HOLDER_NOT_BOUND');
});

t.test('a key that a person has replaced is no subject any more', async (test) => {
  const issuer = await buildReady(test);
  const newer = await bindWallet(issuer);
  test.equal((await issue(issuer, issueBody(newer.did))).statusCode, 201);
  const answer = await issue(issuer, issueBody(issuer.wallet.did));
  test.equal(answer.json().code, 'HOLDER_NOT_BOUND');
});

t.test('a body over 64 kB is refused before it is parsed', async (test) => {
  const issuer = await buildReady(test);
  const answer = await issue(issuer, { padding: 'x'.repeat(65 * 1024) });
  test.equal(answer.statusCode, 413);
});

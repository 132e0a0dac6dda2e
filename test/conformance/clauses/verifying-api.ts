import { readFileSync } from 'node:fs';
import type { Test } from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import {
  credentialOf,
  EXAMPLES,
  isNotVerified,
  isVerified,
  presentationOf,
  type Tried,
  V2,
} from './documents.ts';

const VECTORS = new URL('../../vectors/vc-di-eddsa/', import.meta.url);
const PUBLISHED = [
  'Ed25519Signature2020/signedEdSig.json',
  'eddsa-rdfc-2022/signedDataInt.json',
  'eddsa-jcs-2022/signedJCS.json',
];
const NO_LISTS: JsonValue[] = ['string', {}, null, 10, true];
const NO_OBJECTS: JsonValue[] = ['string', null, 10, true, []];

/** VCALM 1.0 `POST /credentials/verify` and `POST /presentations/verify`, as the suite for verifiers asks them. */
export async function verifyingApi(t: Test, { client, party }: Tried): Promise<void> {
  const whole = await party.issue(
    credentialOf(party.did, { '@context': [V2, EXAMPLES], validFrom: '2025-01-01T00:00:00Z' }),
  );
  const proof = whole['proof'] as JsonObject;

  await t.test('what the W3C published verifies, whose issuers no key names', async (t) => {
    for (const name of PUBLISHED) {
      const credential = JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8')) as JsonObject;
      isVerified(t, await client.verify(credential), name);
      isNotVerified(t, await client.verify({ ...credential, name: 'Another' }), 'changed');
    }
  });

  await t.test('a credential verifies with 200, and the answer says so', async (t) => {
    for (const options of [{ checks: ['proof'] }, { checks: ['proof', 'credentialStatus'] }, {}]) {
      const answer = await client.verify(whole, options);
      isVerified(t, answer, JSON.stringify(options));
      t.equal(answer.body['verified'], true);
      t.match(answer.contentType, 'application/json');
      t.notOk((answer.body['errors'] as JsonValue[] | undefined)?.length, 'suites look for errors');
    }
    const returned = await client.verify(whole, { returnCredential: true, returnResults: true });
    t.same(returned.body['credential'], whole);
  });

  await t.test('a credential without a member that it must have is not verified', async (t) => {
    isVerified(t, await client.verify(whole), 'the unbroken one');
    for (const member of ['@context', 'type', 'issuer', 'credentialSubject', 'proof']) {
      const { [member]: _, ...rest } = whole;
      isNotVerified(t, await client.verify(rest), member);
      isNotVerified(t, await client.verifyPresentation(presented(rest)), `presented: ${member}`);
    }
  });

  await t.test('a proof without a member that it must have is not verified', async (t) => {
    const members = ['type', 'created', 'verificationMethod', 'proofValue', 'proofPurpose'];
    for (const member of [...members, 'cryptosuite']) {
      const { [member]: _, ...rest } = proof;
      t.hasOwnProp(proof, member);
      isNotVerified(t, await client.verify({ ...whole, proof: rest }), member);
    }
  });

  const broken: [member: string, values: JsonValue[]][] = [
    ['@context', [...NO_LISTS, [[]], [{}], [null], [10], [true]]],
    ['type', [...NO_LISTS, [[]], [{}], [null], [10], [true]]],
    ['issuer', [[], null, 10, true]],
    ['credentialSubject', NO_OBJECTS],
    ['proof', NO_OBJECTS],
  ];
  for (const [member, values] of broken) {
    await t.test(`a credential whose ${member} is of another kind is not verified`, async (t) => {
      isVerified(t, await client.verify(whole), 'the unbroken one');
      for (const value of values) {
        const document = { ...whole, [member]: value };
        isNotVerified(t, await client.verify(document), JSON.stringify(value));
      }
    });
  }

  await t.test(
    'a body that has nothing to verify, or more than is known, is refused',
    async (t) => {
      const bodies = [{}, [], { credential: whole }, { verifiableCredential: whole, surprise: 1 }];
      for (const body of bodies) {
        const answer = await client.post('verifier', '/credentials/verify', body);
        t.equal(answer.status, 400, JSON.stringify(body).slice(0, 60));
        t.match(answer.contentType, 'application/problem+json');
      }
      const unknown = await client.verify(whole, { surprise: true });
      t.equal(unknown.status, 400);
    },
  );

  await t.test('a challenge and a domain that are asked for are those of the proof', async (t) => {
    const presentation = await party.present(presentationOf({ verifiableCredential: [whole] }));
    const asked = { challenge: 'given-by-a-suite', domain: 'suites.example' };
    isVerified(t, await client.verifyPresentation(presentation, asked), 'both');
    isVerified(t, await client.verifyPresentation(presentation, asked), 'and a second time');
    for (const change of [{ challenge: 'another' }, { domain: 'another.example' }]) {
      const other = { ...asked, ...change };
      isNotVerified(
        t,
        await client.verifyPresentation(presentation, other),
        JSON.stringify(change),
      );
    }
    const { proof: _, ...unsigned } = presentation;
    isNotVerified(t, await client.verifyPresentation(unsigned, asked), 'of nobody');
  });
}

function presented(credential: JsonObject): JsonObject {
  return presentationOf({ verifiableCredential: [credential] });
}

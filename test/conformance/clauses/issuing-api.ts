import type { Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import {
  credentialOf,
  EXAMPLES,
  isIssued,
  isRefused,
  isVerified,
  OUT,
  type Tried,
} from './documents.ts';

const V1 = 'https://www.w3.org/2018/credentials/v1';
const EXAMPLES_V1 = 'https://www.w3.org/2018/credentials/examples/v1';
const OLD: JsonObject = {
  '@context': [V1, EXAMPLES_V1],
  type: ['VerifiableCredential', 'UniversityDegreeCredential'],
  credentialSubject: {
    id: 'did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj',
    degree: { degreeType: 'BachelorDegree', name: 'Bachelor of Nursing' },
  },
};
const ABSENT = [OUT];
const NO_OBJECTS = [null, true, 4, [], 'did:example:1234'];

/** VCALM 1.0 `POST /credentials/issue`, as the suite for issuers asks it. */
export async function issuingApi(t: Test, { client, issuer }: Tried): Promise<void> {
  const issue = (change: JsonObject) => client.issue(credentialOf(issuer, change));

  await t.test('a credential of each data model is issued with 201, and verifies', async (t) => {
    for (const change of [{}, { '@context': EXAMPLES_OF_V2 }, OLD]) {
      const answer = await issue(change);
      isIssued(t, answer, JSON.stringify(change));
      t.match(answer.contentType, 'application/json');
      const issued = answer.body['verifiableCredential'] as JsonObject;
      t.equal(issued['issuer'], issuer);
      t.type(issued['proof'], 'object');
      isVerified(t, await client.verify(issued), 'it verifies');
    }
  });

  await t.test('the body has a credential, and nothing that is not known', async (t) => {
    const credential = credentialOf(issuer);
    const bodies = [
      { verifiableCredential: credential },
      {},
      [],
      { credential: 'text' },
      { credential: null },
      { credential, options: 'text' },
      { credential, surprise: true },
      { credential, options: { surprise: true } },
    ];
    for (const body of bodies) {
      const answer = await client.post('issuer', '/credentials/issue', body);
      isRefused(t, answer, JSON.stringify(body));
    }
    const whole = { credential, options: {} };
    isIssued(t, await client.post('issuer', '/credentials/issue', whole), 'with options');
    isIssued(t, await client.post('issuer', '/credentials/issue', { credential }), 'without');
  });

  const broken: [member: string, values: readonly unknown[]][] = [
    ['@context', [...ABSENT, 4, false, null, [], [4], [false], [null], [[]]]],
    ['type', [...ABSENT, null, true, 4, [], [2], [null], [{ foo: true }], [false]]],
    ['issuer', [null, true, 4, []]],
    ['credentialSubject', [...ABSENT, ...NO_OBJECTS, [null], [true], [4]]],
  ];
  for (const [member, values] of broken) {
    await t.test(`a credential whose ${member} is of another kind is refused`, async (t) => {
      isIssued(t, await issue({}), 'the unbroken one');
      for (const value of values) {
        isRefused(t, await issue({ [member]: value } as JsonObject), JSON.stringify(value));
        isRefused(t, await issue({ ...OLD, [member]: value } as JsonObject), 'of VCDM 1.1');
      }
    });
  }

  await t.test('an issuer that is left out is put in, and is a text or an object', async (t) => {
    for (const given of [OUT, issuer, { id: issuer }, { name: 'A school' }]) {
      const answer = await issue({ issuer: given });
      isIssued(t, answer, JSON.stringify(given));
      const named = (answer.body['verifiableCredential'] as JsonObject)['issuer'] as JsonObject;
      t.equal(typeof named === 'object' ? named['id'] : named, issuer);
    }
  });

  await t.test(
    'of VCDM 1.1 the date of issue may be left out, and an end may be said',
    async (t) => {
      const dates = [
        { issuanceDate: seconds(Date.now()) },
        { expirationDate: seconds(Date.now() + 31_536_000_000) },
        {},
      ];
      for (const date of dates) {
        const answer = await issue({ ...OLD, ...date });
        isIssued(t, answer, JSON.stringify(date));
        t.type((answer.body['verifiableCredential'] as JsonObject)['issuanceDate'], 'string');
      }
    },
  );

  await t.test('the option credentialId names what has no id of its own', async (t) => {
    const credentialId = 'urn:uuid:7c1b7f2e-5f5e-4a37-8b1b-0c7b7d6c8f11';
    const answer = await client.issue(credentialOf(issuer), { credentialId });
    isIssued(t, answer, 'it is issued');
    t.equal((answer.body['verifiableCredential'] as JsonObject)['id'], credentialId);
  });
}

const EXAMPLES_OF_V2 = ['https://www.w3.org/ns/credentials/v2', EXAMPLES];

function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, '');
}

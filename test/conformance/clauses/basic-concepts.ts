import type { Test } from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { credentialOf, EXAMPLES, isIssued, isRefused, OUT, type Tried, V2 } from './documents.ts';

const ID = 'did:example:somebody';
const TERM = { OfThisDocument: 'https://terms.example/#OfThisDocument' };
const SAID = { '@value': 'A badge', '@language': 'en' };

type Case = [what: string, change: JsonObject];

interface Clause {
  name: string;
  issued?: Case[];
  refused?: Case[];
}

const typed = (member: string, type: JsonValue = 'https://terms.example/#Kind'): JsonObject => ({
  [member]: { id: 'https://things.example/1', type },
});

/** A member of an object whose kind has to be said, and which may stand there once or several times. */
function extensionPoint(member: string): Clause {
  const two = [typed(member)[member], { type: 'OfThisDocument', id: 'did:example:thing' }];
  return {
    name: `each ${member} says its type`,
    issued: [
      ['one, of a type that is a URL', typed(member)],
      ['several', { '@context': [V2, TERM], [member]: two as JsonValue }],
    ],
    refused: [
      ['without a type', { [member]: { id: 'https://things.example/1' } }],
      ['of several one without a type', { [member]: [two[0] ?? null, { id: 'did:example:2' }] }],
      ['of a type that is no text', typed(member, 2)],
      ['of a type that no context defines', typed(member, 'OfNoContext')],
    ],
  };
}

/** VCDM 2.0 §4.6: what may stand in a name or a description, wherever it stands. */
function texts(member: string, place: (value: JsonValue) => JsonObject): Clause {
  return {
    name: `${member} is a text, or language value objects`,
    issued: [
      ['a text', place('A badge')],
      ['left out', place(OUT)],
      ['with its language', place(SAID)],
      ['with its language and direction', place({ ...SAID, '@direction': 'ltr' })],
      ['in several languages', place([SAID, { '@value': 'Un insigne', '@language': 'fr' }])],
    ],
    refused: [
      ['with a further member', place({ ...SAID, url: 'https://things.example/' })],
      ['with a further keyword', place({ ...SAID, '@type': 'https://things.example/' })],
      ['with a direction that there is not', place({ ...SAID, '@direction': 'up' })],
      ['with a language that is no tag', place({ ...SAID, '@language': 'not a tag' })],
    ],
  };
}

const year = (from: number) => new Date(Date.now() + from * 31_557_600_000).toISOString();

const clauses = (issuer: string): Clause[] => [
  {
    name: 'contexts are URLs and objects, in an order that begins with that of the data model',
    issued: [
      ['two URLs', { '@context': [V2, EXAMPLES] }],
      [
        'an object of terms',
        { '@context': [V2, TERM], type: ['VerifiableCredential', 'OfThisDocument'] },
      ],
    ],
    refused: [
      ['none', { '@context': OUT }],
      ['without that of the data model', { '@context': [EXAMPLES] }],
      ['in another order', { '@context': [EXAMPLES, V2] }],
      ['a text that is no URL', { '@context': [V2, 'https ://no-url/contexts/1'] }],
      ['a number', { '@context': [V2, 52] }],
      ['a URL that nobody knows here', { '@context': [V2, 'https://unknown.example/1'] }],
      [
        'an object that imports one',
        { '@context': [V2, { '@import': 'https://unknown.example/1' }] },
      ],
    ],
  },
  {
    name: 'an id is one URL, of a credential and of a subject',
    issued: [
      ['an http URL', { id: 'http://things.example/credentials/1' }],
      ['a URN', { id: 'urn:uuid:1f9a0c9e-24f1-4f0a-9d0b-6a5f9f6f1a11' }],
      ['a subject that is a DID', { credentialSubject: { id: ID } }],
      [
        'a subject without one',
        { '@context': [V2, EXAMPLES], credentialSubject: { badge: 'gold' } },
      ],
    ],
    refused: [
      ['null', { id: null }],
      ['several', { id: ['did:example:1', 'did:example:2'] }],
      ['a text that is no URL', { id: 'not a url' }],
      ['a word', { id: 'word' }],
      ['a subject with several', { credentialSubject: { id: [ID, 'did:example:2'] } }],
      ['a subject whose id is a word', { credentialSubject: { id: 'word' } }],
    ],
  },
  {
    name: 'a type is a URL or a term, in any order, and one is VerifiableCredential',
    issued: [
      ['a URL beside it', { type: ['VerifiableCredential', 'https://terms.example/#Badge'] }],
      [
        'a term of this document',
        { '@context': [V2, TERM], type: ['VerifiableCredential', 'OfThisDocument'] },
      ],
      [
        'the last',
        { type: ['https://t.example/#1', 'https://t.example/#2', 'VerifiableCredential'] },
      ],
      [
        'in the middle',
        { type: ['https://t.example/#1', 'VerifiableCredential', 'https://t.example/#2'] },
      ],
    ],
    refused: [
      ['none', { type: OUT }],
      ['another alone', { type: ['https://terms.example/#Badge'] }],
      [
        'a term that is mapped to no URL',
        { '@context': [V2, { Odd: 'https ://no-url#Odd' }], type: ['VerifiableCredential', 'Odd'] },
      ],
      [
        'a term that is mapped to nothing',
        { '@context': [V2, { '@vocab': null }], type: ['VerifiableCredential', 'Odd'] },
      ],
    ],
  },
  texts('the name of a credential:', (name) => ({ name })),
  texts('the description of a credential:', (description) => ({ description })),
  texts('the name of an issuer:', (name) => ({ issuer: kept({ id: issuer, name }) })),
  texts('the description of an issuer:', (description) => ({
    issuer: kept({ id: issuer, description }),
  })),
  {
    name: 'an issuer is a URL, or an object with a URL as its id',
    issued: [
      ['an object', { issuer: { id: issuer } }],
      ['a DID that the suite names', { issuer: 'did:example:an-issuer' }],
      ['an object with such a DID', { issuer: { id: 'did:example:an-issuer' } }],
      ['a URL', { issuer: 'https://university.example/issuers/14' }],
    ],
    refused: [
      ['a text that is no URL', { issuer: 'not a url' }],
      ['null', { issuer: null }],
      ['an object whose id is null', { issuer: { id: null } }],
      ['an object whose id is no URL', { issuer: { id: 'not a url' } }],
      ['a list', { issuer: [issuer] }],
    ],
  },
  {
    name: 'there is a subject, and of each one something is said',
    issued: [['several', { credentialSubject: [{ id: ID }, { id: 'did:example:other' }] }]],
    refused: [
      ['none', { credentialSubject: OUT }],
      ['an empty one', { credentialSubject: {} }],
      ['an empty one of several', { credentialSubject: [{ id: ID }, {}] }],
      ['an empty list', { credentialSubject: [] }],
    ],
  },
  {
    name: 'the times of a credential are dateTimeStamps, and the end is not before the beginning',
    issued: [
      ['validFrom with milliseconds', { validFrom: '2025-02-03T04:05:06.789Z' }],
      ['validFrom with an offset', { validFrom: '2025-02-03T04:05:06-05:00' }],
      ['validFrom far ahead', { validFrom: '2099-02-03T04:05:06Z' }],
      ['validUntil', { validUntil: '2099-02-03T04:05:06Z' }],
      ['validUntil with milliseconds', { validUntil: '2099-02-03T04:05:06.789Z' }],
      ['validUntil with an offset', { validUntil: '2099-02-03T04:05:06-05:00' }],
      ['both', { validFrom: year(-1), validUntil: year(1) }],
      [
        'one time for both',
        { validFrom: '2025-02-03T04:05:06Z', validUntil: '2025-02-02T23:05:06-05:00' },
      ],
    ],
    refused: [
      ['validFrom with no time', { validFrom: '02/03/2025' }],
      ['validFrom without its offset', { validFrom: '2025-02-03T04:05:06' }],
      ['validUntil with no time', { validUntil: '2025-02-03' }],
      ['validUntil that is a number', { validUntil: 1_738_555_506 }],
      ['an end before the beginning', { validFrom: year(1), validUntil: year(-1) }],
    ],
  },
  {
    name: 'a status may have an id, which is one URL',
    issued: [['without an id', { credentialStatus: { type: 'https://terms.example/#Kind' } }]],
    refused: [
      ['several ids', { credentialStatus: { ...kind(), id: ['did:example:1', 'did:example:2'] } }],
      ['an id that is no URL', { credentialStatus: { ...kind(), id: 'not a url' } }],
    ],
  },
  {
    name: 'a schema has a URL as its id',
    refused: [
      ['without an id', { credentialSchema: kind() }],
      ['with a number', { credentialSchema: { ...kind(), id: 14 } }],
      ['with a text that is no URL', { credentialSchema: { ...kind(), id: 'not a url' } }],
    ],
  },
  ...['credentialStatus', 'credentialSchema', 'refreshService', 'termsOfUse', 'evidence'].map(
    extensionPoint,
  ),
];

function kind(): JsonObject {
  return { type: 'https://terms.example/#Kind' };
}

function kept(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== OUT));
}

/** VCDM 2.0 §4, each clause at issue: what is issued to its letter, and verifies, and what is refused. */
export async function basicConcepts(t: Test, { client, issuer }: Tried): Promise<void> {
  for (const { name, issued = [], refused = [] } of clauses(issuer)) {
    await t.test(name, async (t) => {
      isIssued(t, await client.issue(credentialOf(issuer)), 'the unbroken one');
      for (const [what, change] of issued) {
        const answer = await client.issue(credentialOf(issuer, change));
        isIssued(t, answer, what);
        const { proof: _, ...signed } = answer.body['verifiableCredential'] as JsonObject;
        t.same(signed, credentialOf(issuer, change), `${what}: it is as it was sent`);
      }
      for (const [what, change] of refused) {
        isRefused(t, await client.issue(credentialOf(issuer, change)), what);
      }
    });
  }
}

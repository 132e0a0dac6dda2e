import type { JsonObject } from '#vc/data-model';
import { OUT, withoutUndefined } from './documents.ts';

export const V1 = 'https://www.w3.org/2018/credentials/v1';
export const EXAMPLES = 'https://www.w3.org/2018/credentials/examples/v1';
// Types of the suite's own documents that no context of theirs defines: it does not ask for that, VCDM 1.1 §4.3 does.
const TYPES = Object.fromEntries(
  ['CredentialStatusList2017', 'DocumentVerification', 'SupportingActivity'].map((type) => [
    type,
    `https://example.org/examples#${type}`,
  ]),
);
const SUBJECT = 'did:example:ebfeb1f712ebc6f1c276e12ec21';
const ALUMNUS = { id: SUBJECT, alumniOf: 'Example University' };

type Case = [what: string, change: JsonObject];

export interface Clause {
  name: string;
  good: Case[];
  /** that neither an issuer nor a verifier takes */
  bad?: Case[];
  /** that an issuer completes, and a verifier does not take */
  completed?: Case[];
}

/** That of the suite's examples. */
export function credentialOf(issuer: string, change: JsonObject = {}): JsonObject {
  const credential: JsonObject = {
    '@context': [V1, EXAMPLES, TYPES],
    id: 'http://example.edu/credentials/58473',
    type: ['VerifiableCredential', 'AlumniCredential'],
    issuer,
    issuanceDate: '2010-01-01T19:23:24Z',
    credentialSubject: ALUMNUS,
    ...change,
  };
  return withoutUndefined(credential);
}

/** A member whose objects each have a type, and an id where the data model demands one. */
function extensionPoint(
  member: string,
  entries: JsonObject[],
  { needsId }: { needsId: boolean },
): Clause {
  const [first = {}] = entries;
  const { type: _type, ...untyped } = first;
  const { id: _id, ...unnamed } = first;
  const nameless: Case = ['without an id', { [member]: unnamed }];
  return {
    name: `${member} is one or more objects with a type${needsId ? ' and an id' : ''}`,
    good: [
      ['one', { [member]: first }],
      ['several', { [member]: entries }],
      ...(needsId ? [] : [nameless]),
    ],
    bad: [
      ['a text', { [member]: 'https://example.edu/1' }],
      ['without a type', { [member]: untyped }],
      ['of several one without a type', { [member]: [first, untyped] }],
      ['of a type that no context defines', { [member]: { ...first, type: 'OfNoContext' } }],
      ['with an id that is no URI', { [member]: { ...first, id: 'no uri' } }],
      ...(needsId ? [nameless] : []),
    ],
  };
}

/** Of VCDM 1.1 §4 and §5, and the suite's own documents for them. */
export const CLAUSES: readonly Clause[] = [
  {
    name: '@context begins with that of the data model, and goes on with URIs and objects',
    good: [
      ['two URIs', {}],
      [
        'an object',
        {
          '@context': [
            V1,
            EXAMPLES,
            { image: { '@id': 'https://schema.org/image', '@type': '@id' } },
          ],
        },
      ],
    ],
    bad: [
      ['none', { '@context': OUT }],
      ['no item', { '@context': [] }],
      ['another first', { '@context': ['https://www.w3.org/2018/credentials/v2', EXAMPLES] }],
      ['the other order', { '@context': [EXAMPLES, V1] }],
      ['a text that is no URI', { '@context': [V1, 'no uri'] }],
    ],
  },
  {
    name: 'id is a single URI, of a credential and of its subject',
    good: [
      ['both', {}],
      ['neither', { id: OUT, credentialSubject: { alumniOf: 'Example University' } }],
    ],
    bad: [
      ['several', { id: ['http://example.edu/1', 'http://example.edu/2'] }],
      ['no URI', { id: 'alumnus' }],
      ['several of the subject', { credentialSubject: { ...ALUMNUS, id: [SUBJECT, SUBJECT] } }],
      ['no URI of the subject', { credentialSubject: { ...ALUMNUS, id: 'alumnus' } }],
    ],
  },
  {
    name: 'type says VerifiableCredential, and perhaps more that a context defines',
    good: [
      ['a more specific one', {}],
      ['nothing more', { type: ['VerifiableCredential'] }],
    ],
    bad: [
      ['none', { type: OUT }],
      ['the more specific one only', { type: ['AlumniCredential'] }],
      ['one that no context defines', { type: ['VerifiableCredential', 'OfNoContext'] }],
      ['a number', { type: ['VerifiableCredential', 1] }],
    ],
  },
  {
    name: 'credentialSubject is one or more subjects',
    good: [['several', { credentialSubject: [ALUMNUS, { ...ALUMNUS, id: 'did:example:2' }] }]],
    bad: [
      ['none', { credentialSubject: OUT }],
      ['no item', { credentialSubject: [] }],
      ['a text', { credentialSubject: SUBJECT }],
      ['of whom nothing is said', { credentialSubject: {} }],
    ],
  },
  {
    name: 'issuer is a single URI, or an object with one',
    good: [],
    bad: [
      ['no URI', { issuer: 'Example University' }],
      ['several', { issuer: ['did:example:1', 'did:example:2'] }],
      ['an object whose id is none', { issuer: { id: 'Example University' } }],
    ],
    completed: [['none', { issuer: OUT }]],
  },
  {
    name: 'issuanceDate is one date and time',
    good: [
      ['with an offset', { issuanceDate: '2010-01-01T19:23:24+01:00' }],
      ['with fractions', { issuanceDate: '2010-01-01T19:23:24.123Z' }],
    ],
    bad: [
      ['a date alone', { issuanceDate: '2010-01-01' }],
      ['another notation', { issuanceDate: '01/01/2010' }],
      ['a second that there is not', { issuanceDate: '2010-01-01T19:23:99Z' }],
      ['several', { issuanceDate: ['2010-01-01T19:23:24Z', '2010-01-01T19:23:24Z'] }],
    ],
    completed: [['none', { issuanceDate: OUT }]],
  },
  {
    name: 'expirationDate is one date and time',
    good: [['in future', { expirationDate: '2099-01-01T19:23:24Z' }]],
    bad: [
      ['a date alone', { expirationDate: '2099-01-01' }],
      ['another notation', { expirationDate: '01/01/2099' }],
      ['several', { expirationDate: ['2099-01-01T19:23:24Z', '2099-01-02T19:23:24Z'] }],
    ],
  },
  extensionPoint(
    'credentialStatus',
    [{ id: 'https://example.edu/status/24', type: 'CredentialStatusList2017' }],
    { needsId: true },
  ),
  extensionPoint(
    'credentialSchema',
    [
      { id: 'https://example.org/examples/degree.json', type: 'JsonSchemaValidator2018' },
      { id: 'https://example.org/examples/degree.zkp', type: 'ZkpExampleSchema2018' },
    ],
    { needsId: true },
  ),
  extensionPoint(
    'refreshService',
    [{ id: 'https://example.edu/refresh/3732', type: 'ManualRefreshService2018' }],
    { needsId: true },
  ),
  extensionPoint(
    'termsOfUse',
    [
      {
        id: 'http://example.com/policies/credential/4',
        type: 'IssuerPolicy',
        profile: 'http://example.com/profiles/credential',
        prohibition: [
          {
            assigner: 'https://example.edu/issuers/14',
            assignee: 'https://example.org/AllVerifiers',
            target: 'http://example.edu/credentials/3732',
            action: ['Archival'],
          },
        ],
      },
    ],
    { needsId: false },
  ),
  extensionPoint(
    'evidence',
    [
      {
        id: 'https://example.edu/evidence/1',
        type: ['DocumentVerification'],
        subjectPresence: 'Physical',
      },
      {
        id: 'https://example.edu/evidence/2',
        type: ['SupportingActivity'],
        subjectPresence: 'Digital',
      },
    ],
    { needsId: false },
  ),
];

import type { JsonObject, JsonValue } from '#vc/data-model';

/** The members that a case puts in the place of a good document's; undefined takes one away. */
export type Changes = Record<string, JsonValue | undefined>;

export interface RuleCase {
  rule: string;
  /** the test's, which the page of conformance names */
  name: string;
  to: 'credential' | 'credential-v1' | 'presentation';
  good: Changes[];
  broken: Changes[];
}

const V2 = 'https://www.w3.org/ns/credentials/v2';
const V1 = 'https://www.w3.org/2018/credentials/v1';
const DID = 'did:example:issuer';
const ENVELOPE = {
  '@context': V2,
  id: 'data:application/vc+jwt,a.b.c',
  type: 'EnvelopedVerifiableCredential',
};

export const DOCUMENTS: Record<RuleCase['to'], JsonObject> = {
  credential: {
    '@context': [V2],
    type: ['VerifiableCredential'],
    issuer: DID,
    credentialSubject: { id: 'did:example:subject', name: 'Sam' },
  },
  'credential-v1': {
    '@context': [V1],
    type: ['VerifiableCredential'],
    issuer: DID,
    issuanceDate: '2026-01-01T00:00:00Z',
    credentialSubject: { id: 'did:example:subject' },
  },
  presentation: { '@context': [V2], type: ['VerifiablePresentation'] },
};

/** Of what stands at the top of a document. */
export const TOP_LEVEL_CASES: readonly RuleCase[] = [
  {
    rule: 'context-base',
    name: 'a document whose @context is no list that begins with that of the data model is refused',
    to: 'credential',
    good: [{ '@context': [V2, 'https://host.example/terms'] }],
    broken: [
      { '@context': undefined },
      { '@context': V2 },
      { '@context': [] },
      { '@context': ['https://host.example/terms', V2] },
      { '@context': { '@vocab': V2 } },
    ],
  },
  {
    rule: 'context-kinds',
    name: 'a context that is neither a URL nor an object is refused',
    to: 'credential',
    good: [{ '@context': [V2, { shoeSize: 'https://host.example/#shoeSize' }] }],
    broken: [
      { '@context': [V2, 7] },
      { '@context': [V2, null] },
      { '@context': [V2, 'https ://host.example'] },
      { '@context': [V2, ['https://host.example/terms']] },
    ],
  },
  {
    rule: 'context-set',
    name: 'a context that stands twice is refused',
    to: 'credential',
    good: [
      { '@context': [V2, { a: 'https://host.example/#a' }, { b: 'https://host.example/#b' }] },
    ],
    broken: [
      { '@context': [V2, 'https://host.example/terms', 'https://host.example/terms'] },
      { '@context': [V2, { a: 'https://host.example/#a' }, { a: 'https://host.example/#a' }] },
    ],
  },
  {
    rule: 'context-one-version',
    name: 'a document with the contexts of two versions of the data model is refused',
    to: 'credential',
    good: [{ '@context': [V2, 'https://host.example/terms'] }],
    broken: [{ '@context': [V2, V1] }, { '@context': [V2, V2] }],
  },
  {
    rule: 'id-url',
    name: 'an id that is not one URL is refused',
    to: 'credential',
    good: [{ id: 'urn:uuid:3f0d3c3e-9a53-4f21-8f6c-1b0b7d1f2a11' }, { id: undefined }],
    broken: [
      { id: 'not a url' },
      { id: 'relative/path' },
      { id: 7 },
      { id: null },
      { id: ['https://host.example/1', 'https://host.example/2'] },
    ],
  },
  {
    rule: 'type-present',
    name: 'a document without a type, or with one that is no text, is refused',
    to: 'credential',
    good: [{ type: ['VerifiableCredential', 'https://host.example/#Badge'] }],
    broken: [{ type: ['VerifiableCredential', 7] }, { type: ['VerifiableCredential', ''] }],
  },
  {
    rule: 'type-credential',
    name: 'a credential that is not of the type VerifiableCredential is refused',
    to: 'credential',
    good: [{ type: 'VerifiableCredential' }, { type: ['Badge', 'VerifiableCredential'] }],
    broken: [{ type: ['Badge'] }],
  },
  {
    rule: 'issuer-url',
    name: 'an issuer that no URL names is refused',
    to: 'credential',
    good: [{ issuer: { id: DID, name: 'A trust' } }, { issuer: 'https://host.example/issuer' }],
    broken: [
      { issuer: undefined },
      { issuer: 'a trust' },
      { issuer: { name: 'A trust' } },
      { issuer: { id: 7 } },
      { issuer: [DID] },
      { issuer: null },
    ],
  },
  {
    rule: 'subject-claims',
    name: 'a credential with no subject, or one of which nothing is said, is refused',
    to: 'credential',
    good: [{ credentialSubject: [{ id: DID }, { name: 'Sam' }] }],
    broken: [
      { credentialSubject: undefined },
      { credentialSubject: {} },
      { credentialSubject: [] },
      { credentialSubject: [{ name: 'Sam' }, {}] },
      { credentialSubject: 'did:example:subject' },
    ],
  },
  {
    rule: 'subject-id-url',
    name: 'a subject whose id is not one URL is refused',
    to: 'credential',
    good: [{ credentialSubject: { name: 'Sam' } }],
    broken: [
      { credentialSubject: { id: 'Sam' } },
      { credentialSubject: [{ id: DID }, { id: [DID, DID] }] },
    ],
  },
  {
    rule: 'type-presentation',
    name: 'a presentation that is not of the type VerifiablePresentation is refused',
    to: 'presentation',
    good: [{ type: 'VerifiablePresentation' }, { type: ['VerifiablePresentation', 'Shift'] }],
    broken: [{ type: ['Shift'] }],
  },
  {
    rule: 'holder-url',
    name: 'a holder that no URL names is refused',
    to: 'presentation',
    good: [{ holder: DID }, { holder: { id: DID, name: 'Sam' } }],
    broken: [{ holder: 'Sam' }, { holder: { name: 'Sam' } }, { holder: [DID] }, { holder: null }],
  },
  {
    rule: 'presented-objects',
    name: 'a presented credential that is no object with a type is refused',
    to: 'presentation',
    good: [
      { verifiableCredential: { type: ['VerifiableCredential'] } },
      { verifiableCredential: [] },
    ],
    broken: [
      { verifiableCredential: [{ ...ENVELOPE, type: [7] }] },
      { verifiableCredential: { id: 'https://host.example/1' } },
    ],
  },
  {
    rule: 'presented-envelopes',
    name: 'an envelope without a context, or without its credential as a data URL, is refused',
    to: 'presentation',
    good: [{ verifiableCredential: ENVELOPE }, { verifiableCredential: [ENVELOPE] }],
    broken: [
      { verifiableCredential: { id: ENVELOPE.id, type: ENVELOPE.type } },
      { verifiableCredential: [{ ...ENVELOPE, id: 'https://host.example/1' }] },
      { verifiableCredential: [{ ...ENVELOPE, id: 'data:application/vc+jwt,' }] },
    ],
  },
];

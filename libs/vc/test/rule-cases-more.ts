import type { JsonValue } from '#vc/data-model';
import type { RuleCase } from './rule-cases.ts';

const DID = 'did:example:issuer';
const SRI = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const RESOURCE = { id: 'https://host.example/notes', digestSRI: SRI };
const ENGLISH = { '@value': 'Badge', '@language': 'en', '@direction': 'ltr' };

/** A member whose values say of which kind they are. */
function typed(member: string, name: string, { needsId = false } = {}): RuleCase {
  const id = 'https://host.example/1';
  const whole = { id, type: 'Example' };
  const noId: JsonValue = { type: 'Example' };
  return {
    rule: `${member}-typed`,
    name,
    to: 'credential',
    good: [
      { [member]: whole },
      { [member]: [whole, whole] },
      ...(needsId ? [] : [{ [member]: noId }]),
    ],
    broken: [
      { [member]: { id } },
      { [member]: { ...whole, type: [] } },
      { [member]: { ...whole, type: 7 } },
      { [member]: { ...whole, id: 'no url' } },
      { [member]: { ...whole, id: [id, id] } },
      { [member]: 'Example' },
      { [member]: [whole, id] },
      { [member]: [] },
      ...(needsId ? [{ [member]: noId }] : []),
    ],
  };
}

/** A member that VCDM 1.1 wants to have a URL too. */
function named(member: string, name: string): RuleCase {
  return {
    rule: `${member}-named`,
    name,
    to: 'credential-v1',
    good: [{ [member]: { id: 'https://host.example/1', type: 'Example' } }],
    broken: [{ [member]: { type: 'Example' } }],
  };
}

/** Of texts, times and extension points. */
export const MORE_CASES: readonly RuleCase[] = [
  {
    rule: 'texts',
    name: 'a name or description that is no text in one language is refused',
    to: 'credential',
    good: [
      { name: 'Badge', description: ENGLISH },
      { name: [ENGLISH, { '@value': 'Bathodyn', '@language': 'cy' }] },
    ],
    broken: [
      { name: { ...ENGLISH, extra: 1 } },
      { description: { ...ENGLISH, url: 'https://host.example' } },
      { name: 7 },
      { name: ['Badge', 'Bathodyn'] },
      { name: [ENGLISH, 'Bathodyn'] },
      { name: { '@language': 'en' } },
      { name: { '@value': 7 } },
      { name: { '@value': 'x', '@language': 'not a tag' } },
      { description: { '@value': 'x', '@direction': 'up' } },
    ],
  },
  {
    rule: 'issuer-texts',
    name: "an issuer's name or description that is no text in one language is refused",
    to: 'credential',
    good: [{ issuer: { id: DID, name: ENGLISH, description: 'A trust' } }],
    broken: [
      { issuer: { id: DID, name: { ...ENGLISH, extra: 1 } } },
      { issuer: { id: DID, description: 7 } },
    ],
  },
  {
    rule: 'valid-from',
    name: 'a validFrom that is no dateTimeStamp is refused',
    to: 'credential',
    good: [{ validFrom: '2026-01-01T00:00:00Z' }, { validFrom: '2026-01-01T00:00:00+01:00' }],
    broken: [
      { validFrom: '2026-01-01' },
      { validFrom: '2026-01-01T00:00:00' },
      { validFrom: '2026-02-30T00:00:00Z' },
      { validFrom: 1767225600 },
      { validFrom: null },
    ],
  },
  {
    rule: 'valid-until',
    name: 'a validUntil that is no dateTimeStamp is refused',
    to: 'credential',
    good: [{ validUntil: '2027-01-01T00:00:00.5Z' }],
    broken: [{ validUntil: 'never' }, { validUntil: '2027-01-01T00:00:00' }, { validUntil: 7 }],
  },
  {
    rule: 'validity-order',
    name: 'a credential that ends before it begins is refused',
    to: 'credential',
    good: [
      { validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-01-01T00:00:00Z' },
      { validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-01-01T01:00:00+00:30' },
    ],
    broken: [{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-01-01T00:00:00+00:30' }],
  },
  {
    rule: 'issuance-date-present',
    name: 'a credential of VCDM 1.1 without an issuanceDate is refused',
    to: 'credential-v1',
    good: [{ issuanceDate: '2026-01-01T00:00:00+01:00' }],
    broken: [{ issuanceDate: undefined }],
  },
  {
    rule: 'issuance-date',
    name: 'an issuanceDate that is no dateTimeStamp is refused',
    to: 'credential-v1',
    good: [{ issuanceDate: '2026-01-01T00:00:00.123Z' }],
    broken: [{ issuanceDate: '01/01/2026' }, { issuanceDate: ['2026-01-01T00:00:00Z'] }],
  },
  {
    rule: 'expiration-date',
    name: 'an expirationDate that is no dateTimeStamp is refused',
    to: 'credential-v1',
    good: [{ expirationDate: '2027-01-01T00:00:00Z' }],
    broken: [{ expirationDate: '2027' }, { expirationDate: 7 }],
  },
  {
    rule: 'expiration-order',
    name: 'a credential of VCDM 1.1 that ends before it begins is refused',
    to: 'credential-v1',
    good: [{ expirationDate: '2026-01-01T00:00:00Z' }],
    broken: [{ expirationDate: '2025-12-31T23:59:59Z' }],
  },
  typed(
    'credentialStatus',
    'a credentialStatus without a type, or with an id that is no URL, is refused',
  ),
  named('credentialStatus', 'a credentialStatus of VCDM 1.1 that no URL names is refused'),
  named('refreshService', 'a refreshService of VCDM 1.1 that no URL names is refused'),
  typed('credentialSchema', 'a credentialSchema without a type and a URL as its id is refused', {
    needsId: true,
  }),
  typed('refreshService', 'a refreshService without a type is refused'),
  typed('termsOfUse', 'terms of use without a type are refused'),
  typed('evidence', 'evidence that is no typed object is refused'),
  typed('renderMethod', 'a renderMethod without a type is refused'),
  typed('confidenceMethod', 'a confidenceMethod without a type is refused'),
  {
    rule: 'related-resource-id',
    name: 'a related resource that no URL names is refused',
    to: 'credential',
    good: [
      { relatedResource: RESOURCE },
      { relatedResource: [{ ...RESOURCE, mediaType: 'text/plain' }] },
    ],
    broken: [
      { relatedResource: { digestSRI: SRI } },
      { relatedResource: [{ ...RESOURCE, id: 'notes' }] },
    ],
  },
  {
    rule: 'related-resource-unique',
    name: 'a related resource that is listed twice is refused',
    to: 'credential',
    good: [{ relatedResource: [RESOURCE, { ...RESOURCE, id: 'https://host.example/2' }] }],
    broken: [{ relatedResource: [RESOURCE, { ...RESOURCE }] }],
  },
  {
    rule: 'related-resource-digest',
    name: 'a related resource without a digest that can be read is refused',
    to: 'credential',
    good: [
      {
        relatedResource: {
          id: RESOURCE.id,
          digestMultibase: 'uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw',
        },
      },
    ],
    broken: [
      { relatedResource: { id: RESOURCE.id } },
      { relatedResource: { ...RESOURCE, digestSRI: 'sha256' } },
      { relatedResource: { ...RESOURCE, digestMultibase: 7 } },
    ],
  },
];

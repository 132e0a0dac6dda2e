import type { CheckName } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import type { VcErrorCode } from '#vc/error';
import { tamperWith, without, ZOO_FORMS } from './drafts.ts';
import { type Exhibit, type Expected, fails } from './exhibit.ts';
import { goodName, named } from './names.ts';
import type { Workshop } from './workshop.ts';

interface Change {
  code: VcErrorCode;
  check: CheckName;
  what: string;
  change: (good: JsonObject) => JsonObject;
  /** what else follows from it */
  also?: Expected[];
}

const DEFAULT_FORM = ZOO_FORMS[0];

/** What anybody can do to a signed credential: its signature is left as it was. */
const CHANGES: readonly Change[] = [
  {
    code: 'TOO_COMPLEX',
    check: 'size',
    what: 'It has a name of 70,000 letters: more than 64 kB are not read.',
    change: (good) => ({ ...good, name: 'a'.repeat(70_000) }),
  },
  {
    code: 'MALFORMED_VALUE_ERROR',
    check: 'data-model',
    what: 'Its validFrom is no date and time.',
    change: (good) => ({ ...good, validFrom: 'last Tuesday' }),
  },
  {
    code: 'UNKNOWN_TERM',
    check: 'data-model',
    what: 'It has a member that no context defines, so that no signature could cover it.',
    change: (good) => ({ ...good, note: 'trust me' }),
  },
  {
    code: 'CONTEXT_NOT_ALLOWED',
    check: 'context',
    what: 'It has a further context, which could give its words another meaning.',
    change: (good) => ({
      ...good,
      '@context': [...(good['@context'] as string[]), 'https://elsewhere.example/words/v1'],
    }),
  },
  {
    code: 'PROOF_MISSING',
    check: 'proof',
    what: 'Its proof was taken away.',
    change: (good) => without(good, 'proof'),
  },
  {
    code: 'PROOF_TRANSFORMATION_ERROR',
    check: 'proof',
    what: 'A type in it is no text, so that it cannot be brought into the form that is signed.',
    change: (good) => ({
      ...good,
      trustFramework: { ...(good['trustFramework'] as JsonObject), type: {} },
    }),
  },
  {
    code: 'PROOF_PURPOSE_MISMATCH',
    check: 'proof',
    what: 'Its proof says that it is for authentication, as a holder signs, and not for assertion.',
    change: (good) => withProof(good, { proofPurpose: 'authentication' }),
  },
  {
    code: 'PROOF_CREATED_INVALID',
    check: 'proof',
    what: 'Its proof says that it was made in the year 2199.',
    change: (good) => withProof(good, { created: '2199-01-01T00:00:00Z' }),
  },
  {
    code: 'INVALID_VERIFICATION_METHOD',
    check: 'proof',
    what: 'Its proof names a key of another organisation.',
    change: (good) => withProof(good, { verificationMethod: elsewhere(methodOf(good)) }),
  },
  {
    code: 'INVALID_DID_URL',
    check: 'proof',
    what: 'Its proof names a key by something that is not a DID with one fragment.',
    change: (good) => withProof(good, { verificationMethod: `${methodOf(good)}#again` }),
    also: [fails('issuer-key', 'ISSUER_KEY_NOT_REGISTERED')],
  },
];

export function unsignedChanges({ good }: Workshop): Exhibit[] {
  const right = good[DEFAULT_FORM] as JsonObject;
  return [
    ...CHANGES.map(({ code, check, what, change, also = [] }) => ({
      ...named(code, DEFAULT_FORM),
      what,
      original: goodName(DEFAULT_FORM),
      overall: 'fail' as const,
      expected: [fails(check, code), ...also],
      request: { verifiableCredential: change(right) },
    })),
    ...ZOO_FORMS.map((form) => ({
      ...named('PROOF_VERIFICATION_ERROR', form),
      what: 'One thing that it says was changed after it was signed.',
      original: goodName(form),
      overall: 'fail' as const,
      expected: [fails('proof', 'PROOF_VERIFICATION_ERROR')],
      request: { verifiableCredential: tamperWith(form, good[form]) },
    })),
    {
      ...named('PARSING_ERROR', 'jwt_vc_json'),
      what: 'Its signature was cut off, and with it the second of the two dots of a JWT.',
      original: goodName('jwt_vc_json'),
      overall: 'fail',
      expected: [fails('parse', 'PARSING_ERROR')],
      request: { verifiableCredential: (good.jwt_vc_json as string).split('.', 2).join('.') },
    },
  ];
}

function withProof(document: JsonObject, members: JsonObject): JsonObject {
  return { ...document, proof: { ...(document['proof'] as JsonObject), ...members } };
}

function methodOf(document: JsonObject): string {
  return (document['proof'] as { verificationMethod: string }).verificationMethod;
}

function elsewhere(method: string): string {
  return method.replace('ZZC03', 'ZZA01');
}

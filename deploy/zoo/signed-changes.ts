import { findCredentialType, schemaUrl, trustFrameworkFor } from '#catalogue/catalogue';
import { generateEd25519Key } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject, JsonValue } from '#vc/data-model';
import type { VcErrorCode } from '#vc/error';
import { type Draft, issuedBy, signDraft, without, withNewId, ZOO_FORMS } from './drafts.ts';
import { type Exhibit, type Expected, fails } from './exhibit.ts';
import { goodName, named } from './names.ts';
import { signerOf, type Workshop } from './workshop.ts';

interface Change {
  found: Expected;
  what: string;
  change: (members: JsonObject) => JsonObject;
}

const MONTH_MS = 30 * 86_400_000;
const DEFAULT_FORM = ZOO_FORMS[0];
const NOT_ACCREDITED = 'StaffIdentityCredential';

/** What the software of a trust could get wrong: the trust itself signed it, with its own good key. */
const CHANGES: readonly Change[] = [
  {
    found: fails('validity', 'CREDENTIAL_NOT_YET_VALID'),
    what: 'It is valid from the year 2199.',
    change: (members) => ({ ...members, validFrom: '2199-01-01T00:00:00Z' }),
  },
  {
    found: fails('schema', 'SCHEMA_MISMATCH'),
    what: 'It lacks a claim that its kind must have: when the training was done.',
    change: ({ credentialSubject, ...members }) => {
      const claims = without(credentialSubject as JsonObject, 'dateLastAwarded');
      return { ...members, credentialSubject: claims };
    },
  },
  {
    found: fails('status', 'STATUS_ENTRY_MISSING'),
    what: 'It does not say where its revocation and suspension stand.',
    change: (members) => without(members, 'credentialStatus'),
  },
  {
    found: fails('status', 'RANGE_ERROR'),
    what: 'It names a place beyond the end of the status list.',
    change: (members) => withStatus(members, { statusListIndex: '99999999' }),
  },
  {
    found: fails('status', 'STATUS_VERIFICATION_ERROR'),
    what: 'It names a status list on a host that is not its issuer’s.',
    change: (members) =>
      withStatus(members, { statusListCredential: 'https://elsewhere.example/status-lists/1' }),
  },
  {
    found: {
      scope: 'credential',
      check: 'status',
      outcome: 'unknown',
      code: 'STATUS_RETRIEVAL_ERROR',
    },
    what: 'It names a status list that its issuer’s cell does not have, so nobody can say whether it is revoked.',
    change: (members) =>
      withStatus(members, (entry) => ({
        statusListCredential: (entry['statusListCredential'] as string).replace(
          /[^/]+$/,
          '00000000-0000-4000-8000-000000000000',
        ),
      })),
  },
];

export async function signedChanges(workshop: Workshop): Promise<Exhibit[]> {
  const { drafts, signer } = workshop;
  const exhibits: Exhibit[] = [];
  for (const { found, what, change } of CHANGES) {
    const draft = drafts[DEFAULT_FORM];
    const changed = withNewId({ ...draft, members: change(draft.members) });
    exhibits.push({
      ...named(found.code, DEFAULT_FORM),
      what,
      original: goodName(DEFAULT_FORM),
      overall: found.outcome,
      expected: [found],
      request: { verifiableCredential: await signDraft(changed, signer) },
    });
  }
  for (const form of ZOO_FORMS) exhibits.push(...(await aboutIssuer(workshop, drafts[form])));
  exhibits.push(await notAccredited(workshop));
  return exhibits;
}

/** Keys and issuers that the registry does not have, or not for then. */
async function aboutIssuer({ issuer, signer }: Workshop, draft: Draft): Promise<Exhibit[]> {
  const { privateKey } = generateEd25519Key();
  const nobody = issuer.replace(/[^:]+$/, 'ZZX99');
  const exhibit = (found: Expected[], what: string, signed: JsonObject | string): Exhibit => ({
    ...named(found[0]?.code as VcErrorCode, draft.form),
    what,
    original: goodName(draft.form),
    overall: 'fail',
    expected: found,
    request: { verifiableCredential: signed },
  });
  return [
    exhibit(
      [fails('issuer-accredited', 'ISSUER_NOT_REGISTERED')],
      'Its issuer is an organisation that no registry knows.',
      await signDraft(withNewId(issuedBy(draft, nobody)), signerOf(nobody, privateKey)),
    ),
    exhibit(
      [
        fails('issuer-key', 'ISSUER_KEY_NOT_REGISTERED'),
        fails('proof', 'INVALID_VERIFICATION_METHOD'),
      ],
      'It was signed with a key that says it is its issuer’s, and that the registry does not have.',
      await signDraft(withNewId(draft), signerOf(issuer, privateKey)),
    ),
    exhibit(
      [fails('issuer-key', 'ISSUER_KEY_OUT_OF_PERIOD')],
      'It says that it was signed a month ago, before its issuer’s key was registered.',
      await signDraft(withNewId(draft), signer, Date.now() - MONTH_MS),
    ),
  ];
}

async function notAccredited(workshop: Workshop): Promise<Exhibit> {
  const { drafts, signer } = workshop;
  const draft = ofType(drafts[DEFAULT_FORM], NOT_ACCREDITED);
  return {
    ...named('ISSUER_NOT_ACCREDITED', DEFAULT_FORM),
    what: 'Its issuer is a registered trust, and not accredited for this kind of credential.',
    original: goodName(DEFAULT_FORM),
    overall: 'fail',
    expected: [fails('issuer-accredited', 'ISSUER_NOT_ACCREDITED')],
    request: { verifiableCredential: await signDraft(withNewId(draft), signer) },
  };
}

/** The same person's credential of another type of the catalogue, in the default form. */
export function ofType({ members, ...draft }: Draft, type: string): Draft {
  const { id } = members['credentialSubject'] as { id: string };
  const entry = findCredentialType(type);
  const framework = trustFrameworkFor(type, {
    organisationName: 'Corvale Community Trust',
    lastRefresh: toDateTimeStamp(Date.now()),
  });
  return {
    ...draft,
    members: {
      ...members,
      type: ['VerifiableCredential', type],
      credentialSubject: { ...entry?.example, id },
      trustFramework: { ...framework },
      credentialSchema: { id: schemaUrl(type, entry?.version ?? '1.0.0'), type: 'JsonSchema' },
    },
  };
}

function withStatus(
  { credentialStatus, ...members }: JsonObject,
  change: JsonObject | ((entry: JsonObject) => JsonObject),
): JsonObject {
  const entries = (Array.isArray(credentialStatus) ? credentialStatus : []) as JsonObject[];
  const changed: JsonValue[] = entries.map((entry) => {
    const changes = typeof change === 'function' ? change(entry) : change;
    return without({ ...entry, ...changes }, 'id');
  });
  return { ...members, credentialStatus: changed };
}

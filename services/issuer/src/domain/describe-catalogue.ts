import type { Catalogue, CredentialTypeEntry } from '#catalogue/catalogue';
import { schemaUrl, vctUrl } from '#catalogue/catalogue';
import { renderCard, renderText } from '#catalogue/render';
import type { JsonObject } from '#vc/data-model';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { describeFields, describeRules } from './describe-fields.ts';
import { claimsToRecords } from './workforce-record.ts';

export type PublishedCatalogue = Pick<Catalogue, 'editions' | 'findCredentialType'>;
export type TypeSummary = ReturnType<typeof summarise>;
export type TypeDescription = ReturnType<typeof describeType>;

const EXAMPLE_EMPLOYEE = 'DEMO-0001';
const EXAMPLE_ISSUED = {
  issuerName: 'Ashmere Teaching Hospitals Trust',
  // the first moment of a day of London
  validFrom: '2026-09-01T00:00:00+01:00',
};

/** A type as a list shows it. */
export function summarise(entry: CredentialTypeEntry) {
  const { type, version, status, group, title, description, mayIssue } = entry;
  const url = `/v1/catalogue/${type}/${version}`;
  return { type, version, status, group, title, description, mayIssue: [...mayIssue], url };
}

/**
 * The newest version of every type that can be issued, by group and title; with `all` every version, newest first.
 */
export function listTypes(catalogue: PublishedCatalogue, all = false): TypeSummary[] {
  const newest = new Set<string>();
  const wanted = catalogue.editions().filter(({ type, status }) => {
    if (all) return true;
    if (status !== 'approved' || newest.has(type)) return false;
    return newest.add(type);
  });
  const summaries = wanted
    .map(({ type, version }) => catalogue.findCredentialType(type, version))
    .filter((entry) => entry !== undefined)
    .map(summarise);
  // editions come newest first, and sorting keeps equals in their order
  return summaries.toSorted((a, b) => compare(a.group, b.group) || compare(a.title, b.title));
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en-GB');
}

/** How every type is sent, for who has nothing but the catalogue. */
const SEND = {
  request: 'POST /v1/credentials',
  headers: {
    authorization: 'Bearer and a token with the scope credentials:issue',
    'content-type': 'application/json',
    'idempotency-key':
      'your own, a new one for each credential: the same one gives the same credential again',
  },
  employeeId: 'your own number for a person whose wallet you have bound',
  bindHolder: [
    'POST /v1/holders/challenges, with a token that has the scope holders:write, gives challenge and domain',
    'the wallet signs a presentation without credentials for authentication over both, by its Ed25519 did:key, which the presentation names as its holder',
    'POST /v1/holders takes that as {"employeeId": …, "verifiablePresentation": …}',
  ],
  optional: {
    forms: 'forms of this list, as one credential in each; left out: as your trust has set',
    version: 'of the type; left out: the newest that is approved',
    validFrom: 'date and time, RFC 3339; left out: from now',
    validUntil: 'date and time, RFC 3339; left out: no end',
  },
};

/**
 * Everything that issuing one takes: its fields, its schema, a body that can be sent as it is, and how it looks.
 * @param newest the version that is issued when a request names none
 */
export function describeType(entry: CredentialTypeEntry, newest: string | undefined) {
  const { type, version, schema, example: claims } = entry;
  const rendering = { entry, claims, ...EXAMPLE_ISSUED };
  const request: JsonObject = {
    employeeId: EXAMPLE_EMPLOYEE,
    type,
    ...(version === newest ? {} : { version }),
    claims,
  };
  return {
    ...summarise(entry),
    issuedBy: entry.issuedBy,
    provenance: entry.provenance,
    fields: describeFields(entry),
    rules: describeRules(schema),
    schema,
    credentialSchema: schemaUrl(type, version),
    vct: vctUrl(type, version),
    forms: [...CREDENTIAL_FORMS],
    trustFramework: { ...entry.trustFramework },
    send: SEND,
    // of several that stand for one credential, such as its events, the first shows the format
    example: { claims, request, record: claimsToRecords({ type, claims })[0] ?? null },
    rendering: { text: renderText(rendering), svg: renderCard(rendering) },
  };
}

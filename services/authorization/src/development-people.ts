import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { ADMINISTRATOR_SCOPES, PERSON_SCOPES, TRUST_SCOPES } from '#api/authorization';
import { OdsCodeSchema } from '#api/wire';
import { parseStrictJson } from '#vc/strict-json';
import { CLIENT_ID } from './domain/client.ts';
import { ACRS, type DevelopmentPeople, type Person } from './domain/person.ts';

const closed = { additionalProperties: false };
const IdentifierSchema = Type.String({ pattern: CLIENT_ID.source });

const PeopleFileSchema = Type.Object(
  {
    icsOdsCode: OdsCodeSchema,
    portal: Type.Object(
      {
        clientId: IdentifierSchema,
        redirectUris: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
      },
      closed,
    ),
    people: Type.Array(
      Type.Object(
        {
          subject: IdentifierSchema,
          name: Type.String({ minLength: 1, maxLength: 100 }),
          odsCode: OdsCodeSchema,
          acr: Type.Union(ACRS.map((acr) => Type.Literal(acr))),
          scopes: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
);
const shape = Compile(PeopleFileSchema);

// As among clients: who acts for a trust is no administrator, who would be one of every trust.
const SCOPES_OF_ICS: readonly string[] = [...PERSON_SCOPES, ...ADMINISTRATOR_SCOPES];
const SCOPES_OF_TRUSTS: readonly string[] = [...PERSON_SCOPES, ...TRUST_SCOPES];

/** Scopes that some person may hold: never a service's. */
export const SCOPES_OF_PEOPLE: readonly string[] = [
  ...new Set([...SCOPES_OF_ICS, ...SCOPES_OF_TRUSTS]),
];

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);
// RFC 6761 section 6: a name under these is nobody's, so no cell in earnest has it.
const RESERVED = /\.(example|test|invalid|localhost)$/;

/** @throws Error where PUBLIC_ORIGIN could be that of a cell in earnest: who signs in here proves nothing */
export function refuseInEarnest(publicOrigin: string): void {
  const { hostname } = new URL(publicOrigin);
  if (LOOPBACK.has(hostname) || RESERVED.test(hostname)) return;
  throw refused(
    'only for development, where PUBLIC_ORIGIN is on this machine or under .example, .test, .invalid or .localhost',
  );
}

/**
 * Who may sign in in development, as DEVELOPMENT_PEOPLE_FILE states it.
 * @throws Error that says what is wrong with the file
 */
export function parseDevelopmentPeople(bytes: Uint8Array): DevelopmentPeople {
  const stated: unknown = parseStrictJson(bytes);
  if (!shape.Check(stated)) {
    const [fault] = shape.Errors(stated);
    throw refused(`${fault?.instancePath || '/'} ${fault?.message}`);
  }
  const { icsOdsCode, portal, people }: Static<typeof PeopleFileSchema> = stated;
  for (const [at, uri] of portal.redirectUris.entries()) {
    if (!isRedirectUri(uri)) {
      throw refused(`/portal/redirectUris/${at} is neither https nor http on this machine`);
    }
  }
  const bySubject = new Map<string, Person>();
  for (const [at, person] of people.entries()) {
    const pointer = `/people/${at}`;
    // a token whose subject is its client is a system's
    if (person.subject === portal.clientId) {
      throw refused(`${pointer}/subject is the portal's client id`);
    }
    checkScopes(person, pointer, icsOdsCode);
    if (bySubject.has(person.subject)) throw refused(`${pointer}/subject is another's, too`);
    bySubject.set(person.subject, person);
  }
  return { portal, people: bySubject };
}

function checkScopes({ odsCode, scopes }: Person, pointer: string, icsOdsCode: string): void {
  const ofIcs = odsCode === icsOdsCode;
  const allowed = ofIcs ? SCOPES_OF_ICS : SCOPES_OF_TRUSTS;
  const wrong = scopes.findIndex((scope) => !allowed.includes(scope));
  if (wrong === -1) return;
  const whose = ofIcs ? 'a person of the ICS' : "a trust's person";
  throw refused(`${pointer}/scopes/${wrong}: ${scopes[wrong]} is no scope of ${whose}`);
}

function isRedirectUri(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.includes('#') || url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

function refused(fault: string): Error {
  return new Error(`DEVELOPMENT_PEOPLE_FILE: ${fault}`);
}

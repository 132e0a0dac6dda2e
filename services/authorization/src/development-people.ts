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

/** Scopes that a person may hold: never a service's. */
export const SCOPES_OF_PEOPLE: readonly string[] = [
  ...PERSON_SCOPES,
  ...TRUST_SCOPES,
  ...ADMINISTRATOR_SCOPES,
];

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

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
  const { portal, people }: Static<typeof PeopleFileSchema> = stated;
  for (const [at, uri] of portal.redirectUris.entries()) {
    if (!isRedirectUri(uri)) {
      throw refused(`/portal/redirectUris/${at} is neither https nor http on this machine`);
    }
  }
  const bySubject = new Map<string, Person>();
  for (const [at, person] of people.entries()) {
    checkPerson(person, `/people/${at}`, portal.clientId);
    if (bySubject.has(person.subject)) throw refused(`/people/${at}/subject is another's, too`);
    bySubject.set(person.subject, person);
  }
  return { portal, people: bySubject };
}

function checkPerson({ subject, scopes }: Person, pointer: string, portal: string): void {
  // a token whose subject is its client is a system's
  if (subject === portal) throw refused(`${pointer}/subject is the portal's client id`);
  const wrong = scopes.findIndex((scope) => !SCOPES_OF_PEOPLE.includes(scope));
  if (wrong !== -1) {
    throw refused(
      `${pointer}/scopes/${wrong}: ${scopes[wrong]} is no scope that a person may hold`,
    );
  }
}

function isRedirectUri(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.includes('#') || url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

function refused(fault: string): Error {
  return new Error(`DEVELOPMENT_PEOPLE_FILE: ${fault}`);
}

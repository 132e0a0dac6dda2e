import { writeFileSync } from 'node:fs';
import type { HrClient, StackFile, StackPerson } from './hr-client.ts';
import { type Addresses, createApiClient } from './hr-client.ts';
import type { Layout, SampleCell } from './layout.ts';
import { signInAs } from './person-token.ts';

const PEOPLE_FILE = 'secrets/people.json';
const PORTAL = 'development-portal';
const ACR = 'AAL3_ANY';

const PROPOSE_AND_APPROVE = ['registry:propose', 'registry:approve'];
const OF_TRUSTS = ['credentials:read', 'credentials:revoke', 'credentials:approve'];

/** Writes down who may sign in here, for the development stand-in of the staff login. @returns the file's path */
export function writePeople(layout: Layout, cell: SampleCell): string {
  const file = layout.path(PEOPLE_FILE);
  const people = peopleOf(cell).map(({ subject, name, odsCode, scope }) => ({
    subject,
    name,
    odsCode,
    acr: ACR,
    scopes: scope.split(' '),
  }));
  const { clientId, redirectUri } = portalOf(layout);
  const portal = { clientId, redirectUris: [redirectUri] };
  const icsOdsCode = cell.ics.odsCode;
  writeFileSync(file, JSON.stringify({ icsOdsCode, portal, people }), { mode: 0o600 });
  return file;
}

/** Nobody listens at the redirect URI: who signs in by program reads the code out of the redirect. */
export function portalOf(layout: Layout): StackFile['portal'] {
  const url = new URL('/callback', layout.url('issuer'));
  url.port = String(layout.port('issuer') - 1);
  return { clientId: PORTAL, redirectUri: url.href };
}

export function peopleOf({ ics, people }: SampleCell): StackPerson[] {
  return people.map((person) => ({
    ...person,
    scope: [...PROPOSE_AND_APPROVE, ...(person.odsCode === ics.odsCode ? [] : OF_TRUSTS)].join(' '),
  }));
}

/** Calls the services as a person who signed in. */
export function createPersonClient(
  stack: Addresses & Pick<StackFile, 'portal'>,
  { subject, scope }: Pick<StackPerson, 'subject' | 'scope'>,
): HrClient {
  const { services, publicOrigin, portal } = stack;
  return createApiClient(stack, async () => {
    const { accessToken, expiresInSeconds } = await signInAs({
      authorizationUrl: services['authorization'] ?? '',
      publicOrigin,
      ...portal,
      subject,
      scope,
    });
    return { token: accessToken, expiresInSeconds };
  });
}

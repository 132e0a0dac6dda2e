import { signInAs, type SignInOptions } from '../../../deploy/local/person-token.ts';
import { build, PUBLIC_ORIGIN } from './helper.ts';

interface Test {
  teardown(handler: () => unknown): void;
}

export const PORTAL = 'portal';
export const REDIRECT_URI = 'http://127.0.0.1:4999/callback';
export const PEOPLE = {
  portal: { clientId: PORTAL, redirectUris: [REDIRECT_URI] },
  people: [
    {
      subject: 'p-3f6a1c',
      name: 'Orla <Quill> & Sons',
      odsCode: 'QZN',
      acr: 'AAL3_ANY',
      scopes: ['registry:propose', 'registry:approve', 'clients:admin'],
    },
    {
      subject: 'p-77b2e0',
      name: 'Tam Wray',
      odsCode: 'ZZA01',
      acr: 'AAL2_OR_AAL3_ANY',
      scopes: ['registry:propose', 'credentials:read', 'credentials:approve'],
    },
    {
      subject: 'p-0c9d54',
      name: 'Ines Holt',
      odsCode: 'ZZA01',
      acr: 'AAL1_USERPASS',
      scopes: ['registry:approve'],
    },
  ],
};
export const [ORLA, TAM, INES] = ['p-3f6a1c', 'p-77b2e0', 'p-0c9d54'] as const;

/** The service with people who may sign in, listening; `signIn` walks the flow as a browser and a client would. */
export async function buildWithPeople(t: Test) {
  const built = await build(t);
  const developmentPeopleFile = built.file('people.json', JSON.stringify(PEOPLE));
  const { app, deps } = await built.open({ developmentPeopleFile });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const signIn = (changed: Partial<SignInOptions> = {}) =>
    signInAs({
      authorizationUrl: url,
      publicOrigin: PUBLIC_ORIGIN,
      clientId: PORTAL,
      redirectUri: REDIRECT_URI,
      subject: ORLA,
      scope: 'registry:propose registry:approve',
      ...changed,
    });
  return { ...built, app, deps, url, signIn, developmentPeopleFile };
}

import {
  type AccessToken,
  type Configuration,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { ACRS, type DevelopmentPeople } from '../domain/person.ts';
import { SCOPES_OF_PEOPLE } from '../development-people.ts';

const SIGN_IN_SECONDS = 600;
const CODE_SECONDS = 60;
const ID_TOKEN_SECONDS = 600;

/** Nobody proved anything: who reads the token may know. */
export const DEVELOPMENT_AMR = ['DEVELOPMENT_SIGN_IN'];

/**
 * What makes oidc-provider a stand-in for the staff login: the authorization code flow with PKCE (OpenID Connect
 * Core §3.1, RFC 7636), ID tokens that say how surely somebody signed in, and no refresh token.
 */
export function signInConfiguration({ people }: DevelopmentPeople, publicOrigin: string) {
  const policy = interactionPolicy.base();
  // The portal is ours: nobody is asked whether it may have what its people hold.
  policy.remove('consent');
  return {
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt', 'none'],
    acrValues: [...ACRS],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'] },
    pkce: { required: () => true },
    interactions: { policy, url: (_ctx, { uid }) => `/sign-in/${uid}` },
    expiresWithSession: async () => false,
    async findAccount(_ctx, subject) {
      if (!people.has(subject)) return undefined;
      return { accountId: subject, claims: async () => ({ sub: subject }) };
    },
    async loadExistingGrant({ oidc }) {
      const person = people.get(oidc.account?.accountId ?? '');
      if (person === undefined || oidc.client === undefined) return undefined;
      const grant = new oidc.provider.Grant({
        accountId: person.subject,
        clientId: oidc.client.clientId,
      });
      grant.addOIDCScope('openid');
      grant.addResourceScope(publicOrigin, person.scopes.join(' '));
      await grant.save();
      return grant;
    },
  } satisfies Configuration;
}

export const SIGN_IN_TTL = {
  AuthorizationCode: CODE_SECONDS,
  Grant: SIGN_IN_SECONDS,
  IdToken: ID_TOKEN_SECONDS,
  Interaction: SIGN_IN_SECONDS,
  Session: SIGN_IN_SECONDS,
};

/** Claims of a person's access token beside those of every token: who they act for, and how they signed in. */
export function personClaims(
  { oidc }: KoaContextWithOIDC,
  { accountId }: AccessToken,
  { people }: DevelopmentPeople,
) {
  const person = people.get(accountId);
  const { acr, amr, authTime } = oidc.entities.AuthorizationCode ?? {};
  if (person === undefined || acr === undefined) throw new Error('a token for nobody');
  return { ods_code: person.odsCode, acr, amr, auth_time: authTime };
}

/** The one client that people sign in to: public, so that PKCE is what binds a code to who asked for it. */
export function portalMetadata({ portal }: DevelopmentPeople) {
  return {
    client_id: portal.clientId,
    scope: ['openid', ...SCOPES_OF_PEOPLE].join(' '),
    grant_types: ['authorization_code'],
    response_types: ['code' as const],
    // what comes after a # is out of the portal's sight, and a form would come with a script
    response_modes: ['query'],
    redirect_uris: portal.redirectUris,
    // redirect URIs of a native client may differ in their port
    application_type: 'web' as const,
    token_endpoint_auth_method: 'none' as const,
  };
}

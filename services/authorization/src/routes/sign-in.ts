import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults } from 'oidc-provider';
import { Type } from 'typebox';
import { AuthorizationRequestSchema } from '#api/authorization';
import type { Server } from '#kit/server';
import { type DevelopmentPeople, meetsAcr, type Person } from '../domain/person.ts';
import type { LoadProvider } from '../oauth/current-provider.ts';
import { DEVELOPMENT_AMR } from '../oauth/sign-in.ts';
import { passToProvider } from './provider.ts';
import { endedPage, pagePolicy, signInPage } from './sign-in-page.ts';

export interface SignInDeps {
  people: DevelopmentPeople;
  loadProvider: LoadProvider;
}

const PUBLIC = { access: 'public' } as const;
const UidParamsSchema = Type.Object({ uid: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) });
const FORM_LIMIT = 1_024;
const tags = ['Development sign-in'];
const page = (description: string) => ({
  description,
  content: { 'text/html': { schema: Type.String() } },
});
const redirect = (description: string) => ({ description, type: 'null' });

/** The development stand-in for the staff login: whoever comes chooses who they are. */
export async function addSignIn(app: Server, { people, loadProvider }: SignInDeps): Promise<void> {
  await app.register(async (signIn: Server) => {
    acceptForms(signIn);
    // checked by the provider
    const documented = { validatorCompiler: () => () => true, exposeHeadRoute: false };

    signIn.get(
      '/auth',
      {
        ...documented,
        config: PUBLIC,
        schema: {
          summary: 'Begin to sign in: the authorization code flow with PKCE',
          tags,
          querystring: AuthorizationRequestSchema,
          response: { 303: redirect('to the sign-in page, or back with an error') },
        },
      },
      passToProvider(loadProvider),
    );
    signIn.get(
      '/auth/:uid',
      {
        ...documented,
        config: PUBLIC,
        schema: {
          summary: 'Go back to the client with a code, once somebody is chosen',
          tags,
          response: { 303: redirect('to the redirect URI, with a code or an error') },
        },
      },
      passToProvider(loadProvider),
    );

    signIn.get(
      '/sign-in/:uid',
      {
        exposeHeadRoute: false,
        config: PUBLIC,
        schema: {
          summary: 'The page that asks who is signing in',
          tags,
          params: UidParamsSchema,
          response: {
            200: page('a button for each person'),
            400: page('not, or no longer, going on'),
          },
        },
      },
      async (request, reply) => {
        const found = await findInteraction(loadProvider, request, reply);
        if (found === undefined) return sendPage(reply.code(400), endedPage());
        const { uid, params } = found.interaction;
        const returnsTo = URL.parse(String(params['redirect_uri']))?.origin;
        return sendPage(reply, signInPage(uid, [...people.people.values()]), returnsTo);
      },
    );

    signIn.post(
      '/sign-in/:uid',
      {
        config: PUBLIC,
        schema: {
          summary: 'Choose who is signing in',
          tags,
          consumes: ['application/x-www-form-urlencoded'],
          params: UidParamsSchema,
          body: Type.Object({ subject: Type.String() }, { additionalProperties: false }),
          response: {
            303: redirect('to where the sign-in goes on'),
            400: page('not, or no longer, going on; nobody of that name'),
          },
        },
      },
      async (request, reply) => {
        const person = people.people.get(request.body.subject);
        const found = await findInteraction(loadProvider, request, reply);
        if (found === undefined || person === undefined) {
          return sendPage(reply.code(400), endedPage());
        }
        const { provider, interaction } = found;
        const result = resultOf(person, interaction.params['acr_values']);
        const returnTo = await provider.interactionResult(request.raw, reply.raw, result, {
          mergeWithLastSubmission: false,
        });
        // By its path: the browser may know this server by another name.
        return reply.redirect(new URL(returnTo).pathname, 303);
      },
    );
  });
}

function acceptForms(app: Server): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    async (_request: FastifyRequest, body: string) => Object.fromEntries(new URLSearchParams(body)),
  );
}

/** The sign-in that is going on in this browser, which its cookie names, and only under its own address. */
async function findInteraction(
  loadProvider: LoadProvider,
  request: Pick<FastifyRequest, 'raw'> & { params: { uid: string } },
  reply: FastifyReply,
) {
  const { provider } = await loadProvider();
  try {
    const interaction = await provider.interactionDetails(request.raw, reply.raw);
    return interaction.uid === request.params.uid ? { provider, interaction } : undefined;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

/** Signed in, unless it was asked for more surely than this person can: then nobody is, and no token is given. */
function resultOf({ subject, acr }: Person, acrValues: unknown): InteractionResults {
  if (meetsAcr(acr, typeof acrValues === 'string' ? acrValues : undefined)) {
    return { login: { accountId: subject, acr, amr: DEVELOPMENT_AMR, remember: false } };
  }
  return {
    error: 'unmet_authentication_requirements',
    error_description: 'this person cannot sign in as surely as acr_values asks for',
  };
}

function sendPage(reply: FastifyReply, html: string, returnsTo?: string) {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy(returnsTo))
    .serializer((text: unknown) => String(text))
    .send(html);
}

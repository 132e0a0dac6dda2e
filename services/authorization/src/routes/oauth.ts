import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  CodeTokenRequestSchema,
  MetadataSchema,
  KeySetSchema,
  OAuthErrorSchema,
  TokenAnswerSchema,
  TokenRequestSchema,
} from '#api/authorization';
import type { Server } from '#kit/server';
import { toVcError } from '#kit/framework-error';
import { toProblem } from '#kit/problem';
import { VcError } from '#vc/error';
import type { SigningKeyStore } from '../domain/ports.ts';
import { authorizationServerMetadata } from '../oauth/metadata.ts';
import type { LoadProvider } from '../oauth/current-provider.ts';
import { passToProvider } from './provider.ts';

export interface OAuthDeps {
  publicOrigin: string;
  signingKeys: Pick<SigningKeyStore, 'load'>;
  loadProvider: LoadProvider;
  /** who may sign in; undefined: only systems get tokens */
  people: object | undefined;
}

const TOKEN_RESPONSES = {
  200: TokenAnswerSchema,
  400: OAuthErrorSchema,
  401: OAuthErrorSchema,
  413: OAuthErrorSchema,
  415: OAuthErrorSchema,
  429: OAuthErrorSchema,
  500: OAuthErrorSchema,
  503: OAuthErrorSchema,
};

// bytes; no assertion or code is longer
const FORM_LIMIT = 56 * 1_024;

const PUBLIC = { access: 'public' } as const;

/** OAuth 2 in its own form: forms in, OAuth errors out (RFC 6749 section 5.2), never problem details. */
export async function addOAuth(app: Server, deps: OAuthDeps): Promise<void> {
  const signIn = deps.people !== undefined;
  await app.register(async (oauth) => {
    // The provider reads the body from the request itself, and bounds it.
    oauth.removeAllContentTypeParsers();
    oauth.addContentTypeParser('*', (_request, _body, done) => done(null));
    oauth.setErrorHandler(sendOAuthError);
    oauth.addHook('onRequest', async ({ headers }, reply) => {
      if (Number(headers['content-length'] ?? 0) > FORM_LIMIT) {
        throw new VcError('PAYLOAD_TOO_LARGE', 'The form is larger than this endpoint takes');
      }
      // The provider stops reading at its limit and answers; the rest is not waited for.
      if (headers['transfer-encoding'] !== undefined) void reply.header('connection', 'close');
    });

    oauth.post(
      '/token',
      {
        config: PUBLIC,
        schema: {
          summary: 'Get an access token: client credentials with private_key_jwt (RFC 7523)',
          description:
            'Sign an assertion with the key the client is registered by: `iss` and `sub` its client id, `aud` the issuer, a new `jti`, `exp` a minute ahead. The token is good for ten minutes: keep it, and ask again shortly before it ends.',
          tags: ['OAuth'],
          consumes: ['application/x-www-form-urlencoded'],
          body: signIn
            ? Type.Union([TokenRequestSchema, CodeTokenRequestSchema])
            : TokenRequestSchema,
          response: TOKEN_RESPONSES,
        },
        // documented above, checked by the provider
        validatorCompiler: () => () => true,
      },
      passToProvider(deps.loadProvider),
    );

    oauth.get(
      '/jwks',
      {
        config: PUBLIC,
        schema: {
          summary: 'The keys that access tokens are signed with',
          tags: ['Signing keys'],
          response: {
            200: {
              description: 'JWK set',
              content: { 'application/jwk-set+json': { schema: KeySetSchema } },
            },
          },
        },
      },
      async (_request, reply) => {
        const { jwks } = await deps.signingKeys.load();
        return reply
          .type('application/jwk-set+json')
          .header('cache-control', 'public, max-age=30')
          .send(jwks);
      },
    );

    const metadata = authorizationServerMetadata(deps.publicOrigin, signIn);
    for (const name of ['oauth-authorization-server', 'openid-configuration']) {
      oauth.get(
        `/.well-known/${name}`,
        {
          config: PUBLIC,
          schema: {
            summary: 'Authorization server metadata (RFC 8414)',
            tags: ['OAuth'],
            response: { 200: MetadataSchema },
          },
        },
        async (_request, reply) =>
          reply.header('cache-control', 'public, max-age=300').send(metadata),
      );
    }
  });
}

function sendOAuthError(error: unknown, _request: FastifyRequest, reply: FastifyReply) {
  const { status, detail } = toProblem(toVcError(error as Error & VcError));
  if (status >= 500) reply.log.error({ event: 'request.failed', err: error }, 'request failed');
  if (status === 503) void reply.header('retry-after', '2');
  if (status === 413) void reply.header('connection', 'close');
  return reply.code(status).send({ error: errorName(status), error_description: detail });
}

function errorName(status: number): string {
  // RFC 6749 has no name for 429
  if (status === 503 || status === 429) return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

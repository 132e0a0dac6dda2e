import { SignStatusListTokenSchema, StatusListTokenAnswerSchema } from '#api/issuer';
import { callerOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { StatusListSigner } from '../domain/sign-status-list.ts';

const BODY_LIMIT = 256 * 1024;

/** `POST /internal/status-list-tokens`, for the status-list service alone. */
export function signStatusListToken(
  app: Server,
  { statusListSigner }: { statusListSigner: StatusListSigner },
): void {
  app.post(
    '/internal/status-list-tokens',
    {
      schema: {
        summary: "Sign one version of a trust's Token Status List",
        tags: ['Internal'],
        body: SignStatusListTokenSchema,
        response: { 200: StatusListTokenAnswerSchema },
      },
      bodyLimit: BODY_LIMIT,
      config: { access: { scope: 'internal:sign-list' } },
    },
    async (request) => ({
      token: await statusListSigner.signToken(request.body, callerOf(request).clientId),
    }),
  );
}

import { SignStatusListSchema, VerifiableCredentialAnswerSchema } from '#api/issuer';
import { callerOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { StatusListSigner } from '../domain/sign-status-list.ts';
import { sendAnswer } from './call.ts';

const BODY_LIMIT = 256 * 1024;

/** `POST /internal/status-list-credentials`, for the status-list service alone. */
export function signStatusList(
  app: Server,
  { statusListSigner }: { statusListSigner: StatusListSigner },
): void {
  app.post(
    '/internal/status-list-credentials',
    {
      schema: {
        summary: "Sign one version of a trust's status list",
        tags: ['Internal'],
        body: SignStatusListSchema,
        response: { 200: VerifiableCredentialAnswerSchema },
      },
      bodyLimit: BODY_LIMIT,
      config: { access: { scope: 'internal:sign-list' } },
    },
    async (request, reply) => {
      const document = await statusListSigner.sign(request.body, callerOf(request).clientId);
      const body = `{"verifiableCredential":${document}}`;
      return sendAnswer(reply, { status: 200, contentType: 'application/json', body });
    },
  );
}

import { Type } from 'typebox';
import {
  type Verification,
  type VerificationRequest,
  VerificationRequestSchema,
  VerificationSchema,
} from '#api/verifier';
import { DateTimeSchema } from '#api/wire';
import { callerOf, trustOf } from '#kit/auth';
import { PRESENTATION_BODY_LIMIT, type Server } from '#kit/server';
import { VcError } from '#vc/error';
import { answerVerification } from '../answer-verification.ts';
import type { VerifierPorts } from '../domain/ports.ts';
import type { CountVerification } from '../metrics.ts';

// Closed: a question for a past time that is misspelt must not be answered as of now.
const QuerySchema = Type.Object(
  { at: Type.Optional({ ...DateTimeSchema, description: 'the same as `at` in the body' }) },
  { additionalProperties: false },
);

/** `POST /v1/verifications`: 200 with every check, whatever they found. A question: it changes nothing but the challenge and what is watched. */
export function createVerification(
  app: Server,
  ports: VerifierPorts & { countVerification: CountVerification },
): void {
  app.post(
    '/v1/verifications',
    {
      bodyLimit: PRESENTATION_BODY_LIMIT,
      config: { access: { scope: 'verifications:write', trust: true } },
      schema: {
        summary: 'Verify a credential, or a presentation with its challenge and domain',
        description:
          '200 with every check, whatever it found: pass, fail, unknown (it could not be made; never a pass) or not-run. Overall pass needs a pass of every check of the scope. `verdict` tells apart what is accepted, what is genuine but not accepted here, and what is not genuine; `at` asks as of a past time.',
        tags: ['Verifications'],
        querystring: QuerySchema,
        body: VerificationRequestSchema,
        response: { 200: VerificationSchema },
      },
    },
    async (request): Promise<Verification> => {
      const asker = { odsCode: trustOf(request), clientId: callerOf(request).clientId };
      // The schema lets through one of the two, a presentation with its options.
      const asked = request.body as VerificationRequest;
      const question = { ...asked, ...timeOf(asked.at, request.query.at) };
      const answer = await answerVerification(question, asker, ports);
      ports.countVerification(answer.scope, answer.overall);
      return answer;
    },
  );
}

/** @throws VcError INVALID_REQUEST for two different times */
function timeOf(inBody: string | undefined, inQuery: string | undefined): { at?: string } {
  if (inQuery === undefined) return {};
  if (inBody === undefined || inBody === inQuery) return { at: inQuery };
  const errors = [{ pointer: '/at', detail: 'is another time than that of the address' }];
  throw new VcError('INVALID_REQUEST', '/at is another time than that of the address', { errors });
}

import { PresentationResultSchema, VerifyPresentationSchema } from '#api/verifier';
import { callerOf, trustOf } from '#kit/auth';
import { PRESENTATION_BODY_LIMIT, type Server } from '#kit/server';
import type { Submitted } from '../domain/forms/credential.ts';
import type { ConformancePorts } from '../domain/conformance/ports.ts';
import { verifyAnyPresentation } from '../domain/conformance/verify-presentation.ts';
import type { VerifierPorts } from '../domain/ports.ts';
import type { CountVerification } from '../metrics.ts';
import { verifyPresentation as verify } from '../domain/verify-presentation.ts';
import { presentationResult } from './vcalm-result.ts';

/** VCALM 1.0 `POST /presentations/verify`: 200 only when everything passed, else 400 with the same result object. */
export function verifyPresentation(
  app: Server,
  ports: VerifierPorts & {
    conformance?: ConformancePorts | undefined;
    countVerification: CountVerification;
  },
): void {
  app.post(
    '/presentations/verify',
    {
      bodyLimit: PRESENTATION_BODY_LIMIT,
      config: { access: { scope: 'verifications:write', trust: true } },
      schema: {
        summary:
          'Verify a presentation and its credentials; uses up its challenge unless the answer is unknown',
        description:
          'VCALM 1.0. 200 only when every check of the presentation and of each credential passed; else 400 with the same result. The challenge must be one of POST /challenges.',
        tags: ['VCALM'],
        body: VerifyPresentationSchema,
        response: { 200: PresentationResultSchema, 400: PresentationResultSchema },
      },
    },
    async (request, reply) => {
      const { options = {} } = request.body;
      const { challenge, domain } = options;
      const presentation = request.body.verifiablePresentation as Submitted;
      const asker = { odsCode: trustOf(request), clientId: callerOf(request).clientId };
      const verified = ports.conformance
        ? await verifyAnyPresentation(presentation, { challenge, domain }, ports.conformance)
        : await verify(presentation, { asker, challenge, domain, watch: true }, ports);
      ports.countVerification('presentation', verified.overall);
      const result = presentationResult(presentation, verified, options);
      return reply.code(result.verified ? 200 : 400).send(result);
    },
  );
}

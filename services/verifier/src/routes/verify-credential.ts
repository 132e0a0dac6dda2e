import { CredentialResultSchema, VerifyCredentialSchema } from '#api/verifier';
import { CREDENTIAL_BODY_LIMIT, type Server } from '#kit/server';
import type { Submitted } from '../domain/forms/credential.ts';
import type { ConformancePorts } from '../domain/conformance/ports.ts';
import { verifyAnyCredential } from '../domain/conformance/verify-credential.ts';
import type { VerifierPorts } from '../domain/ports.ts';
import type { CountVerification } from '../metrics.ts';
import { verifyCredential as verify } from '../domain/verify-credential.ts';
import { credentialResult } from './vcalm-result.ts';

/** VCALM 1.0 `POST /credentials/verify`: 200 only when everything passed, else 400 with the same result object. */
export function verifyCredential(
  app: Server,
  ports: VerifierPorts & {
    conformance?: ConformancePorts | undefined;
    countVerification: CountVerification;
  },
): void {
  app.post(
    '/credentials/verify',
    {
      bodyLimit: CREDENTIAL_BODY_LIMIT,
      config: { access: { scope: 'verifications:write', trust: true } },
      schema: {
        summary: 'Verify a credential',
        description:
          'VCALM 1.0. 200 only when every check passed; else 400 with the same result, whose problemDetails name why. Possession is not shown by a bare credential.',
        tags: ['VCALM'],
        body: VerifyCredentialSchema,
        response: { 200: CredentialResultSchema, 400: CredentialResultSchema },
      },
    },
    async (request, reply) => {
      const { options = {} } = request.body;
      const credential = request.body.verifiableCredential as Submitted;
      const verified = ports.conformance
        ? await verifyAnyCredential(credential, ports.conformance)
        : await verify(credential, ports);
      ports.countVerification('credential', verified.overall);
      const result = credentialResult(verified, options);
      return reply.code(result.verified ? 200 : 400).send(result);
    },
  );
}

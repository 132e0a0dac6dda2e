import { type Verification, VerificationRequestSchema, VerificationSchema } from '#api/verifier';
import { type Caller, callerOf } from '#kit/auth';
import { PRESENTATION_BODY_LIMIT, type Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import type { VerifierPorts } from '../domain/ports.ts';
import { type VerifiedCredential, verifyCredential } from '../domain/verify-credential.ts';
import { verifyPresentation } from '../domain/verify-presentation.ts';

type Body = { verifiableCredential: JsonObject } | PresentationBody;

interface PresentationBody {
  verifiablePresentation: JsonObject;
  options: { challenge: string; domain: string };
}

/** `POST /v1/verifications`: 200 with every check, whatever they found. A question: it changes nothing but the challenge. */
export function createVerification(app: Server, ports: VerifierPorts): void {
  app.post(
    '/v1/verifications',
    {
      bodyLimit: PRESENTATION_BODY_LIMIT,
      config: { access: { scope: 'verifications:write', trust: true } },
      schema: {
        summary: 'Verify a credential, or a presentation with its challenge and domain',
        description:
          '200 with every check, whatever it found: pass, fail, unknown (it could not be made; never a pass) or not-run. Overall pass needs a pass of every check of the scope.',
        tags: ['Verifications'],
        body: VerificationRequestSchema,
        response: { 200: VerificationSchema },
      },
    },
    async (request): Promise<Verification> => {
      // The schema lets through one of the two, a presentation with its options.
      const body = request.body as Body;
      return 'verifiableCredential' in body
        ? aboutCredential(body.verifiableCredential, ports)
        : aboutPresentation(body, callerOf(request), ports);
    },
  );
}

async function aboutCredential(
  credential: JsonObject,
  ports: VerifierPorts,
): Promise<Verification> {
  const verified = await verifyCredential(credential, ports);
  return {
    scope: 'credential',
    overall: verified.overall,
    checkedAt: toDateTimeStamp(ports.clock()),
    holder: null,
    checks: [],
    credentials: [onWire(verified)],
  };
}

async function aboutPresentation(
  { verifiablePresentation, options }: PresentationBody,
  { clientId, odsCode = '' }: Caller,
  ports: VerifierPorts,
): Promise<Verification> {
  const asker = { odsCode, clientId };
  const verified = await verifyPresentation(verifiablePresentation, { asker, ...options }, ports);
  return {
    scope: 'presentation',
    overall: verified.overall,
    checkedAt: toDateTimeStamp(ports.clock()),
    holder: verified.holder,
    checks: verified.checks,
    credentials: verified.credentials.map(onWire),
  };
}

function onWire(verified: VerifiedCredential): Verification['credentials'][number] {
  const { credentialId, type, issuer, overall, checks, statusList } = verified;
  const list = statusList && {
    ...statusList,
    fetchedAt: new Date(statusList.fetchedAt).toISOString(),
  };
  return { credentialId, type, issuer, overall, checks, ...(list && { statusList: list }) };
}

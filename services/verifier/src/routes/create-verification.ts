import { type Verification, VerificationRequestSchema, VerificationSchema } from '#api/verifier';
import { callerOf, trustOf } from '#kit/auth';
import { PRESENTATION_BODY_LIMIT, type Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { Submitted } from '../domain/forms/credential.ts';
import type { Asker, VerifierPorts } from '../domain/ports.ts';
import { type VerifiedCredential, verifyCredential } from '../domain/verify-credential.ts';
import { verifyPresentation } from '../domain/verify-presentation.ts';
import { reliancesOf } from '../domain/watching/reliances-of.ts';

type Body = CredentialBody | PresentationBody;

interface CredentialBody {
  verifiableCredential: Submitted;
  watch?: boolean;
}

interface PresentationBody {
  verifiablePresentation: Submitted;
  options: { challenge: string; domain: string };
  watch?: boolean;
}

/** `POST /v1/verifications`: 200 with every check, whatever they found. A question: it changes nothing but the challenge and what is watched. */
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
      const asker = { odsCode: trustOf(request), clientId: callerOf(request).clientId };
      return 'verifiableCredential' in body
        ? aboutCredential(body, asker, ports)
        : aboutPresentation(body, asker, ports);
    },
  );
}

async function aboutCredential(
  { verifiableCredential, watch = false }: CredentialBody,
  asker: Asker,
  ports: VerifierPorts,
): Promise<Verification> {
  const verified = await verifyCredential(verifiableCredential, ports);
  if (watch) {
    const now = ports.clock();
    const reliances = reliancesOf({ verified, now, watchMs: ports.watchMs });
    await ports.reliances.record(asker, now, reliances);
  }
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
  { verifiablePresentation, options, watch = true }: PresentationBody,
  asker: Asker,
  ports: VerifierPorts,
): Promise<Verification> {
  const asked = { asker, ...options, watch };
  const verified = await verifyPresentation(verifiablePresentation, asked, ports);
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
  const { credentialId, type, issuer, format, overall, checks, registry, statusList } = verified;
  const list = statusList && {
    ...statusList,
    fetchedAt: new Date(statusList.fetchedAt).toISOString(),
  };
  return {
    credentialId,
    type,
    issuer,
    format,
    overall,
    checks,
    ...(registry && { registry: relied(registry) }),
    ...(list && { statusList: list }),
  };
}

function relied({
  authority,
  epoch,
  confirmedAt,
  ageMs,
}: Required<VerifiedCredential>['registry']) {
  return { authority, epoch, asOf: new Date(confirmedAt).toISOString(), ageMs };
}

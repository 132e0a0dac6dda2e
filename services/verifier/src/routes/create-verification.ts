import { type Verification, VerificationRequestSchema, VerificationSchema } from '#api/verifier';
import { callerOf, trustOf } from '#kit/auth';
import { PRESENTATION_BODY_LIMIT, type Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { Submitted } from '../domain/forms/credential.ts';
import type { Asker, VerifierPorts } from '../domain/ports.ts';
import type { Judgement } from '../domain/verdict.ts';
import { type VerifiedCredential, verifyCredential } from '../domain/verify-credential.ts';
import { verifyPresentation } from '../domain/verify-presentation.ts';
import { reliancesOf } from '../domain/watching/reliances-of.ts';

type Body = CredentialBody | PresentationBody;

interface CredentialBody {
  verifiableCredential: Submitted;
  watch?: boolean;
  at?: string;
}

interface PresentationBody {
  verifiablePresentation: Submitted;
  options: { challenge: string; domain: string };
  watch?: boolean;
  at?: string;
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
          '200 with every check, whatever it found: pass, fail, unknown (it could not be made; never a pass) or not-run. Overall pass needs a pass of every check of the scope. `verdict` tells apart what is accepted, what is genuine but not accepted here, and what is not genuine; `at` asks as of a past time.',
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
  { verifiableCredential, watch = false, ...body }: CredentialBody,
  asker: Asker,
  ports: VerifierPorts,
): Promise<Verification> {
  const at = parseAt(body.at, watch, ports.clock());
  const past = at === undefined ? undefined : { at, odsCode: asker.odsCode };
  const verified = await verifyCredential(verifiableCredential, ports, { past });
  if (watch) {
    const now = ports.clock();
    const reliances = reliancesOf({ verified, now, watchMs: ports.watchMs });
    await ports.reliances.record(asker, now, reliances);
  }
  return {
    scope: 'credential',
    ...judged(verified),
    ...answeredAt(ports.clock(), at),
    holder: null,
    checks: [],
    credentials: [onWire(verified)],
  };
}

async function aboutPresentation(
  { verifiablePresentation, options, ...body }: PresentationBody,
  asker: Asker,
  ports: VerifierPorts,
): Promise<Verification> {
  const { watch = body.at === undefined } = body;
  const at = parseAt(body.at, watch, ports.clock());
  const asked = { asker, ...options, watch, at };
  const verified = await verifyPresentation(verifiablePresentation, asked, ports);
  return {
    scope: 'presentation',
    ...judged(verified),
    ...answeredAt(ports.clock(), at),
    holder: verified.holder,
    checks: verified.checks,
    credentials: verified.credentials.map(onWire),
  };
}

// No registry or trust of ours is older, so that it is a slip of whoever asks.
const EARLIEST = Date.UTC(2000);

/**
 * A past time in milliseconds. What was so then is nothing to rely on from now on, and is not watched.
 * @throws VcError INVALID_REQUEST
 */
function parseAt(at: string | undefined, watch: boolean, now: number): number | undefined {
  if (at === undefined) return undefined;
  const time = parseDateTimeStamp(at);
  if (time === undefined || time > now || time < EARLIEST) {
    throw refused('/at', 'is not a date-time from 2000 on that is past');
  }
  if (watch) throw refused('/watch', 'is not for a past time');
  return time;
}

function refused(pointer: string, detail: string): VcError {
  return new VcError('INVALID_REQUEST', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

function answeredAt(now: number, at: number | undefined) {
  const checkedAt = toDateTimeStamp(now);
  return at === undefined ? { checkedAt } : { checkedAt, at: new Date(at).toISOString() };
}

function judged({
  overall,
  verdict,
  sentence,
}: Pick<VerifiedCredential, 'overall' | keyof Judgement>) {
  return { overall, verdict, sentence };
}

function onWire(verified: VerifiedCredential): Verification['credentials'][number] {
  const { credentialId, type, issuer, format, checks, registry, statusList } = verified;
  const list = statusList && {
    ...statusList,
    fetchedAt: new Date(statusList.fetchedAt).toISOString(),
  };
  return {
    credentialId,
    type,
    issuer,
    format,
    ...judged(verified),
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

import type { Verification, VerificationRequest } from '#api/verifier';
import { toDateTimeStamp } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { Submitted } from './domain/forms/credential.ts';
import type { Asker, VerifierPorts } from './domain/ports.ts';
import type { Judgement } from './domain/verdict.ts';
import { type VerifiedCredential, verifyCredential } from './domain/verify-credential.ts';
import { verifyPresentation } from './domain/verify-presentation.ts';
import { reliancesOf } from './domain/watching/reliances-of.ts';

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

/**
 * The answer of `POST /v1/verifications` to a body that fits its schema.
 * @throws VcError INVALID_REQUEST for a time that is not past, or one that is to be watched
 */
export async function answerVerification(
  request: VerificationRequest,
  asker: Asker,
  ports: VerifierPorts,
): Promise<Verification> {
  const body = request as Body;
  return 'verifiableCredential' in body
    ? aboutCredential(body, asker, ports)
    : aboutPresentation(body, asker, ports);
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

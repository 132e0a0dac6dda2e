import { credentialTypes, typeIri } from '#catalogue/catalogue';
import { toDateTimeStamp } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import { type AuthorizationOutcome, checkAuthorization } from './check-authorization.ts';
import type { Namespace } from './namespace.ts';
import type { AccreditedAction } from './organisation.ts';
import type { RegistryReader } from './reading-ports.ts';

/** TRQP v2 `AuthorizationRequest`. */
export interface AuthorizationQuery {
  entity_id: string;
  authority_id: string;
  action: string;
  resource: string;
  context?: Record<string, string> | undefined;
}

/** TRQP v2 `AuthorizationResponse`. */
export interface AuthorizationAnswer extends Omit<AuthorizationQuery, 'context'> {
  context?: Record<string, string>;
  authorized: boolean;
  time_requested?: string;
  time_evaluated: string;
  message: string;
}

export interface AuthorizationQueryDeps {
  namespace: Namespace;
  findRecord: RegistryReader['findRecord'];
  /** milliseconds since the epoch */
  now: number;
}

interface Decision {
  authorized: boolean;
  message: string;
}

const CLOCK_SKEW_MS = 60_000;
const UTC = /(?:Z|\+00:00)$/;
const ACTIONS: ReadonlySet<string> = new Set<AccreditedAction>(['issue', 'request']);
const typeByIri = new Map(credentialTypes().map(({ type }) => [typeIri(type), type]));

const MESSAGES: Record<AuthorizationOutcome, string> = {
  authorized: 'The entity is accredited for this',
  'not-registered': 'The entity is not registered, or is suspended or closed',
  'not-accredited': 'The entity is not accredited for this at that time',
  lapsed: 'The accreditation of the entity for this had ended by that time',
  'withdrawn-for-cause': 'The accreditation of the entity for this was withdrawn for cause',
};

/**
 * Answers one TRQP authorization query. Whatever this authority cannot vouch for is `authorized: false` with a message.
 * @throws VcError INVALID_REQUEST when `context.time` is not an RFC 3339 time in UTC
 */
export async function answerAuthorizationQuery(
  query: AuthorizationQuery,
  deps: AuthorizationQueryDeps,
): Promise<AuthorizationAnswer> {
  const { entity_id, authority_id, action, resource, context } = query;
  const requested = context?.['time'];
  const at = requested === undefined ? deps.now : parseTime(requested);
  const decision = await decide(query, at, deps);
  return {
    entity_id,
    authority_id,
    action,
    resource,
    authorized: decision.authorized,
    ...(requested !== undefined && { time_requested: requested }),
    time_evaluated: toDateTimeStamp(deps.now),
    message: decision.message,
    ...(context !== undefined && { context }),
  };
}

async function decide(
  { entity_id, authority_id, action, resource }: AuthorizationQuery,
  at: number,
  { namespace, findRecord, now }: AuthorizationQueryDeps,
): Promise<Decision> {
  if (authority_id !== namespace.cellDid) {
    return refused(`This registry answers for the authority ${namespace.cellDid} only`);
  }
  if (!isAction(action)) return refused('The action is neither issue nor request');
  const credentialType = typeByIri.get(resource);
  if (credentialType === undefined) {
    return refused('The resource is not the IRI of a credential type of the catalogue');
  }
  if (at > now + CLOCK_SKEW_MS) return refused('The time is in the future: nothing is known');
  const odsCode = namespace.odsCodeOf(entity_id);
  const record = odsCode === undefined ? undefined : await findRecord(odsCode);
  const outcome = checkAuthorization(record, { credentialType, action, at });
  return { authorized: outcome === 'authorized', message: MESSAGES[outcome] };
}

function refused(message: string): Decision {
  return { authorized: false, message };
}

function isAction(action: string): action is AccreditedAction {
  return ACTIONS.has(action);
}

function parseTime(text: string): number {
  const time = UTC.test(text) ? parseDateTimeStamp(text) : undefined;
  if (time !== undefined) return time;
  const detail = 'is not an RFC 3339 time in UTC';
  throw new VcError('INVALID_REQUEST', `context.time ${detail}`, {
    errors: [{ pointer: '/context/time', detail }],
  });
}

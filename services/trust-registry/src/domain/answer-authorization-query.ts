import { type AuthorizationOutcome, checkAuthorization } from './check-authorization.ts';
import { checkSettled, parseUtcTime } from './moments.ts';
import type { Namespace } from './namespace.ts';
import type { AccreditedAction } from './organisation.ts';
import type { RegistryReader } from './reading-ports.ts';
import {
  commonAnswer,
  type Decision,
  isFuture,
  refused,
  requestedTime,
  type TrqpAnswer,
  type TrqpQuery,
  typeOfResource,
} from './trqp.ts';

/** TRQP v2 `AuthorizationResponse`. */
export interface AuthorizationAnswer extends TrqpAnswer {
  authorized: boolean;
}

export interface AuthorizationQueryDeps {
  namespace: Namespace;
  registry: Pick<RegistryReader, 'findRecord' | 'findPosition'>;
  /** milliseconds since the epoch */
  now: number;
}

/** The moment that is asked about, and the moment of whose knowledge: now unless the query says otherwise. */
interface Moments {
  at: number;
  knownAt: number | undefined;
}

const ACTIONS: ReadonlySet<string> = new Set<AccreditedAction>(['issue', 'request']);

const MESSAGES: Record<AuthorizationOutcome, string> = {
  authorized: 'The entity is accredited for this',
  'not-registered': 'The entity is not registered at that time',
  suspended: 'The entity is suspended at that time',
  ended: 'The entity was closed, or merged into another, by that time',
  'not-accredited': 'The entity is not accredited for this at that time',
  lapsed: 'The accreditation of the entity for this had ended by that time',
  'withdrawn-for-cause': 'The accreditation of the entity for this was withdrawn for cause',
  'purpose-not-accredited': 'The entity is not accredited to ask for this for that purpose',
  'claims-not-accredited': 'The entity is not accredited to ask for all of these claims',
};

/**
 * Answers one TRQP authorization query. Whatever this authority cannot vouch for is `authorized: false` with a message.
 * `context.time` alone: what is true of that time by present knowledge. With `context.known_at`: from what was known
 * then, also of that same moment when no time is named; such an answer is the same for ever.
 * @throws VcError INVALID_REQUEST when a time is not an RFC 3339 time in UTC, or what was known then is not settled
 */
export async function answerAuthorizationQuery(
  query: TrqpQuery,
  deps: AuthorizationQueryDeps,
): Promise<AuthorizationAnswer> {
  const knownAt = await requestedKnowledge(query, deps);
  const at = requestedTime(query) ?? knownAt ?? deps.now;
  const { yes, message } = await decide(query, { at, knownAt }, deps);
  return { ...commonAnswer(query, message, deps.now), authorized: yes };
}

async function requestedKnowledge(
  { context }: TrqpQuery,
  deps: AuthorizationQueryDeps,
): Promise<number | undefined> {
  const text = context?.['known_at'];
  if (text === undefined) return undefined;
  const knownAt = parseUtcTime(text, '/context/known_at');
  await checkSettled(knownAt, '/context/known_at', deps);
  return knownAt;
}

async function decide(
  { entity_id, authority_id, action, resource, context }: TrqpQuery,
  { at, knownAt }: Moments,
  { namespace, registry, now }: AuthorizationQueryDeps,
): Promise<Decision> {
  if (authority_id !== namespace.cellDid) {
    return refused(`This registry answers for the authority ${namespace.cellDid} only`);
  }
  if (!isAction(action)) return refused('The action is neither issue nor request');
  const credentialType = typeOfResource(resource);
  if (credentialType === undefined) {
    return refused('The resource is not the IRI of a credential type of the catalogue');
  }
  // seen from the moment of knowledge, or the answer would change when that future comes
  if (isFuture(at, knownAt ?? now)) return refused('The time is in the future: nothing is known');
  const purpose = context?.['purpose'];
  const claims = context?.['claims']?.split(',').map((claim) => claim.trim());
  if (action === 'issue' && (purpose ?? claims) !== undefined) {
    return refused('Only a request has a purpose and claims');
  }
  const odsCode = namespace.odsCodeOf(entity_id);
  const record = odsCode === undefined ? undefined : await registry.findRecord(odsCode, knownAt);
  const outcome = checkAuthorization(record, { credentialType, action, at, purpose, claims });
  return { yes: outcome === 'authorized', message: MESSAGES[outcome] };
}

function isAction(action: string): action is AccreditedAction {
  return ACTIONS.has(action);
}

import { catalogue, typeIri } from '#catalogue/catalogue';
import { toDateTimeStamp } from '#vc/clock';
import { CLOCK_SKEW_MS, parseUtcTime } from './moments.ts';

// ToIP Trust Registry Query Protocol v2: what authorization and recognition have in common.

export interface TrqpQuery {
  entity_id: string;
  authority_id: string;
  action: string;
  resource: string;
  context?: Record<string, string> | undefined;
}

export interface TrqpAnswer extends Omit<TrqpQuery, 'context'> {
  context?: Record<string, string>;
  time_requested?: string;
  time_evaluated: string;
  message: string;
}

/** Yes or no, and why, for people. */
export interface Decision {
  yes: boolean;
  message: string;
}

// Also types that are issued no more: what was issued is asked about for years.
const typeByIri = new Map(catalogue.editions().map(({ type }) => [typeIri(type), type]));

/** The credential type that a TRQP `resource` names; undefined for any other resource. */
export function typeOfResource(resource: string): string | undefined {
  return typeByIri.get(resource);
}

export function refused(message: string): Decision {
  return { yes: false, message };
}

/** `context.time` in milliseconds; undefined when the query names none. @throws VcError INVALID_REQUEST */
export function requestedTime({ context }: TrqpQuery): number | undefined {
  const time = context?.['time'];
  return time === undefined ? undefined : parseUtcTime(time, '/context/time');
}

/** Of the future nothing is known; clocks that differ a little are no future. */
export function isFuture(at: number, now: number): boolean {
  return at > now + CLOCK_SKEW_MS;
}

/** What every answer says, whatever was asked. */
export function commonAnswer(query: TrqpQuery, message: string, now: number): TrqpAnswer {
  const { entity_id, authority_id, action, resource, context } = query;
  const requested = context?.['time'];
  return {
    entity_id,
    authority_id,
    action,
    resource,
    ...(requested !== undefined && { time_requested: requested }),
    time_evaluated: toDateTimeStamp(now),
    message,
    ...(context !== undefined && { context }),
  };
}

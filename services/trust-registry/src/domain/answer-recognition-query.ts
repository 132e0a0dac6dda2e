import type { Genesis } from '#trust/cell';
import { findAdmittedCell } from './cells.ts';
import { invalid } from './moments.ts';
import type { Namespace } from './namespace.ts';
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

/** TRQP v2 `RecognitionResponse`. */
export interface RecognitionAnswer extends TrqpAnswer {
  recognized: boolean;
}

export interface RecognitionQueryDeps {
  namespace: Namespace;
  genesis: Genesis;
  /** milliseconds since the epoch */
  now: number;
}

/**
 * Answers one TRQP recognition query: whether the anchor admits a cell, whose registry is then believed about its own
 * organisations. This cell recognises whom the anchor admits, so both may be named as the authority.
 * @throws VcError INVALID_REQUEST for a `context.time` that is no time, and for `context.known_at`: of the anchor's
 *   file only the present edition is kept, and an answer from it would pass for one from then
 */
export function answerRecognitionQuery(
  query: TrqpQuery,
  deps: RecognitionQueryDeps,
): RecognitionAnswer {
  if (query.context?.['known_at'] !== undefined) {
    throw invalid('/context/known_at', 'can be asked of an authorization only');
  }
  const at = requestedTime(query) ?? deps.now;
  const { yes, message } = decide(query, at, deps);
  return { ...commonAnswer(query, message, deps.now), recognized: yes };
}

function decide(
  { entity_id, authority_id, action, resource }: TrqpQuery,
  at: number,
  { namespace: { cellDid }, genesis, now }: RecognitionQueryDeps,
): Decision {
  if (authority_id !== cellDid && authority_id !== genesis.anchor) {
    return refused(`This registry answers for ${cellDid} and ${genesis.anchor} only`);
  }
  if (action !== 'recognize') return refused('The only action of a recognition is recognize');
  if (resource !== entity_id && typeOfResource(resource) === undefined) {
    return refused('The resource is neither the entity nor the IRI of a credential type');
  }
  if (entity_id === authority_id) return refused('Nobody recognises themselves');
  if (isFuture(at, now)) return refused('The time is in the future: nothing is known');
  if (findAdmittedCell(genesis, entity_id, at) === undefined) {
    return refused('The anchor does not admit the entity as a cell at that time');
  }
  return { yes: true, message: 'The anchor admits the entity as a cell' };
}

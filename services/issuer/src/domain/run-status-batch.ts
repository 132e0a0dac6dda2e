import type { Clock } from '#vc/clock';
import { timeOf } from './change-status.ts';
import type { StatusOutcome } from './mirror-status.ts';
import type { BitOutcome, StatusLists } from './ports.ts';
import {
  type BatchItem,
  type BatchStep,
  type BatchTransition,
  bitsOf,
  finishStep,
  type ItemOutcome,
  reasonOf,
  type StatusBatch,
  stateOfStep,
  STEPS,
} from './status-batch.ts';
import { refusalOf } from './status-lists.ts';

/** A step of a batch that this worker alone works on until `until`. */
export interface BatchClaim {
  batch: StatusBatch;
  step: BatchStep;
  worker: string;
}

/** What the lists did for an item; `outcome` is missing where nothing was asked of them. */
export interface ItemResult {
  credentialId: string;
  becomes: ItemOutcome;
  outcome?: StatusOutcome;
}

export interface BatchWork {
  /**
   * Batches with a step to work on, whosever they are; not those that another worker holds. First those that nobody
   * has worked on, last the one that was worked on last.
   */
  findDue(terms: { worker: string; now: number }): Promise<{ id: string; odsCode: string }[]>;
  /** @returns undefined when there is nothing to do, or another worker does it */
  claim(
    ref: { id: string; odsCode: string },
    terms: { worker: string; now: number; until: number },
  ): Promise<BatchClaim | undefined>;
  /** The next items of the step; how each credential stands is written down when it is first taken. */
  takeItems(claim: BatchClaim, limit: number): Promise<BatchItem[]>;
  /**
   * Mirrors, records history, audit and the items' outcomes together, and goes on holding the claim.
   * @returns false, with nothing written, when the claim was lost
   */
  commitItems(
    claim: BatchClaim,
    results: readonly ItemResult[],
    terms: { now: number; until: number },
  ): Promise<boolean>;
  finish(claim: BatchClaim, transition: BatchTransition, now: number): Promise<void>;
}

export interface BatchRunnerDeps {
  work: BatchWork;
  statusLists: Pick<StatusLists, 'changeMany'>;
  clock: Clock;
  /** of this process */
  worker: string;
  undoMs: number;
}

/** Items in one transaction; one item is at most two bits, so these are one call of the status list. */
const CHUNK = 200;
/** Chunks before the next batch has its turn: nobody waits for the end of a large one. */
const TURN = 10;
/** Longer than a call of the status list may take: who holds a claim is at work or dead. */
const CLAIM_MS = 60_000;

/*
 * Why a batch may be killed anywhere and goes on without doubling. An item leaves the outcome that its step begins
 * with in the transaction of its mirror, history and audit. Killed before that commit, its bits may stand in the list
 * already: the next worker takes the same items, the list answers `changed: false` with the first time, and the
 * mirror, which has not seen that time, records it once. What the credential was before is written down before the
 * list is asked, so undoing knows it whatever happened between. Of two workers only the one that holds the claim
 * commits.
 */

/** Works on whatever batches are due. Several processes may: each step is one worker's at a time. */
export function createBatchRunner(deps: BatchRunnerDeps) {
  const { work, clock, worker } = deps;
  const until = () => clock() + CLAIM_MS;

  /** @returns whether there is more to do */
  const takeTurn = async (claim: BatchClaim, closing?: AbortSignal): Promise<boolean> => {
    for (let chunk = 0; chunk < TURN; chunk += 1) {
      if (closing?.aborted) return false;
      const items = await work.takeItems(claim, CHUNK);
      if (items.length === 0) {
        const now = clock();
        await work.finish(claim, finishStep(claim.step, now, deps.undoMs), now);
        return false;
      }
      const results = await changeItems(deps.statusLists, claim, items);
      if (!(await work.commitItems(claim, results, { now: clock(), until: until() }))) return false;
    }
    return true;
  };

  return {
    /**
     * @param onError told of a batch that failed, which is tried again next time; the others go on
     * @param closing ends the work between two chunks
     * @returns when nothing is left to do now
     */
    async runDue(
      onError: (error: unknown, id: string) => void,
      closing?: AbortSignal,
    ): Promise<void> {
      const failed = new Set<string>();
      let more = true;
      while (more) {
        more = false;
        for (const ref of await work.findDue({ worker, now: clock() })) {
          if (failed.has(ref.id) || closing?.aborted) continue;
          try {
            const claim = await work.claim(ref, { worker, now: clock(), until: until() });
            if (claim !== undefined && (await takeTurn(claim, closing))) more = true;
          } catch (error) {
            failed.add(ref.id);
            onError(error, ref.id);
          }
        }
      }
    },
  };
}

async function changeItems(
  { changeMany }: Pick<StatusLists, 'changeMany'>,
  { batch, step }: BatchClaim,
  items: readonly BatchItem[],
): Promise<ItemResult[]> {
  const asked = items.map((item) => ({ item, bits: bitsOf(step, batch, item) }));
  const changes = asked.flatMap(({ bits }) => bits);
  const { odsCode } = batch;
  const clientId = (step === 'lift' ? batch.undoneByClient : undefined) ?? batch.clientId;
  const outcomes = changes.length === 0 ? [] : await changeMany({ odsCode, clientId, changes });
  if (outcomes.length !== changes.length) {
    throw new Error('the status list answered another number of outcomes');
  }
  let position = 0;
  return asked.map(({ item, bits }) => {
    const own = outcomes.slice(position, position + bits.length);
    position += bits.length;
    return toResult(step, batch, item, own);
  });
}

function toResult(
  step: BatchStep,
  batch: StatusBatch,
  { credentialId, prior, superseded }: BatchItem,
  outcomes: readonly BitOutcome[],
): ItemResult {
  const last = outcomes.at(-1);
  // nothing was asked: what is revoked or superseded stays, and so does what was suspended before
  if (last === undefined) {
    const isRefused = prior === 'revoked' || (step === 'change' && superseded);
    return { credentialId, becomes: isRefused ? 'refused' : STEPS[step].to };
  }
  const refused = outcomes.find((one) => 'refused' in one);
  if (refused !== undefined) {
    const error = refusalOf(refused);
    if (error.code === 'SERVICE_UNAVAILABLE') throw error;
    return { credentialId, becomes: 'refused' };
  }
  if ('refused' in last) throw new Error('unreachable');
  const outcome = {
    id: credentialId,
    status: stateOfStep(step, batch),
    reason: reasonOf(step, batch),
    changedAt: timeOf(last),
    changed: last.changed,
  };
  return { credentialId, becomes: STEPS[step].to, outcome };
}

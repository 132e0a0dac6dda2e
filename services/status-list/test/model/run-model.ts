import * as fc from 'fast-check';
import type { Test } from '../helper.ts';
import { START } from '../helper.ts';
import { histories, release } from './commands.ts';
import {
  checkPublished,
  checkServed,
  createHistory,
  first,
  noteLease,
  settleAll,
} from './history.ts';
import { createSystem } from './system.ts';

interface ModelTest extends Test {
  comment(text: string): void;
}

/**
 * Histories of leases, changes, publications, crashes and restores on real PostgreSQL, with the issuer's mirror for an
 * oracle. After every step: no index was given twice (invariant 2); what is served has every revocation that was
 * answered before its bits were read, versions rise (invariant 3); readiness fails when, and only when, something is
 * late, and nothing expired is served (invariant 5).
 * `MODEL_SEED` repeats a run, `MODEL_PATH` its counterexample, `MODEL_RUNS` makes it longer.
 * @returns how many histories were run
 */
export async function runModel(t: ModelTest, { runs }: { runs: number }): Promise<number> {
  const { MODEL_SEED, MODEL_PATH, MODEL_RUNS } = process.env;
  const seed = Number(MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.comment(`MODEL_SEED=${seed}`);
  const system = await createSystem(t);
  let run = 0;
  let previous: string | undefined;

  const property = fc.asyncProperty(histories(), async (commands) => {
    run += 1;
    const history = createHistory(`ZZ${run}X`);
    await system.begin(previous);
    previous = history.odsCode;
    system.clock.now = START + run * 3_600_000;
    await fc.asyncModelRun(async () => {
      const call = { odsCode: history.odsCode, clientId: 'issuer' };
      noteLease(history, await system.lease(first(system), call));
      return { model: history, real: system };
    }, commands);
    await release(history, system);
    await first(system).publishDueLists();
    settleAll(history);
    await checkPublished(system, history);
    await checkServed(system, history);
  });
  await fc.assert(property, {
    numRuns: Number(MODEL_RUNS ?? runs),
    seed,
    ...(MODEL_PATH !== undefined && { path: MODEL_PATH }),
  });
  return run;
}

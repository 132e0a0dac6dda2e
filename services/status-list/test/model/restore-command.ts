import { VcError } from '#vc/error';
import type { Deps } from '../../src/deps.ts';
import {
  checkPublished,
  checkServed,
  first,
  type History,
  noteLease,
  noteRestore,
  settleAll,
} from './history.ts';
import type { System } from './system.ts';

export interface HowRestored {
  /**
   * who shows that the database is old: the checkpoint that a new process finds, the process that outlived it, or
   * nobody but the issuer
   */
  witness: 'checkpoint' | 'process' | 'issuer';
  /** what the issuer answers first is not heard */
  lostAnswers: boolean;
  /** what is restored is published before anything else happens */
  published: boolean;
}

/** Milliseconds: every list is due for signing again. */
const ALL_DUE_MS = 400_000;

/**
 * The backup is put back, the service goes on as far as it is let, and then the operator restores. Nothing that was
 * published is missing at any time in what is served, and no index is given twice.
 */
export const restore =
  ({ witness, lostAnswers, published }: HowRestored) =>
  async (history: History, system: System) => {
    const { saved, odsCode } = history;
    if (saved === undefined) return;
    // at its last tick it looked how far the chain had come
    await first(system).checks['restored']?.();
    history.floors.clear();
    const restarted = await system.putBack(odsCode, saved, { chainToo: witness !== 'issuer' });
    const running = witness === 'process' ? first(system) : restarted;
    if (witness === 'issuer') {
      const noticed = await noticeByIssuer(history, system, { running, lostAnswers });
      if (noticed) await checkServed(system, history);
    } else {
      await leaseIfLet(history, system, running);
      await running.publishDueLists().catch(() => undefined);
      await checkServed(system, history);
    }
    system.clock.now += 1_000;
    const { notRestored } = await system.restore(odsCode);
    if (notRestored.length > 0) throw new Error(notRestored.join());
    noteRestore(history, system);
    if (!published) return;
    await restarted.publishDueLists();
    settleAll(history);
    await checkPublished(system, history);
  };

/**
 * It signs no list whose later version it has signed, however often it is asked, and then nothing is served.
 * @returns false when it has signed no more than the database knows it was asked for: nobody can tell then that an
 *   answer was stored and lost, and only a checkpoint shows how old the database is
 */
async function noticeByIssuer(
  history: History,
  system: System,
  { running, lostAnswers }: { running: Deps; lostAnswers: boolean },
): Promise<boolean> {
  const newest = new Map(system.issuer().signed);
  const known = await system.rows('select id, last_version::float8 as version from lists');
  const versions = new Map(known.map(({ id, version }) => [String(id), Number(version)]));
  const lost = [...newest].filter(([id, version]) => version > (versions.get(id) ?? Infinity));
  if (lost.length === 0) return false;
  system.clock.now += ALL_DUE_MS;
  if (lostAnswers) {
    system.loseAnswers();
    await running.publishDueLists().catch(() => undefined);
    system.answerHonestly();
    system.clock.now += ALL_DUE_MS;
  }
  await publishUnlessFenced(running);
  const signed = lost.filter(([id, version]) => system.issuer().signed.get(id) !== version);
  if (signed.length > 0) throw new Error('an old list was signed');
  const fences = await system.rows('select 1 from fences where lifted_at is null');
  if (fences.length === 0) throw new Error('nobody noticed');
  await leaseIfLet(history, system, running);
  return true;
}

/** After an earlier restore the checkpoint may tell too, and before the issuer is asked: the fence then stands already. */
async function publishUnlessFenced(replica: Deps): Promise<void> {
  try {
    await replica.publishDueLists();
  } catch (error) {
    if (!(error instanceof VcError) || error.code !== 'SERVICE_UNAVAILABLE') throw error;
  }
}

async function leaseIfLet(history: History, system: System, replica: Deps): Promise<void> {
  try {
    const call = { odsCode: history.odsCode, clientId: 'issuer' };
    noteLease(history, await system.lease(replica, call));
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
  }
}

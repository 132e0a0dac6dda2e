import { setTimeout as wait } from 'node:timers/promises';
import type { RunningStack } from '../end-to-end/running-stack.ts';
import type { SeededRandom } from '../seeded-random.ts';

const VICTIMS = [
  'postgres',
  'issuer',
  'status-list',
  'trust-registry',
  'authorization',
  'verifier',
] as const;
const COMES_BACK_WITHIN_MS = 30_000;

export interface Kill {
  victim: (typeof VICTIMS)[number];
  /** milliseconds since the kill before */
  after: number;
}

export interface Return {
  victim: string;
  /** milliseconds until it ran again under another process id; nothing when it did not */
  backAfter: number | undefined;
}

/** Every victim at least once, the rest by chance, in an order by chance. */
export function planKills(random: SeededRandom, count: number): Kill[] {
  const victims: Kill['victim'][] = [...VICTIMS];
  while (victims.length < count) victims.push(random.pick(VICTIMS));
  const kills: Kill[] = [];
  while (victims.length > 0) {
    const [victim = 'postgres'] = victims.splice(random.between(0, victims.length - 1), 1);
    kills.push({ victim, after: random.between(1_500, 2_000) });
  }
  return kills;
}

/** Kills by the plan, one after the other, without waiting for the one before to recover. */
export async function killByPlan(stack: RunningStack, kills: readonly Kill[]): Promise<Return[]> {
  const returns: Promise<Return>[] = [];
  const newest = new Map<string, Promise<Return>>();
  for (const { victim, after } of kills) {
    await wait(after);
    // It cannot be killed while it is dead: only the same victim twice in a row can wait here.
    await newest.get(victim);
    const back = killOne(stack, victim);
    newest.set(victim, back);
    returns.push(back);
  }
  return Promise.all(returns);
}

async function killOne(stack: RunningStack, victim: string): Promise<Return> {
  let pid = pidOf(stack, victim);
  // it may have ended by itself for want of one that was killed before: it is killed when it is back
  for (const giveUp = performance.now() + COMES_BACK_WITHIN_MS; !kill(pid); ) {
    if (performance.now() > giveUp) return { victim, backAfter: undefined };
    await wait(20);
    pid = pidOf(stack, victim);
  }
  const began = performance.now();
  while (performance.now() - began < COMES_BACK_WITHIN_MS) {
    await wait(20);
    const now = pidOf(stack, victim);
    if (now !== pid) return { victim, backAfter: Math.round(performance.now() - began) };
  }
  return { victim, backAfter: undefined };
}

function kill(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function pidOf(stack: RunningStack, victim: string): number | undefined {
  return stack.file().processes[victim];
}

import { readFileSync } from 'node:fs';

export interface Figure {
  operations: number;
  perSecond: number;
  /** milliseconds of the server's CPU for one operation; undefined where the system does not tell */
  cpuMs: number | undefined;
  p50Ms: number;
  p99Ms: number;
}

export interface Load {
  /** the server's process */
  pid: number;
  connections: number;
  operations: number;
  /** one operation; rejects when the answer is not the one that a healthy server gives */
  run: (index: number) => Promise<void>;
}

const CLOCK_TICK_MS = 10;

/** CPU time of a process in milliseconds (Linux only). */
function cpuMsOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
  } catch {
    return undefined;
  }
}

/** Runs the operations over so many connections at once and reads the server's CPU time before and after. */
export async function measure({ pid, connections, operations, run }: Load): Promise<Figure> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < operations) {
      const index = next;
      next++;
      const began = performance.now();
      await run(index);
      times.push(performance.now() - began);
    }
  };
  const cpuBefore = cpuMsOf(pid);
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - began) / 1000;
  const cpuAfter = cpuMsOf(pid);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    operations,
    perSecond: operations / seconds,
    cpuMs:
      cpuBefore === undefined || cpuAfter === undefined
        ? undefined
        : (cpuAfter - cpuBefore) / operations,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

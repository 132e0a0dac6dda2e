import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { createDidResolver } from '#did/resolver';
import { verifyProofs } from '#proofs/verify-proofs';
import { decodeBitstring, readBit } from '#status/bitstring';
import type { JsonObject } from '#vc/data-model';

/*
 * An outsider that watches status lists: a process of its own that knows addresses and nothing else. It asks for a
 * list again when the answer's max-age is over, verifies the signature by the key in the DID document, decodes the
 * bits, and says which are new. In: one line of JSON, `{lists: [url], origins: {prefix: address}}`. Out: a line a
 * version, `{at, list, version, set, cpuMs}`.
 */
interface Order {
  lists: string[];
  origins: Record<string, string>;
}

const lines = createInterface({ input: process.stdin });
const first = await lines[Symbol.asyncIterator]().next();
const { lists, origins } = JSON.parse(String(first.value)) as Order;

const { resolveVerificationMethod } = createDidResolver({
  fetchDocument: async (url) => (await fetch(addressOf(url.href))).json(),
  now: Date.now,
});
await Promise.all(lists.map(watch));

async function watch(list: string): Promise<never> {
  const known = new Set<number>();
  let etag = '';
  for (;;) {
    const answer = await fetch(addressOf(list), { headers: { 'if-none-match': etag } });
    const maxAge = Number(/max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1]);
    if (answer.status === 200) {
      etag = answer.headers.get('etag') ?? '';
      await report(list, (await answer.json()) as JsonObject, known);
    } else if (answer.status !== 304) {
      throw new Error(`${list} answered ${answer.status}`);
    }
    await wait(1_000 * maxAge);
  }
}

async function report(list: string, document: JsonObject, known: Set<number>): Promise<void> {
  const cpu = process.cpuUsage();
  const { verified, problems } = await verifyProofs({
    document,
    purpose: 'assertionMethod',
    resolveVerificationMethod,
    now: Date.now(),
  });
  if (!verified) throw new Error(`${list} does not verify: ${problems[0]?.code}`);
  const { encodedList } = document['credentialSubject'] as { encodedList: string };
  const bits = decodeBitstring(encodedList);
  const at = Date.now();
  const set: number[] = [];
  for (let index = 0; index < bits.length * 8; index++) {
    if (bits[index >>> 3] === 0 || known.has(index) || !readBit(bits, index)) continue;
    known.add(index);
    set.push(index);
  }
  const { user, system } = process.cpuUsage(cpu);
  const version = document['validFrom'];
  console.log(JSON.stringify({ at, list, version, set, cpuMs: (user + system) / 1000 }));
}

function addressOf(url: string): string {
  const prefix = Object.keys(origins).find((each) => url.startsWith(each));
  return prefix === undefined ? url : `${origins[prefix]}${url.slice(prefix.length)}`;
}

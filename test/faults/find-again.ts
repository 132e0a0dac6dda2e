import { setTimeout as wait } from 'node:timers/promises';
import type { StackFile } from '../../deploy/local/hr-client.ts';
import type { Answer, Client } from '../end-to-end/client.ts';
import { fetchBits, isSet, revocationEntry, type StatusEntry } from '../end-to-end/status-lists.ts';
import { digestOf, type Promised } from './journal.ts';
import { credentialIdOf, credentialOf } from './load.ts';

const AT_ONCE = 8;

export interface Books {
  issued: Promised[];
  revoked: Promised[];
}

/** Asks for every acknowledged credential by its id. @returns those that are not what was acknowledged */
export function readBack(client: Client, { issued }: Books): Promise<string[]> {
  return gather(issued, async ({ text }) => {
    const id = credentialIdOf(text);
    const answer = await client.send('issuer', `/credentials/${id}`);
    if (answer.status !== 200) return describe(id, answer);
    // The document's text, so that not one byte of it may differ.
    return documentOf(answer.text) === documentOf(text) ? undefined : `${id} is another document`;
  });
}

/** Sends every acknowledged write again. @returns those whose answer is not, to the byte, what was acknowledged */
export function retryAll(client: Client, { issued, revoked }: Books): Promise<string[]> {
  return gather([...issued, ...revoked], async (promised) => {
    const { path, body, idempotencyKey } = promised;
    const answer = await client.send('issuer', path, { body, idempotencyKey });
    const same = answer.status === promised.status && digestOf(answer.bytes) === promised.sha256;
    return same ? undefined : describe(path, answer);
  });
}

/** @returns status entries that two of the credentials share */
export function sharedEntries({ issued }: Books): string[] {
  const owners = Map.groupBy(issued, ({ text }) => keyOf(revocationEntry(credentialOf(text))));
  return [...owners].filter(([, all]) => all.length > 1).map(([entry]) => entry);
}

export interface PublishedBits {
  /** revoked, and not in the list in time */
  missing: string[];
  /** in the list, and never revoked */
  excess: string[];
}

/** Reads the published lists until every revoked credential's bit is set. */
export async function comparePublished(
  stack: StackFile,
  { issued, revoked }: Books,
  withinMs: number,
): Promise<PublishedBits> {
  const asked = new Set(revoked.map(({ path }) => path.split('/')[3]));
  const credentials = issued.map(({ text }) => ({
    entry: revocationEntry(credentialOf(text)),
    revoked: asked.has(credentialIdOf(text)),
  }));
  const urls = new Set(credentials.map(({ entry }) => entry.statusListCredential));
  const giveUp = performance.now() + withinMs;
  for (;;) {
    const lists = new Map<string, Uint8Array>();
    for (const url of urls) lists.set(url, await fetchBits(stack, url));
    const wrong = credentials.filter(({ entry, revoked: expected }) => {
      return isSet(lists.get(entry.statusListCredential) as Uint8Array, entry) !== expected;
    });
    const missing = wrong.filter((each) => each.revoked).map(({ entry }) => keyOf(entry));
    const excess = wrong.filter((each) => !each.revoked).map(({ entry }) => keyOf(entry));
    if (missing.length === 0 || performance.now() > giveUp) return { missing, excess };
    await wait(500);
  }
}

function keyOf({ statusListCredential, statusListIndex }: StatusEntry): string {
  return `${statusListCredential}#${statusListIndex}`;
}

function documentOf(text: string): string {
  const member = '"verifiableCredential":';
  return text.slice(text.indexOf(member) + member.length);
}

function describe(what: string, { status, text }: Answer): string {
  return `${what}: ${status} ${text.slice(0, 200)}`;
}

async function gather<T>(
  items: readonly T[],
  check: (item: T) => Promise<string | undefined>,
): Promise<string[]> {
  const queue = [...items];
  const found: string[] = [];
  const work = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
      const fault = await check(item);
      if (fault !== undefined) found.push(fault);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

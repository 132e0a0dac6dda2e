import t from 'tap';
import { type Answer, createClient, sendRequest } from '../end-to-end/client.ts';
import { startRunningStack } from '../end-to-end/running-stack.ts';

t.setTimeout(180_000);

const LIMIT = 300;
const AT_ONCE = 50;
// Generous: this process floods and waits at once. Who stands in a queue of AT_ONCE behind work waits far longer.
const OTHERS_WAIT_MS = 2_000;
// what takes a trust's token at each service that trusts call
const PATHS = {
  issuer: '/v1/credentials?limit=1',
  verifier: '/v1/webhooks',
  'trust-registry': '/v1/organisations/ZZA01/contacts',
};

const running = await startRunningStack(t, { RATE_LIMIT_PER_MINUTE: String(LIMIT) });
const stack = running.file();
const [noisyTrust, quietTrust] = stack.clients;
if (!noisyTrust || !quietTrust) throw new Error('stack.json names two trusts');
const noisy = createClient(stack, noisyTrust);
const quiet = createClient(stack, quietTrust);

/** So many calls, never more than AT_ONCE at a time. */
async function burst(url: string, count: number, token: string): Promise<RefusalCount> {
  const seen: RefusalCount = { statuses: new Map(), waits: [] };
  let left = count;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      seen.statuses.set(response.status, (seen.statuses.get(response.status) ?? 0) + 1);
      if (response.status === 429) seen.waits.push(Number(response.headers.get('retry-after')));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return seen;
}

interface RefusalCount {
  statuses: Map<number, number>;
  /** `Retry-After` of each refusal, in seconds */
  waits: number[];
}

t.test(
  'C21: ten times the limit from one client is 429 with Retry-After, and other clients are answered',
  async (t) => {
    for (const [service, path] of Object.entries(PATHS)) {
      const url = `${stack.services[service]}${path}`;
      const allowed = await quiet.send(service, path);
      t.ok([200, 404].includes(allowed.status), `${service}: ${allowed.text}`);
      const token = await noisy.token();
      const started = performance.now();
      const flood = burst(url, 10 * LIMIT, token);
      const others: Answer[] = [];
      const waited: number[] = [];
      const end = flood.then(() => true);
      while (!(await Promise.race([end, Promise.resolve(false)])) && others.length < LIMIT / 2) {
        const asked = performance.now();
        others.push(await quiet.send(service, path));
        waited.push(performance.now() - asked);
      }
      const { statuses, waits } = await flood;
      const minutes = Math.ceil((performance.now() - started) / 60_000);
      const refused = statuses.get(429) ?? 0;
      t.ok(refused >= 10 * LIMIT - LIMIT * (minutes + 1), `${service} refuses ${refused}`);
      t.ok(refused < 10 * LIMIT, 'and not what comes first');
      t.same(
        [...statuses.keys()].filter((status) => status >= 500),
        [],
      );
      t.ok(
        waits.every((seconds) => seconds >= 1 && seconds <= 60),
        'each is told how many seconds to wait',
      );
      t.ok(others.length > 0, `${others.length} calls of another client meanwhile`);
      t.same(new Set(others.map(({ status }) => status)), new Set([allowed.status]));
      const p99 = waited.toSorted((a, b) => a - b)[Math.ceil(waited.length * 0.99) - 1] ?? Infinity;
      t.ok(p99 < OTHERS_WAIT_MS, `99 in 100 of them in ${p99.toFixed(0)} ms`);
      const again = await noisy.send(service, path);
      t.match(again.json(), { code: 'RATE_LIMITED', status: 429 });
    }
    const [issuer = ''] = Object.values(stack.services);
    t.equal(
      (await sendRequest(`${issuer}/openapi.json`, {})).status,
      200,
      'nor is who has no token',
    );
  },
);

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client as PgClient } from 'pg';
import t from 'tap';
import { randomTraining } from '../end-to-end/claims.ts';
import { createClient, sendRequest } from '../end-to-end/client.ts';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { startRunningStack } from '../end-to-end/running-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import { CAN_START_REPLICAS, startReplica } from './replica.ts';
import { isReady } from './steady-clients.ts';

const EMPLOYEE = 'FAULTS-0018';
/** as few as the service starts with, and some for its work */
const OPEN_FILES = 64;
const AT_ONCE = 200;
const POOL = 2;
const ASKERS = 20;
const HELD_MS = 7_000;
const NO_HANG_MS = 15_000;

t.setTimeout(120_000);
if (!CAN_START_REPLICAS) {
  t.pass('the environment of a process can be read on Linux alone');
  process.exit();
}

const random = seededRandom();
const stack = await startRunningStack(t);
const [trust] = stack.file().clients;
if (trust === undefined) throw new Error('stack.json names no trust');
const client = createClient(stack.file(), trust);
await bindHolder(client, createHolder(), EMPLOYEE);
const token = await client.token();

t.test('F18: a service out of files answers 503 or hangs up, and recovers', async (t) => {
  const openFiles = OPEN_FILES;
  const replica = await startReplica(t, stack, { name: 'issuer', openFiles });
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  const requests = Array.from({ length: AT_ONCE }, training);
  const outcomes = await Promise.all(
    requests.map((each) => outcomeOf(agent, `${replica.url}/v1/credentials`, each)),
  );
  const took = Math.round(performance.now() - began);
  const counts = Map.groupBy(outcomes, String);
  const told = [...counts].map(([outcome, all]) => `${outcome} ${all.length}`).join(', ');
  t.comment(`${AT_ONCE} connections at once: ${told}; the last after ${took} ms`);
  t.ok(took < NO_HANG_MS, 'none hangs');
  const allowed = new Set(['201', '503 with Retry-After', 'ECONNRESET', 'EPIPE', 'ECONNREFUSED']);
  t.same(
    [...counts.keys()].filter((outcome) => !allowed.has(outcome)),
    [],
  );
  t.ok(
    outcomes.some((outcome) => outcome !== '201'),
    'the limit was felt',
  );
  t.equal(replica.ended(), null, 'the process lives');

  agent.destroy();
  await untilReady(replica.managementUrl);
  for (const each of requests.slice(0, 5)) {
    const answer = await sendRequest(`${replica.url}/v1/credentials`, { ...each, token });
    t.equal(answer.status, 201, `the retry is answered: ${answer.text.slice(0, 100)}`);
  }
});

t.test('F18: slow queries that hold the whole pool leave 503 for the rest', async (t) => {
  const env = { DATABASE_POOL_MAX: String(POOL) };
  const replica = await startReplica(t, stack, { name: 'issuer', env });
  const url = `${replica.url}/v1/credentials`;
  const requests = Array.from({ length: ASKERS }, training);
  const slow = await lockAnswers();
  t.teardown(() => slow.release());
  const began = performance.now();
  const asking = requests.map(async (each) => {
    const answer = await sendRequest(url, { ...each, token });
    return { status: answer.status, after: performance.now() - began };
  });
  await wait(HELD_MS / 2);
  const [live, ready] = await Promise.all(
    ['/livez', '/readyz'].map((path) => fetch(replica.managementUrl + path)),
  );
  t.equal(live?.status, 200, 'it is alive');
  t.equal(ready?.status, 503, 'and not ready');
  await wait(began + HELD_MS - performance.now());
  await slow.release();
  const answers = await Promise.all(asking);
  const sentAway = answers.filter(({ status }) => status === 503);
  t.same(new Set(answers.map(({ status }) => status)), new Set([201, 503]));
  t.ok(sentAway.length >= ASKERS - POOL, 'those without a connection are sent away');
  t.ok(
    sentAway.every(({ after }) => after < HELD_MS),
    'before the slow queries end',
  );
  await untilReady(replica.managementUrl);
  const again = await Promise.all(requests.map((each) => sendRequest(url, { ...each, token })));
  t.same(new Set(again.map(({ status }) => status)), new Set([201]), 'each retry is answered');
  const ids = again.map(({ text }) => (JSON.parse(text) as { id?: string }).id ?? text);
  t.equal(new Set(ids).size, ASKERS, 'with a credential of its own');
});

function training() {
  const body = JSON.stringify({
    employeeId: EMPLOYEE,
    ...randomTraining(random, trust?.odsCode ?? ''),
  });
  return { body, idempotencyKey: random.uuid() };
}

/** @returns the status, or why there is no answer */
function outcomeOf(
  agent: Agent,
  url: string,
  { body, idempotencyKey }: ReturnType<typeof training>,
): Promise<string> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
  };
  const { promise, resolve } = Promise.withResolvers<string>();
  const signal = AbortSignal.timeout(2 * NO_HANG_MS);
  const sent = request(url, { method: 'POST', agent, headers, signal }, (answer) => {
    const { statusCode, headers: given } = answer;
    const later = given['retry-after'] === undefined ? '' : ' with Retry-After';
    answer.resume().on('end', () => resolve(`${statusCode}${later}`));
    answer.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  sent.end(body);
  return promise;
}

/** Nobody can look up or store an answer until it is released. */
async function lockAnswers() {
  const connectionString = readFileSync(join(stack.dataDir, 'secrets/database-url'), 'utf8');
  const database = new PgClient({ connectionString });
  await database.connect();
  await database.query('begin');
  await database.query('lock table issuer.idempotency_keys in access exclusive mode');
  let released: Promise<void> | undefined;
  return { release: () => (released ??= database.end()) };
}

async function untilReady(managementUrl: string): Promise<void> {
  const giveUp = performance.now() + NO_HANG_MS;
  while (!(await isReady(managementUrl))) {
    if (performance.now() > giveUp) throw new Error('It is not ready again');
    await wait(50);
  }
}

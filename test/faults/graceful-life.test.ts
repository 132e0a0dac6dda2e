import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { SERVICES, type ServiceName } from '../../deploy/local/layout.ts';
import { createPersonClient } from '../../deploy/local/people.ts';
import { randomTraining } from '../end-to-end/claims.ts';
import { createClient, sendRequest } from '../end-to-end/client.ts';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { startRunningStack } from '../end-to-end/running-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import { comparePublished, readBack, retryAll, sharedEntries } from './find-again.ts';
import { openJournal, readJournal } from './journal.ts';
import { startLoad } from './load.ts';
import { beginReplica, CAN_START_REPLICAS } from './replica.ts';
import { createRequests } from './requests.ts';
import { type Answered, isReady, startSteadyClients, type SteadyReport } from './steady-clients.ts';

const DRAIN_DELAY_MS = 500;
const CLIENTS = 4;
const WRITES_PER_SECOND = 10;
const RECOVERS_WITHIN_MS = 10_000;
const PUBLISHED_WITHIN_MS = 30_000;
const EMPLOYEE = 'FAULTS-0002';

t.setTimeout(180_000);

const random = seededRandom();
const stack = await startRunningStack(t, { DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) });
t.teardown(() => {
  if (!t.passing()) t.comment(`the launcher said:\n${stack.output()}`);
});
const file = stack.file();
const [trust] = file.clients;
const proposer = file.people.find(({ odsCode }) => odsCode === 'QZN');
if (trust === undefined || proposer === undefined) throw new Error('stack.json names nobody');
const client = createClient(file, trust);
await bindHolder(client, createHolder(), EMPLOYEE);
const maker = createPersonClient(file, proposer);
const first = await issueOne();
const requests = createRequests({
  ...trust,
  stack: file,
  client,
  maker,
  random,
  employeeId: EMPLOYEE,
  issued: first.text,
});

const journalFile = join(stack.dataDir, 'journal.ndjson');
const journal = await openJournal(journalFile);
const load = startLoad({
  client,
  journal,
  random,
  employeeId: EMPLOYEE,
  odsCode: trust.odsCode,
  writesPerSecond: WRITES_PER_SECOND,
  maxOutstanding: 200,
});

for (const name of SERVICES) {
  t.test(`F17: ${name} ends on SIGTERM, and what it has taken is answered`, async (t) => {
    const steady = startSteady(name);
    await until(() => steady.report.acknowledged.length >= 2 * CLIENTS);
    const old = pidOf(name);
    process.kill(old, 'SIGTERM');
    await until(async () => (await healthOf(name)).status === 'draining');
    const { alive, ready } = await healthOf(name);
    t.same([alive, ready], [200, 503], 'it is alive, and not ready');
    const answer = await sendRequest(`${urlOf(name)}/openapi.json`, {});
    t.equal(answer.status, 200, 'the API goes on for whoever has not heard of it');
    await until(() => pidOf(name) !== old);
    t.match(stack.output(), `${name} ended (exit code 0)`);
    t.notMatch(logOf(name), /"shutdown\.(failed|late)"/);
    const acknowledged = steady.report.acknowledged.length;
    // its next process serves the same clients
    await until(() => steady.report.acknowledged.length >= acknowledged + CLIENTS);
    const report = await steady.finish();
    tell(t, report);
    t.same(report.dropped, [], 'no connection that was taken ended without the answer');
    t.same(report.refused, [], 'and nothing was refused');
    t.same(await lost(name, report.acknowledged), [], 'what was acknowledged is there');
  });
}

t.test('F3: PostgreSQL is killed under load, and nobody else ends', async (t) => {
  const before = { ...stack.file().processes };
  const steady = SERVICES.map(startSteady);
  await until(() => steady.every(({ report }) => report.acknowledged.length >= CLIENTS));
  process.kill(before['postgres'] as number, 'SIGKILL');
  const began = performance.now();
  await until(() => stack.file().processes['postgres'] !== before['postgres']);
  const counts = steady.map(({ report }) => report.acknowledged.length);
  await until(async () => (await Promise.all(SERVICES.map(readyOf))).every(Boolean));
  await until(() =>
    steady.every(({ report }, at) => report.acknowledged.length > (counts[at] ?? 0)),
  );
  const took = Math.round(performance.now() - began);
  t.ok(took < RECOVERS_WITHIN_MS, `every service serves again after ${took} ms`);
  const reports = await Promise.all(steady.map((each) => each.finish()));
  for (const [at, report] of reports.entries()) {
    const name = SERVICES[at] as ServiceName;
    tell(t, report);
    t.same(report.dropped, [], `${name}: every request is answered`);
    t.same(report.refused, [], `${name}: by what was asked for, or 503 with Retry-After`);
    t.same(await lost(name, report.acknowledged), [], `${name}: nothing acknowledged is lost`);
  }
  t.match({ ...stack.file().processes, postgres: 0 }, { ...before, postgres: 0 });
});

for (const victim of ['authorization', 'trust-registry', 'status-list'] as const) {
  t.test(`Who talked to ${victim} when it was killed talks to the next one`, async (t) => {
    const before = { ...stack.file().processes };
    const steady = (['issuer', 'verifier'] as const).map(startSteady);
    await until(() => steady.every(({ report }) => report.acknowledged.length >= CLIENTS));
    process.kill(before[victim] as number, 'SIGKILL');
    const began = performance.now();
    await until(() => pidOf(victim) !== before[victim]);
    await until(() => readyOf(victim));
    const issued = await issueOne();
    const took = Math.round(performance.now() - began);
    t.equal(issued.status, 201);
    t.ok(took < RECOVERS_WITHIN_MS, `a credential is issued ${took} ms after the kill`);
    for (const report of await Promise.all(steady.map((each) => each.finish()))) {
      tell(t, report);
      t.same(report.dropped, [], 'every request is answered');
      t.same(report.refused, [], 'by what was asked for, or 503 with Retry-After');
    }
    t.match({ ...stack.file().processes, [victim]: 0 }, { ...before, [victim]: 0 });
  });
}

const NO_DATABASE = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };

if (CAN_START_REPLICAS) {
  t.test('Each service waits for its database alive, and ends when it stays away', async (t) => {
    const env = { ...NO_DATABASE, STARTUP_TIMEOUT_MS: '1500' };
    const startInVain = async (name: ServiceName) => {
      const replica = await beginReplica(t, stack, { name, env });
      await until(() => replica.output().includes('"startup.waiting"'));
      const [live, ready] = await Promise.all(
        ['/livez', '/readyz'].map((path) => fetch(replica.managementUrl + path)),
      );
      t.same([live?.status, ready?.status], [200, 503], name);
      t.match(await ready?.json(), { status: 'starting' });
      await until(() => replica.ended() !== null);
      t.equal(replica.ended(), 1);
      t.match(replica.output(), /^Error: the database was not there within 1500 ms: .+/m);
    };
    await Promise.all(SERVICES.map(startInVain));
  });

  t.test('SIGTERM ends a service that waits for its database at once', async (t) => {
    const replica = await beginReplica(t, stack, { name: 'issuer', env: NO_DATABASE });
    await until(() => replica.output().includes('"startup.waiting"'));
    replica.kill('SIGTERM');
    await until(() => replica.ended() !== null);
    t.equal(replica.ended(), 0);
  });
}

t.test('F3: after all that nothing is lost, and no index was given twice', async (t) => {
  const report = await load.finish();
  await journal.close();
  const told = [...report.retries].map(([reason, count]) => `${reason} ${count}`).join(', ');
  t.comment(`${report.acknowledged} writes acknowledged; sent again because of: ${told}`);
  t.same(report.refused, [], 'no write was refused');
  const { promised, open } = await readJournal(journalFile);
  t.same(open, [], 'every write was acknowledged in the end');
  const issued = promised.filter(({ kind }) => kind === 'issue');
  const books = { issued, revoked: promised.filter(({ kind }) => kind === 'revoke') };
  t.ok(issued.length > 50 && books.revoked.length > 5, `${promised.length} writes`);
  t.same(await readBack(client, books), [], 'each credential is read back');
  t.same(await retryAll(client, books), [], 'each retry has the same bytes for its answer');
  t.same(sharedEntries(books), [], 'no index is shared');
  const { missing, excess } = await comparePublished(stack.file(), books, PUBLISHED_WITHIN_MS);
  t.same([missing, excess], [[], []], 'the published lists have every revocation and no other');
});

function startSteady(name: ServiceName) {
  const [url, managementUrl] = [urlOf(name), managementUrlOf(name)];
  return startSteadyClients({ url, managementUrl, clients: CLIENTS, next: requests[name] });
}

/** @returns what was acknowledged and is not there, or not the same when it is asked for again with its key */
async function lost(name: ServiceName, acknowledged: readonly Answered[]): Promise<string[]> {
  const found: string[] = [];
  for (const { asked, status, text } of acknowledged) {
    if (name === 'issuer' || name === 'trust-registry') {
      const { authorization = '', 'idempotency-key': idempotencyKey = '' } = asked.headers;
      const token = authorization.replace('Bearer ', '');
      const again = await sendRequest(urlOf(name) + asked.path, {
        body: asked.body,
        token,
        idempotencyKey,
      });
      if (again.status !== status || again.text !== text)
        found.push(`${idempotencyKey}: ${again.text}`);
    } else if (name === 'authorization') {
      const { access_token: token } = JSON.parse(text) as { access_token: string };
      const { status: use } = await sendRequest(`${urlOf('issuer')}/v1/credentials?limit=1`, {
        token,
      });
      if (use !== 200) found.push(`a token is worth ${use}`);
    }
  }
  return found;
}

function issueOne() {
  return client.send('issuer', '/v1/credentials', {
    body: { employeeId: EMPLOYEE, ...randomTraining(random, trust?.odsCode ?? '') },
    idempotencyKey: random.uuid(),
  });
}

function tell(t: { comment(text: string): void }, report: SteadyReport): void {
  const { acknowledged, sentAway, dropped } = report;
  t.comment(`${acknowledged.length} acknowledged, ${sentAway} 503, ${dropped.length} dropped`);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error(`It never came about: ${holds.toString()}`);
    await wait(20);
  }
}

async function healthOf(name: ServiceName) {
  const ask = (path: string) => fetch(managementUrlOf(name) + path).catch(() => undefined);
  const [live, ready] = await Promise.all([ask('/livez'), ask('/readyz')]);
  const { status } = ((await ready?.json()) ?? {}) as { status?: string };
  return { alive: live?.status, ready: ready?.status, status };
}

function readyOf(name: ServiceName): Promise<boolean> {
  return isReady(managementUrlOf(name));
}

function urlOf(name: ServiceName): string {
  return file.services[name] as string;
}

function managementUrlOf(name: ServiceName): string {
  const url = new URL(urlOf(name));
  url.port = String(Number(url.port) + 100);
  return url.origin;
}

function pidOf(name: ServiceName): number {
  return stack.file().processes[name] as number;
}

function logOf(name: ServiceName): string {
  return readFileSync(join(stack.dataDir, 'logs', `${name}.log`), 'utf8');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client as PgClient } from 'pg';
import t, { type Test } from 'tap';
import { SERVICES, type ServiceName } from '../../deploy/local/layout.ts';
import { createPersonClient } from '../../deploy/local/people.ts';
import { randomTraining } from '../end-to-end/claims.ts';
import { createClient, type Answer, sendRequest } from '../end-to-end/client.ts';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { startRunningStack } from '../end-to-end/running-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { comparePublished, readBack, retryAll, sharedEntries } from './find-again.ts';
import { openJournal, readJournal } from './journal.ts';
import { credentialIdOf, credentialOf, startLoad } from './load.ts';
import { CAN_START_REPLICAS, environmentOf, startReplica } from './replica.ts';

const EMPLOYEE = 'FAULTS-0004';
const DOMAIN = 'https://recruitment.brackendale.example';
const STORES_ITS_ANSWER = /insert into "?idempotency_keys/;
const TERMINATIONS = 40;
const WRITES_PER_SECOND = 30;
const PUBLISHED_WITHIN_MS = 30_000;

t.setTimeout(180_000);
if (!CAN_START_REPLICAS) {
  t.pass('the environment of a process can be read on Linux alone');
  process.exit();
}

const random = seededRandom();
const stack = await startRunningStack(t);
const file = stack.file();
const [trust, other] = file.clients;
const [maker, approver] = file.people
  .filter(({ odsCode }) => odsCode === 'QZN')
  .map((person) => createPersonClient(file, person));
if (!trust || !other || !maker || !approver) throw new Error('stack.json names nobody');
const client = createClient(file, trust);
const holder = createHolder();
await bindHolder(client, holder, EMPLOYEE);
const adminUrl = readFileSync(join(stack.dataDir, 'secrets/database-url'), 'utf8');
const database = new PgClient({ connectionString: adminUrl });
await database.connect();
t.teardown(() => database.end());

t.test('F4: a credential whose COMMIT was not confirmed is there for the retry', async (t) => {
  const { url, proxy } = await startBehindProxy(t, 'issuer');
  const batch = `lost-${random.uuid()}`;
  const ask = await write(`${url}/v1/credentials`, {
    employeeId: EMPLOYEE,
    batch,
    ...randomTraining(random, trust.odsCode),
  });
  const { text } = await cutAndRetry(t, { proxy, ask, statement: STORES_ITS_ANSWER, status: 201 });
  const id = credentialIdOf(text);
  t.same(await select('select id from issuer.credentials where batch = $1', batch), [{ id }]);
  t.equal(await auditRows('issuer', 'credential.issued', id), 1, 'one audit row');
});

t.test('F4: a revocation whose COMMIT was not confirmed is there for the retry', async (t) => {
  const { url, proxy } = await startBehindProxy(t, 'issuer');
  const id = credentialIdOf((await issueOne()).text);
  const ask = await write(`${url}/v1/credentials/${id}/status`, {
    status: 'revoked',
    reason: 'issued-in-error',
  });
  await cutAndRetry(t, { proxy, ask, statement: STORES_ITS_ANSWER, status: 200 });
  const changes = `select status from issuer.credential_status_changes where credential_id = $1`;
  t.same(await select(changes, id), [{ status: 'revoked' }], 'one change');
  t.equal(await auditRows('issuer', 'credential.revoked', id), 1, 'one audit row');
});

t.test('F4: a registry change whose COMMIT was not confirmed is there for the retry', async (t) => {
  const { url, proxy } = await startBehindProxy(t, 'trust-registry');
  const operation = {
    operation: 'accredit',
    odsCode: 'ZZC03',
    credentialType: 'ConflictResolutionCredential',
    action: 'issue',
    evidence: 'agreement of today',
  };
  const proposed = await maker.post('trust-registry', '/v1/changes', { operations: [operation] });
  t.equal(proposed.status, 201, proposed.text);
  const id = String(proposed.body['id']);
  const token = await approver.token();
  const ask = await write(`${url}/v1/changes/${id}/approval`, {}, token);
  const epoch = `select epoch from trust_registry.registry_epoch`;
  const [before] = await select<{ epoch: string }>(epoch);
  await cutAndRetry(t, { proxy, ask, statement: STORES_ITS_ANSWER, status: 200 });
  const [after] = await select<{ epoch: string }>(epoch);
  t.equal(Number(after?.epoch), Number(before?.epoch) + 1, 'the registry has moved once');
});

t.test('F4: a challenge whose burning was not confirmed has bound one key', async (t) => {
  const { url, proxy } = await startBehindProxy(t, 'issuer');
  const asked = await client.send('issuer', '/v1/holders/challenges', { body: {} });
  const { challenge, domain } = asked.json() as { challenge: string; domain: string };
  const bound = createHolder();
  const verifiablePresentation = await bound.present({ challenge, domain });
  const body = { employeeId: `LOST-${random.uuid()}`, verifiablePresentation };
  const ask = await write(`${url}/v1/holders`, body);
  await cutAndRetry(t, { proxy, ask, statement: STORES_ITS_ANSWER, status: 201 });
  const rows = await select('select did from issuer.holders where did = $1', bound.did);
  t.equal(rows.length, 1, 'one binding');
  const anew = await write(`${url}/v1/holders`, body);
  const refused = await anew();
  t.match(refused.json(), { code: 'KEY_PROOF_INVALID' }, 'under another key it is used');
});

t.test('F4: a presentation whose burning was not confirmed is not accepted twice', async (t) => {
  // A question has no Idempotency-Key: whoever did not hear the answer asks for another challenge.
  const { url, proxy } = await startBehindProxy(t, 'verifier');
  const token = await createClient(file, other).token();
  const credential = credentialOf((await issueOne()).text);
  const present = async () => {
    const asked = await sendRequest(`${file.services['verifier']}/challenges`, { body: {}, token });
    const options = { challenge: asked.json()['challenge'] as string, domain: DOMAIN };
    const verifiableCredential = [credential];
    const verifiablePresentation = await holder.present({ ...options, verifiableCredential });
    return write(`${url}/v1/verifications`, { verifiablePresentation, options }, token);
  };
  const whole = await present();
  t.match((await whole()).json(), { overall: 'pass' }, 'unbroken it passes');

  const ask = await present();
  proxy.cutCommitOf(/update "challenges"/);
  const first = await ask();
  t.equal(first.status, 503, first.text);
  t.equal(proxy.cuts(), 1);
  proxy.heal();
  const again = await ask();
  t.match(again.json(), { overall: 'fail' });
  t.match(again.text, /CHALLENGE_/, again.text.slice(0, 300));
  const next = await present();
  t.match((await next()).json(), { overall: 'pass' }, 'another challenge serves');
});

t.test(
  'F4: connections are terminated over and over, and nothing acknowledged is lost',
  async (t) => {
    const before = { ...stack.file().processes };
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
    let terminated = 0;
    for (let turn = 0; turn < TERMINATIONS; turn += 1) {
      await wait(random.between(50, 150));
      // those at work first
      const rows = await select(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename like '%\\_login'
       order by state = 'idle', random() limit 3`,
      );
      terminated += rows.length;
    }
    const report = await load.finish();
    await journal.close();
    const told = [...report.retries].map(([reason, count]) => `${reason} ${count}`).join(', ');
    t.comment(`${terminated} terminated, ${report.acknowledged} writes, sent again: ${told}`);
    t.same(report.refused, [], 'no write was refused');
    t.same(
      Object.keys(Object.fromEntries(report.retries)).filter((why) => why !== 'HTTP 503'),
      [],
    );
    const { promised, open } = await readJournal(journalFile);
    t.same(open, [], 'every write was acknowledged in the end');
    const issued = promised.filter(({ kind }) => kind === 'issue');
    const books = { issued, revoked: promised.filter(({ kind }) => kind === 'revoke') };
    t.ok(issued.length > 30, `${issued.length} credentials`);
    t.same(await readBack(client, books), []);
    t.same(await retryAll(client, books), []);
    t.same(sharedEntries(books), []);
    const { missing, excess } = await comparePublished(stack.file(), books, PUBLISHED_WITHIN_MS);
    t.same([missing, excess], [[], []]);
    t.same(stack.file().processes, before, 'no process ended');
    for (const name of SERVICES) {
      const log = readFileSync(join(stack.dataDir, 'logs', `${name}.log`), 'utf8');
      t.notMatch(log, /"status":500/, `${name} answered no 500`);
      // what is no line of the log is the report of an error that nobody caught
      const unstructured = log.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
      t.same(unstructured, [], `${name} said nothing but its log`);
    }
  },
);

async function startBehindProxy(t: Test, name: ServiceName) {
  const databaseUrl = environmentOf(stack.file().processes[name] as number)['DATABASE_URL'] ?? '';
  const proxy = await startDatabaseProxy(t, databaseUrl);
  const env = { DATABASE_URL: proxy.through(databaseUrl) };
  return { proxy, ...(await startReplica(t, stack, { name, env })) };
}

interface Cut {
  proxy: DatabaseProxy;
  ask: () => Promise<Answer>;
  /** of the transaction whose COMMIT is not confirmed */
  statement: RegExp;
  /** of the answer that the retry finds */
  status: number;
}

async function cutAndRetry(t: Test, { proxy, ask, statement, status }: Cut): Promise<Answer> {
  proxy.cutCommitOf(statement);
  const lost = await ask();
  t.equal(proxy.cuts(), 1, 'COMMIT was sent, and its reply never came');
  t.equal(lost.status, 503, lost.text);
  proxy.heal();
  const found = await ask();
  t.equal(found.status, status, found.text);
  const again = await ask();
  t.same([again.status, again.text], [status, found.text], 'and the same bytes once more');
  return found;
}

/** The same request each time, its Idempotency-Key included. */
async function write(url: string, body: unknown, token?: string) {
  const request = { body, token: token ?? (await client.token()), idempotencyKey: random.uuid() };
  return () => sendRequest(url, request);
}

function issueOne() {
  return client.send('issuer', '/v1/credentials', {
    body: { employeeId: EMPLOYEE, ...randomTraining(random, trust?.odsCode ?? '') },
    idempotencyKey: random.uuid(),
  });
}

async function select<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await database.query<Row>(text, values)).rows;
}

async function auditRows(schema: string, action: string, id: string): Promise<number> {
  const text = `select from ${schema}.audit where event like $1 and event like $2`;
  return (await select(text, `%"${action}"%`, `%${id}%`)).length;
}

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { createClient } from '../end-to-end/client.ts';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { searchLogs } from '../end-to-end/logs.ts';
import { startRunningStack } from '../end-to-end/running-stack.ts';
import { seededRandom } from '../seeded-random.ts';
import { auditOf } from './audit.ts';
import { type Books, comparePublished, readBack, retryAll, sharedEntries } from './find-again.ts';
import { openJournal, readJournal } from './journal.ts';
import { killByPlan, planKills } from './kills.ts';
import { credentialIdOf, type LoadReport, startLoad } from './load.ts';
import { startQuestions } from './questions.ts';

const KILLS = 20;
const WRITES_PER_SECOND = 50;
const MAX_OUTSTANDING = 300;
const RECOVERS_WITHIN_MS = 60_000;
const PUBLISHED_WITHIN_MS = 60_000;
const EMPLOYEE = 'FAULTS-0001';

// longer than the suite gives a file: a stack of its own, the kills, and everything read back
t.setTimeout(240_000);

const random = seededRandom();
t.comment(`SEED=${random.seed} repeats the order of the kills`);
const stack = await startRunningStack(t);
t.teardown(() => {
  if (!t.passing()) t.comment(`the launcher said:\n${stack.output()}`);
});
const [trust] = stack.file().clients;
if (trust === undefined) throw new Error('stack.json names no trust');
// A young token, so that the authorization server is needed throughout.
const client = createClient(stack.file(), { ...trust, tokenAge: 3_000 });
await bindHolder(client, createHolder(), EMPLOYEE);
const journalFile = join(stack.dataDir, 'journal.ndjson');
const books: Books = { issued: [], revoked: [] };

t.test('Under fifty writes a second, twenty kills are survived by every process', async (t) => {
  const plan = planKills(random, KILLS);
  t.comment(`kills: ${plan.map(({ victim }) => victim).join(' ')}`);
  const journal = await openJournal(journalFile);
  const load = startLoad({
    client,
    journal,
    random,
    employeeId: EMPLOYEE,
    odsCode: trust.odsCode,
    writesPerSecond: WRITES_PER_SECOND,
    maxOutstanding: MAX_OUTSTANDING,
  });
  const questions = startQuestions({ client, random, credentials: load.unrevoked });
  await wait(1_000);
  const returns = await killByPlan(stack, plan);
  for (const { victim, backAfter } of returns) {
    t.not(backAfter, undefined, `${victim} came back by itself (${backAfter} ms)`);
  }
  const answers = await questions.finish();
  const report = await Promise.race([
    load.finish(),
    wait(RECOVERS_WITHIN_MS, undefined, { ref: false }),
  ]);
  if (report === undefined) throw new Error('some writes were not acknowledged a minute later');
  await journal.close();
  tellOf(report);
  t.comment(`verifications: ${[...answers].map(([answer, n]) => `${answer} ${n}`).join(', ')}`);

  t.same(report.refused, [], 'no write was refused');
  const { promised, open, attempts } = await readJournal(journalFile);
  books.issued = promised.filter(({ kind }) => kind === 'issue');
  books.revoked = promised.filter(({ kind }) => kind === 'revoke');
  t.same(open, [], 'the journal holds no write that was never acknowledged');
  t.ok(attempts > promised.length, 'some writes had to be sent again, so the kills were felt');
  t.notOk(answers.has('fail'), 'no good credential was ever called bad');
  t.ok(answers.has('pass'), 'and many were called good');
  t.ok(books.issued.length > 100, `${books.issued.length} credentials were acknowledged`);
  t.ok(books.revoked.length > 5, `${books.revoked.length} revocations were acknowledged`);
});

t.test('Every service answers its readers again', async (t) => {
  for (const [name, url] of Object.entries(stack.file().services)) {
    const giveUp = performance.now() + RECOVERS_WITHIN_MS;
    let status = 0;
    while (status !== 200 && performance.now() < giveUp) {
      status = await fetch(`${url}/openapi.json`).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status !== 200) await wait(100);
    }
    t.equal(status, 200, name);
  }
});

t.test('Every acknowledged revocation, and no other, is in the published list', async (t) => {
  const { missing, excess } = await comparePublished(stack.file(), books, PUBLISHED_WITHIN_MS);
  t.same(missing, [], `${books.revoked.length} bits are set within a minute`);
  t.same(excess, [], 'no bit is set of a credential that nobody revoked');
});

t.test('Every acknowledged credential is read back as the same document', async (t) => {
  t.same(await readBack(client, books), []);
});

t.test('A retry of every acknowledged write answers the same bytes', async (t) => {
  t.same(await retryAll(client, books), []);
});

t.test('No status index was given to two credentials', async (t) => {
  t.same(sharedEntries(books), []);
});

t.test('The audit chains are whole and hold every acknowledged change', async (t) => {
  const since = new Date();
  // a last change on each chain, so that a checkpoint follows
  const [last] = books.issued;
  if (last === undefined) throw new Error('nothing was issued');
  const credential = await client.send('issuer', '/v1/credentials', {
    body: last.body,
    idempotencyKey: random.uuid(),
  });
  t.equal(credential.status, 201);
  const revoked = await client.send(
    'issuer',
    `/v1/credentials/${credentialIdOf(credential.text)}/status`,
    {
      body: { status: 'revoked', reason: 'issued-in-error' },
      idempotencyKey: random.uuid(),
    },
  );
  t.equal(revoked.status, 200);

  const [issuer, statusList] = await Promise.all([
    auditOf(stack, 'issuer', 'issuer', since),
    auditOf(stack, 'status-list', 'status_list', since),
  ]);
  t.equal(issuer.exitCode, 0, `issuer: ${issuer.words}`);
  t.equal(statusList.exitCode, 0, `status-list: ${statusList.words}`);
  const unrecorded = books.issued.filter(({ text }) => !issuer.rows.includes(credentialIdOf(text)));
  t.same(unrecorded, [], 'each acknowledged credential has its row');
});

t.test('No log holds a person, a claim or a token, whatever went wrong', async (t) => {
  for (const { name, lines, found } of searchLogs(stack, [EMPLOYEE, 'attainmentStatus', 'CSTF'])) {
    t.ok(lines > 0, `${name} has said something`);
    t.same(found, [], name);
  }
});

function tellOf({ seconds, acknowledged, longestPause, skipped, retries }: LoadReport): void {
  const rate = (acknowledged / seconds).toFixed(1);
  t.comment(
    `${acknowledged} writes acknowledged in ${seconds.toFixed(0)} s of load: ${rate} a second`,
  );
  t.comment(`${skipped} not begun because ${MAX_OUTSTANDING} were waiting`);
  t.comment(`longest pause without an acknowledged write: ${Math.round(longestPause)} ms`);
  const told = [...retries].map(([reason, count]) => `${reason} ${count}`).join(', ');
  t.comment(`sent again because of: ${told}`);
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client as PgClient } from 'pg';
import t from 'tap';
import type { StatusBatch } from '#api/status-batches';
import type { RegistryChange } from '#api/registry-changes';
import type { Event, Verification } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import { createPersonClient } from '../../deploy/local/people.ts';
import { type Answer, createClient } from './client.ts';
import { randomTraining } from './claims.ts';
import { bindHolder, createHolder } from './holder.ts';
import { startRunningStack } from './running-stack.ts';
import { fetchBits, isSet, revocationEntry } from './status-lists.ts';
import { seededRandom } from '../seeded-random.ts';

const DOMAIN = 'https://recruitment.brackendale.example';
const AT_ONCE = 1_000;
const OF_THE_SAME = 50;
const WITHIN_MS = 60_000;

t.setTimeout(300_000);

const random = seededRandom();
t.comment(`SEED=${random.seed} repeats the claims`);
const running = await startRunningStack(t);
const stack = running.file();
const [employerTrust, hostTrust] = stack.clients;
if (!employerTrust || !hostTrust) throw new Error('stack.json names trusts');
const employer = createClient(stack, employerTrust);
const host = createClient(stack, hostTrust);
const [maker, approver] = stack.people
  .filter(({ odsCode }) => odsCode === 'QZN')
  .map((person) => createPersonClient(stack, person));
const [officer, manager] = stack.people
  .filter(({ odsCode }) => odsCode === employerTrust.odsCode)
  .map((person) => createPersonClient(stack, person));
if (!maker || !approver || !officer || !manager) throw new Error('stack.json names people');
const database = new PgClient({
  connectionString: readFileSync(join(running.dataDir, 'secrets/database-url'), 'utf8'),
});
await database.connect();
t.teardown(() => database.end());

const employeeId = `EMP-${random.uuid()}`;
const holder = createHolder();
await bindHolder(employer, holder, employeeId);

t.test('A change of the registry takes two people, and machines are none', async (t) => {
  const operations = [
    {
      operation: 'accredit',
      odsCode: 'ZZC03',
      credentialType: 'ConflictResolutionCredential',
      action: 'issue',
      evidence: 'agreement of today',
    },
  ];
  const proposed = await maker.post('trust-registry', '/v1/changes', { operations });
  t.equal(proposed.status, 201, proposed.text);
  const change = proposed.body as unknown as RegistryChange;
  const approval = `/v1/changes/${change.id}/approval`;

  const own = await maker.post('trust-registry', approval, {});
  t.equal(own.status, 403);
  t.equal(own.body['code'], 'SELF_APPROVAL_REFUSED');
  const machine = await createClient(stack, stack.administrator).send(
    'trust-registry',
    approval,
    write({}),
  );
  t.equal(machine.status, 403, machine.text);
  t.equal(
    await isAccredited('ZZC03', 'ConflictResolutionCredential'),
    false,
    'nothing has happened',
  );

  const other = await approver.post('trust-registry', approval, {});
  t.equal(other.status, 200, other.text);
  t.equal(await isAccredited('ZZC03', 'ConflictResolutionCredential'), true);
});

t.test(
  'A thousand revocations at once of different credentials all hold, each with one audit row',
  async (t) => {
    const credentials = await mintMany(AT_ONCE);
    const answers = await Promise.all(credentials.map((each) => changeStatus(each, 'revoked')));
    const refused = answers.filter(({ status }) => status !== 200);
    t.equal(refused.length, 0, refused[0]?.text ?? 'all are answered 200');
    const rows = await auditRows('credential.revoked', credentials);
    t.equal(rows.length, AT_ONCE);
    t.equal(new Set(rows).size, AT_ONCE);
    t.ok(await published(credentials), 'the published lists have every bit');
  },
);

t.test(
  'Fifty revocations at once of the same credential are one change and one audit row',
  async (t) => {
    const [credential] = await mintMany(1);
    if (credential === undefined) throw new Error('nothing was minted');
    const answers = await Promise.all(
      Array.from({ length: OF_THE_SAME }, () => changeStatus(credential, 'revoked')),
    );
    t.same(new Set(answers.map(({ status }) => status)), new Set([200]));
    t.equal(new Set(answers.map(({ text }) => text)).size, 1, 'one answer, fifty times');
    t.equal((await auditRows('credential.revoked', [credential])).length, 1);
    const { rows } = await database.query<{ count: string }>(
      `select count(*) from status_list.changes where index = $1 and list_id = $2`,
      [Number(revocationEntry(credential).statusListIndex), listIdOf(credential)],
    );
    t.equal(Number(rows[0]?.count), 1, 'and one change of the list');
  },
);

t.test(
  'A batch over the limit waits for a second person, suspends at first, and can be undone',
  async (t) => {
    const label = `rotation-${random.uuid()}`;
    const credentials = await mintMany(30, label);
    const preview = await officer.post('issuer', '/v1/status-batches', {
      select: { batch: label },
      status: 'revoked',
      reason: 'issued-in-error',
      holderText: 'Your trust issued these twice.',
      internalNote: 'duplicate import',
    });
    t.equal(preview.status, 201, preview.text);
    const batch = preview.body as unknown as StatusBatch;
    t.match(batch, { state: 'previewed', count: 30, approvalNeeded: true });
    const at = (step: string) => `/v1/status-batches/${batch.id}/${step}`;
    const confirmed = await officer.post('issuer', at('confirmation'), {});
    t.equal((confirmed.body as unknown as StatusBatch).state, 'awaiting-approval', confirmed.text);
    const own = await officer.post('issuer', at('approval'), {});
    t.equal(own.body['code'], 'SELF_APPROVAL_REFUSED', own.text);
    t.equal((await manager.post('issuer', at('approval'), {})).status, 200);

    t.ok(await becomes(batch.id, 'undo-window'));
    t.same(await statesOf(credentials), new Set(['suspended']));
    const undone = await officer.post('issuer', at('undo'), {});
    t.equal(undone.status, 200, undone.text);
    t.ok(await becomes(batch.id, 'undone'));
    t.same(await statesOf(credentials), new Set(['active']));
  },
);

t.test('Who relied on a credential is told when it is revoked, and nobody else is', async (t) => {
  const [credential] = await mintMany(1);
  if (credential === undefined) throw new Error('nothing was minted');
  const before = await present([credential]);
  t.equal(before.overall, 'pass');
  t.equal((await changeStatus(credential, 'revoked')).status, 200);
  const event = await eventually(async () =>
    (await eventsOf(host)).find(({ subject }) => subject === credential['id']),
  );
  t.match(event, {
    specversion: '1.0',
    data: { credentialId: credential['id'], statusPurpose: 'revocation', value: true },
  });
  t.notMatch(JSON.stringify(event), holder.did, 'ids of credentials only');
  t.same(await eventsOf(employer), [], 'its issuer learns nothing of who relied on it');
});

function write(body: unknown) {
  return { body, idempotencyKey: randomUUID() };
}

async function isAccredited(odsCode: string, credentialType: string): Promise<boolean> {
  const answer = await employer.send('trust-registry', `/v1/organisations/${odsCode}`);
  const { accreditations } = answer.json() as { accreditations: JsonObject[] };
  return accreditations.some(
    (each) => each['credentialType'] === credentialType && each['action'] === 'issue',
  );
}

async function mintMany(count: number, batch?: string): Promise<JsonObject[]> {
  const credentials: JsonObject[] = [];
  const work = async () => {
    while (credentials.length < count) {
      const training = randomTraining(random, employerTrust?.odsCode ?? '');
      const body = { employeeId, ...training, ...(batch !== undefined && { batch }) };
      const place = credentials.push({}) - 1;
      const minted = await employer.send('issuer', '/v1/credentials', write(body));
      if (minted.status !== 201) throw new Error(`Not minted: ${minted.text}`);
      credentials[place] = minted.json()['verifiableCredential'] as JsonObject;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return credentials;
}

function uuidOf(credential: JsonObject): string {
  return (credential['id'] as string).replace('urn:uuid:', '');
}

function listIdOf(credential: JsonObject): string {
  return revocationEntry(credential).statusListCredential.split('/').at(-1) ?? '';
}

function changeStatus(credential: JsonObject, status: string): Promise<Answer> {
  const path = `/v1/credentials/${uuidOf(credential)}/status`;
  return employer.send('issuer', path, write({ status, reason: 'issued-in-error' }));
}

async function auditRows(action: string, credentials: JsonObject[]): Promise<string[]> {
  const { rows } = await database.query<{ credential: string }>(
    `select event::jsonb -> 'subject' ->> 'credential' as credential from issuer.audit
     where event::jsonb ->> 'action' = $1 and event::jsonb -> 'subject' ->> 'credential' = any($2)`,
    [action, credentials.map(uuidOf)],
  );
  return rows.map(({ credential }) => credential);
}

async function published(credentials: JsonObject[]): Promise<boolean> {
  const lists = new Set(credentials.map((each) => revocationEntry(each).statusListCredential));
  const all = await eventually(async () => {
    const bits = new Map<string, Uint8Array>();
    for (const list of lists) bits.set(list, await fetchBits(stack, list));
    const isIn = (entry: ReturnType<typeof revocationEntry>) =>
      isSet(bits.get(entry.statusListCredential) ?? new Uint8Array(), entry);
    return credentials.map(revocationEntry).every(isIn) || undefined;
  });
  return all === true;
}

async function becomes(batchId: string, state: StatusBatch['state']): Promise<boolean> {
  const path = `/v1/status-batches/${batchId}`;
  const found = await eventually(async () => {
    const { state: now } = (await employer.send('issuer', path)).json() as unknown as StatusBatch;
    return now === state || undefined;
  });
  return found === true;
}

async function statesOf(credentials: JsonObject[]): Promise<Set<string>> {
  const { rows } = await database.query<{ status: string }>(
    'select distinct status from issuer.credentials where id = any($1)',
    [credentials.map(uuidOf)],
  );
  return new Set(rows.map(({ status }) => status));
}

async function present(verifiableCredential: JsonObject[]): Promise<Verification> {
  const asked = await host.send('verifier', '/challenges', write({}));
  const options = { challenge: asked.json()['challenge'] as string, domain: DOMAIN };
  const verifiablePresentation = await holder.present({ ...options, verifiableCredential });
  const answer = await host.send(
    'verifier',
    '/v1/verifications',
    write({ verifiablePresentation, options }),
  );
  return answer.json() as unknown as Verification;
}

async function eventsOf(trust: typeof host): Promise<Event[]> {
  const answer = await trust.send('verifier', '/v1/events');
  if (answer.status !== 200) throw new Error(answer.text);
  return (answer.json() as unknown as { items: Event[] }).items;
}

/** Asks again until there is an answer; undefined after a minute. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const giveUp = performance.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > giveUp) return answer;
    await wait(100);
  }
}

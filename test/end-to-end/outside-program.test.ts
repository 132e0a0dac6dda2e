import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import type { Verification } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import { seededRandom } from '../seeded-random.ts';
import { randomTraining } from './claims.ts';
import { createClient, sendRequest } from './client.ts';
import { bindHolder, createHolder, type Holder } from './holder.ts';
import { searchLogs } from './logs.ts';
import { processTree, stillRunning } from './processes.ts';
import { startRunningStack } from './running-stack.ts';
import { fetchBits, isSet, revocationEntry } from './status-lists.ts';

const DOMAIN = 'https://recruitment.brackendale.example';
const PUBLISHED_WITHIN_MS = 60_000;

t.setTimeout(180_000);

const random = seededRandom();
t.comment(`SEED=${random.seed} repeats the claims and the choices`);
const running = await startRunningStack(t);
const stack = running.file();
const [employerTrust, hostTrust, thirdTrust] = stack.clients;
if (!employerTrust || !hostTrust || !thirdTrust) throw new Error('stack.json names three trusts');
const employer = createClient(stack, employerTrust);
const host = createClient(stack, hostTrust);

// What a log must never hold: each is found nowhere else.
const employeeId = `EMP-${random.uuid()}`;
const canary = `canary ${random.uuid()}`;
const holder = createHolder();
const credentials: JsonObject[] = [];
let revoked: JsonObject | undefined;

t.test('A new holder is bound to an employee', async (t) => {
  await bindHolder(employer, holder, employeeId);
  const again = createHolder();
  const asked = await employer.send('issuer', '/v1/holders/challenges', write({}));
  const { challenge, domain } = asked.json() as { challenge: string; domain: string };
  const verifiablePresentation = await again.present({ challenge, domain });
  const elsewhere = { ...verifiablePresentation, holder: holder.did };
  const answer = await employer.send(
    'issuer',
    '/v1/holders',
    write({ employeeId, verifiablePresentation: elsewhere }),
  );
  t.equal(answer.json()['code'], 'KEY_PROOF_INVALID', "nobody binds somebody else's key");
});

t.test('Thirty credentials are minted from claims, and all thirty pass', async (t) => {
  for (let n = 0; n < 30; n += 1) {
    const { type, claims } = randomTraining(random, employerTrust.odsCode);
    const minted = await mint({ employeeId, type, claims: { ...claims, learningMethod: canary } });
    t.equal(minted.status, 201, minted.status === 201 ? type : minted.text);
    const credential = credentialOf(minted.json());
    t.match(credential['credentialSubject'], { ...claims, learningMethod: canary, id: holder.did });
    credentials.push(credential);
  }
  const answer = await verify(await present(holder, credentials));
  t.equal(answer.overall, 'pass');
  t.equal(answer.holder, holder.did);
  t.same(
    overallOf(answer),
    Array.from(credentials, () => 'pass'),
  );
});

t.test('One is revoked: twenty-nine pass and the one says CREDENTIAL_REVOKED', async (t) => {
  const chosen = random.pick(credentials);
  revoked = chosen;
  const path = `/v1/credentials/${uuidOf(chosen)}/status`;
  const change = { status: 'revoked', reason: 'issued-in-error' };
  const answer = await employer.send('issuer', path, write(change));
  t.equal(answer.status, 200, answer.text);
  t.ok(await isPublished(chosen), 'the published list shows it');
  await wait(stack.times.statusFreshness);

  const verification = await verify(await present(holder, credentials));
  t.equal(verification.overall, 'fail');
  const bad = verification.credentials.filter(({ overall }) => overall !== 'pass');
  t.equal(verification.credentials.length - bad.length, 29);
  t.same(
    bad.map(({ credentialId }) => credentialId),
    [chosen['id']],
  );
  t.same(failedCodes(verification), ['CREDENTIAL_REVOKED']);
});

t.test('A changed claim is PROOF_VERIFICATION_ERROR', async (t) => {
  const good = untouched();
  t.equal((await verify({ verifiableCredential: good })).overall, 'pass');
  const subject = { ...(good['credentialSubject'] as JsonObject), dateLastAwarded: '2026-10-31' };
  const answer = await verify({ verifiableCredential: { ...good, credentialSubject: subject } });
  t.equal(answer.overall, 'fail');
  t.ok(failedCodes(answer).includes('PROOF_VERIFICATION_ERROR'), failedCodes(answer).join());
});

t.test('A type for which its signer is not accredited is ISSUER_NOT_ACCREDITED', async (t) => {
  const foreign = stack.examples['notAccredited'] as JsonObject;
  const answer = await verify({ verifiableCredential: foreign });
  t.equal(answer.overall, 'fail');
  t.same(failedCodes(answer), ['ISSUER_NOT_ACCREDITED'], 'and nothing else is wrong with it');
});

t.test('A replayed challenge is CHALLENGE_USED', async (t) => {
  const request = await present(holder, [untouched()]);
  t.equal((await verify(request)).overall, 'pass');
  const answer = await verify(request);
  t.equal(answer.overall, 'fail');
  t.same(failedCodes(answer), ['CHALLENGE_USED']);
});

t.test("Another key's presentation of them is HOLDER_MISMATCH", async (t) => {
  const answer = await verify(await present(createHolder(), [untouched()]));
  t.equal(answer.overall, 'fail');
  t.same(failedCodes(answer), ['HOLDER_MISMATCH']);
});

t.test('An unknown term is UNKNOWN_TERM, which names it', async (t) => {
  const { credential } = stack.examples['issue'] as { credential: JsonObject };
  const good = await employer.send('issuer', '/credentials/issue', { body: { credential } });
  t.equal(good.status, 201, good.text);
  const subject = { ...(credential['credentialSubject'] as JsonObject), favouriteColour: canary };
  const answer = await employer.send('issuer', '/credentials/issue', {
    body: { credential: { ...credential, credentialSubject: subject } },
  });
  t.equal(answer.status, 422);
  t.match(answer.contentType, 'application/problem+json');
  t.equal(answer.json()['code'], 'UNKNOWN_TERM');
  t.match(answer.text, 'favouriteColour');
});

t.test('Fifty equal requests at once make one credential and fifty equal bodies', async (t) => {
  const person = createHolder();
  const somebody = `EMP-${random.uuid()}`;
  await bindHolder(employer, person, somebody);
  const { type, claims } = randomTraining(random, employerTrust.odsCode);
  const request = write({ employeeId: somebody, type, claims });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => employer.send('issuer', '/v1/credentials', request)),
  );
  t.same([...new Set(answers.map(({ status }) => status))], [201]);
  t.equal(new Set(answers.map(({ text }) => text)).size, 1);
  const found = await employer.send('issuer', `/v1/credentials?employeeId=${somebody}`);
  t.equal((found.json()['items'] as unknown[]).length, 1);
});

t.test("Another trust's credential is not found", async (t) => {
  const id = uuidOf(untouched());
  t.equal((await employer.send('issuer', `/credentials/${id}`)).status, 200);
  const read = await host.send('issuer', `/credentials/${id}`);
  t.equal(read.status, 404);
  t.equal(read.json()['code'], 'NOT_FOUND');
  const change = write({ status: 'revoked', reason: 'unspecified' });
  t.equal((await host.send('issuer', `/v1/credentials/${id}/status`, change)).status, 404);
  t.notOk(await bitOf(untouched()), 'nor revoked');
});

t.test('Without a token nothing is said', async (t) => {
  for (const token of [undefined, 'eyJhbGciOiJub25lIn0.e30.']) {
    const url = `${stack.services['issuer']}/credentials/${uuidOf(untouched())}`;
    const answer = await sendRequest(url, { token });
    t.equal(answer.status, 401);
    t.equal(answer.json()['code'], 'UNAUTHORIZED');
  }
});

t.test('A subject who proved no key is HOLDER_NOT_BOUND', async (t) => {
  const { credential } = stack.examples['issue'] as { credential: JsonObject };
  const subject = { ...(credential['credentialSubject'] as JsonObject), id: createHolder().did };
  const answer = await employer.send('issuer', '/credentials/issue', {
    body: { credential: { ...credential, credentialSubject: subject } },
  });
  t.equal(answer.status, 422);
  t.equal(answer.json()['code'], 'HOLDER_NOT_BOUND');
});

t.test('While the status list service is stopped every credential is unknown', async (t) => {
  const pid = running.file().processes['status-list'];
  if (pid === undefined) throw new Error('stack.json does not tell the process');
  const before = await verify(await present(holder, credentials));
  t.equal(before.credentials.filter(({ overall }) => overall === 'pass').length, 29);

  process.kill(pid, 'SIGSTOP');
  try {
    await wait(stack.times.statusFreshness + 500);
    const answer = await verify(await present(holder, credentials));
    t.same(
      overallOf(answer),
      Array.from(credentials, () => 'unknown'),
    );
    t.equal(answer.overall, 'unknown');
    for (const { checks } of answer.credentials) {
      const unsure = checks.filter(({ outcome }) => outcome === 'unknown');
      t.same(
        unsure.map(({ check }) => check),
        ['status'],
      );
      t.match(unsure[0]?.code, /^STATUS_(RETRIEVAL_ERROR|LIST_STALE)$/);
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await wait(stack.times.statusFreshness);
  const after = await verify(await present(holder, credentials));
  t.equal(after.credentials.filter(({ overall }) => overall === 'pass').length, 29);
  t.same(failedCodes(after), ['CREDENTIAL_REVOKED']);
});

t.test('No log holds a holder, an employee, a claim or a token', async (t) => {
  const secrets = [holder.did, employeeId, canary, await employer.token(), await host.token()];
  const logs = searchLogs(running, secrets);
  t.equal(logs.length, 6, 'five services and the launcher have a log');
  for (const { name, lines, found } of logs) {
    t.ok(lines > 0, `${name} has said something`);
    t.same(found, [], name);
  }
});

t.test('SIGTERM to the launcher leaves no process behind', async (t) => {
  const processes = [...processTree(running.pid), ...Object.values(running.file().processes)];
  t.ok(new Set(processes).size >= 7, 'launcher, PostgreSQL and five services were running');
  t.equal(await running.stop(), 0);
  // PostgreSQL's guard is killed last and needs a moment to be gone
  for (let n = 0; n < 50 && stillRunning(processes).length > 0; n += 1) await wait(100);
  t.same(stillRunning(processes), []);
});

function write(body: unknown) {
  return { body, idempotencyKey: randomUUID() };
}

function mint(body: unknown) {
  return employer.send('issuer', '/v1/credentials', write(body));
}

function credentialOf(body: Record<string, unknown>): JsonObject {
  return body['verifiableCredential'] as JsonObject;
}

function uuidOf(credential: JsonObject): string {
  return (credential['id'] as string).replace('urn:uuid:', '');
}

/** Any that nobody has revoked. */
function untouched(): JsonObject {
  return random.pick(credentials.filter((credential) => credential !== revoked));
}

async function present(by: Holder, verifiableCredential: JsonObject[]) {
  const asked = await host.send('verifier', '/challenges', { body: {} });
  const options = { challenge: (asked.json() as { challenge: string }).challenge, domain: DOMAIN };
  return {
    verifiablePresentation: await by.present({ ...options, verifiableCredential }),
    options,
  };
}

async function verify(request: unknown): Promise<Verification> {
  const answer = await host.send('verifier', '/v1/verifications', { body: request });
  if (answer.status !== 200) throw new Error(`The verifier: ${answer.status} ${answer.text}`);
  return answer.json() as unknown as Verification;
}

function overallOf({ credentials: each }: Verification): string[] {
  return each.map(({ overall }) => overall);
}

function failedCodes(answer: Verification): string[] {
  return [answer, ...answer.credentials]
    .flatMap(({ checks }) => checks)
    .filter(({ outcome }) => outcome === 'fail')
    .map(({ code }) => code ?? 'no code');
}

async function bitOf(credential: JsonObject): Promise<boolean> {
  const entry = revocationEntry(credential);
  return isSet(await fetchBits(stack, entry.statusListCredential), entry);
}

async function isPublished(credential: JsonObject): Promise<boolean> {
  const giveUp = performance.now() + PUBLISHED_WITHIN_MS;
  while (performance.now() < giveUp) {
    if (await bitOf(credential)) return true;
    await wait(100);
  }
  return false;
}

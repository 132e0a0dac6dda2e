import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeBitstring, readBit } from '#status/bitstring';
import type { Verification } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import {
  createReporter,
  credentialOf,
  failures,
  idOf,
  passed,
  presentTo,
  subjectOf,
  typeOf,
  verify,
  verifyCredential,
} from './demo-calls.ts';
import { notAccreditedExample } from './examples.ts';
import { bindHolder, createHolder, type Holder } from './holder.ts';
import { createHrClient, type StackFile } from './hr-client.ts';
import { ROOT } from './layout.ts';
import { must } from './seed.ts';

export interface DemoContext {
  stack: StackFile;
  print: (line: string) => void;
}

const SAMPLES = join(ROOT, 'deploy/samples/ashmere');
const HOST_DOMAIN = 'https://recruitment.brackendale.example';
const REVOKED = 1;

/** The main job, step by step. Resolves to false when any step did not answer as it must. */
export async function runDemo({ stack, print }: DemoContext): Promise<boolean> {
  const { expect, good: allHeld } = createReporter(print);
  const [ashmere, brackendale, corvale] = stack.clients;
  if (!ashmere || !brackendale || !corvale) throw new Error('the sample cell has three trusts');
  const employer = createHrClient(stack, ashmere);
  const host = createHrClient(stack, brackendale);
  const share = (holder: Holder, verifiableCredential: JsonObject[]) =>
    presentTo(host, holder, { verifiableCredential, domain: HOST_DOMAIN });

  print(`1. ${ashmere.name}'s HR system gets an access token (private_key_jwt, no shared secret)`);
  expect(
    (await employer.token()).split('.').length === 3,
    `a token that names the trust ${ashmere.odsCode}`,
  );

  const employee = readJson(join(SAMPLES, 'employee.json')) as {
    id: string;
    firstName: string;
    surname: string;
  };
  print(
    `2. Dr ${employee.firstName} ${employee.surname}'s wallet proves that it holds its key; HR binds it to the employee`,
  );
  const doctor = createHolder();
  await bindHolder(employer, doctor, employee.id);
  expect(true, `bound ${doctor.did.slice(0, 24)}… to employee ${employee.id}`);

  const records = readdirSync(join(SAMPLES, 'records')).toSorted();
  print(`3. HR mints a credential from each of its ${records.length} workforce records`);
  const credentials: JsonObject[] = [];
  for (const file of records) {
    const record = readJson(join(SAMPLES, 'records', file));
    const minted = await employer.post('issuer', '/v1/credentials', {
      employeeId: employee.id,
      record,
    });
    credentials.push(credentialOf(must(minted, 201).body));
  }
  expect(
    credentials.length === 30,
    `${credentials.length} credentials, each with its own status entry`,
  );

  print(
    `4. ${brackendale.name} asks; the doctor signs one presentation of all of them; the host verifies it`,
  );
  const first = await share(doctor, credentials);
  const before = await verify(host, first);
  expect(
    passed(before) === 30 && before.overall === 'pass',
    `${passed(before)} of ${before.credentials.length} good`,
  );

  const revoked = credentials[REVOKED] as JsonObject;
  print(`5. ${ashmere.name} revokes one: ${typeOf(revoked)}, issued in error`);
  const change = { status: 'revoked', reason: 'issued-in-error' };
  const path = `/v1/credentials/${idOf(revoked).replace('urn:uuid:', '')}/status`;
  must(await employer.post('issuer', path, change), 200);
  const seen = await waitForPublishedBit(stack, revoked);
  expect(seen !== undefined, `the published status list shows it after ${seen ?? '?'} ms`);
  await wait(stack.times.statusFreshness);

  print('6. The host asks again and checks again');
  const after = await verify(host, await share(doctor, credentials));
  const bad = after.credentials.filter(({ overall }) => overall !== 'pass');
  const codes = bad.flatMap(({ checks }) => failures(checks));
  expect(passed(after) === 29 && bad.length === 1, `${passed(after)} good, ${bad.length} not`);
  expect(
    bad[0]?.credentialId === revoked['id'],
    `the one: ${codes.join(', ')} (${typeOf(revoked)})`,
  );

  print('7. What must be refused is refused');
  const good = credentials[0] as JsonObject;
  const sound = await verifyCredential(host, good);
  expect(sound.overall === 'pass', 'an untouched credential by itself: pass');
  const changed = {
    ...good,
    credentialSubject: { ...subjectOf(good), dateLastAwarded: '2026-11-01' },
  };
  refusal('a changed claim', await verifyCredential(host, changed), 'PROOF_VERIFICATION_ERROR');
  const foreign = await notAccreditedExample(stack, corvale, doctor.did);
  const what = `${typeOf(foreign)} signed by ${corvale.name}, which is accredited for fire safety only`;
  refusal(what, await verifyCredential(host, foreign), 'ISSUER_NOT_ACCREDITED');
  const once = await share(doctor, [good]);
  expect((await verify(host, once)).overall === 'pass', 'a presentation of one credential: pass');
  refusal('the same again, a replayed challenge', await verify(host, once), 'CHALLENGE_USED');
  const stolen = await share(createHolder(), credentials.slice(0, 1));
  refusal('a presentation by another key', await verify(host, stolen), 'HOLDER_MISMATCH');

  return allHeld();

  function refusal(line: string, verification: Verification, code: string): void {
    const found = [verification, ...verification.credentials].flatMap(({ checks }) =>
      failures(checks),
    );
    expect(
      verification.overall === 'fail' && found.includes(code),
      `${line}: refused, ${found.join(', ')}`,
    );
  }
}

function readJson(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
}

/** Reads the list that everybody reads, without a token, until the bit is set. */
async function waitForPublishedBit(
  stack: StackFile,
  credential: JsonObject,
): Promise<number | undefined> {
  const [entry] = credential['credentialStatus'] as {
    statusListCredential: string;
    statusListIndex: string;
  }[];
  if (entry === undefined) return undefined;
  const url = entry.statusListCredential.replace(
    stack.publicOrigin,
    stack.services['status-list'] ?? '',
  );
  const began = performance.now();
  while (performance.now() - began < 60_000) {
    const list = (await (await fetch(url)).json()) as {
      credentialSubject: { encodedList: string };
    };
    const bits = decodeBitstring(list.credentialSubject.encodedList);
    if (readBit(bits, Number(entry.statusListIndex))) return Math.round(performance.now() - began);
    await wait(50);
  }
  return undefined;
}

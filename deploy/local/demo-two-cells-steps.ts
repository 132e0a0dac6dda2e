import { setTimeout as wait } from 'node:timers/promises';
import { findCredentialType } from '#catalogue/catalogue';
import type { CredentialVerification } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import { createReporter, credentialOf, failures, idOf, verifyCredential } from './demo-calls.ts';
import { bindHolder, createHolder } from './holder.ts';
import { createHrClient, type HrClient, type StackFile } from './hr-client.ts';
import { must } from './seed.ts';

export interface TwoCells {
  north: StackFile;
  south: StackFile;
  print: (line: string) => void;
}

const EMPLOYEE = 'DOCTOR-0001';
const TYPE = 'FireSafetyCredential';
const GIVE_UP_MS = 60_000;

/** Two cells and what each knows of the other. Resolves to false when any step did not answer as it must. */
export async function runTwoCells({ north, south, print }: TwoCells): Promise<boolean> {
  const { expect, good } = createReporter(print);
  const [ashmere] = north.clients;
  const [dunmarsh] = south.clients;
  if (!ashmere || !dunmarsh) throw new Error('each sample cell has trusts');
  const inNorth = createHrClient(north, ashmere);
  const inSouth = createHrClient(south, dunmarsh);

  print(
    `1. ${ashmere.name} (Northmoor) mints; ${dunmarsh.name} (Southmere) checks at its own verifier`,
  );
  const ofNorth = await mint(inNorth);
  const first = await check(inSouth, ofNorth);
  expect(first.overall === 'pass', `${first.overall}, by what Southmere holds of ${cellOf(first)}`);

  print(`2. And the other way round`);
  const second = await check(inNorth, await mint(inSouth));
  expect(
    second.overall === 'pass',
    `${second.overall}, by what Northmoor holds of ${cellOf(second)}`,
  );

  const registry = north.processes['trust-registry'];
  if (registry === undefined) throw new Error('the registry has no process');
  process.kill(registry, 'SIGSTOP');
  try {
    print("3. Northmoor's registry stops answering; Southmere goes on with the snapshot it holds");
    await wait(south.times.registryFreshness);
    const later = await check(inSouth, ofNorth);
    expect(
      later.overall === 'pass' && (later.registry?.ageMs ?? 0) >= south.times.registryFreshness,
      `${later.overall}, by a state of the registry ${seconds(later.registry?.ageMs)} old`,
    );

    print('4. A revocation in Northmoor is still seen in Southmere');
    const revoked = await mint(inNorth).catch(() => ofNorth);
    expect(revoked === ofNorth, 'Northmoor mints nothing new while it cannot ask its registry');
    const path = `/v1/credentials/${idOf(ofNorth).replace('urn:uuid:', '')}/status`;
    must(
      await inNorth.post('issuer', path, { status: 'suspended', reason: 'under-investigation' }),
      200,
    );
    const suspended = await until(
      () => check(inSouth, ofNorth),
      ({ checks }) => failures(checks).includes('CREDENTIAL_SUSPENDED'),
    );
    expect(
      suspended.overall === 'fail',
      `${suspended.overall}: ${failures(suspended.checks).join()}`,
    );
    must(
      await inNorth.post('issuer', path, { status: 'active', reason: 'investigation-closed' }),
      200,
    );
    const reinstated = await until(
      () => check(inSouth, ofNorth),
      ({ overall }) => overall === 'pass',
    );
    expect(reinstated.overall === 'pass', `the suspension is lifted: ${reinstated.overall}`);

    print(`5. After ${seconds(south.times.registryStaleLimit)} the snapshot is too old to rely on`);
    const stale = await until(
      () => check(inSouth, ofNorth),
      ({ overall }) => overall === 'unknown',
    );
    expect(
      stale.overall === 'unknown' && codes(stale).includes('REGISTRY_STALE'),
      `${stale.overall}: ${codes(stale).join(', ')}`,
    );
  } finally {
    process.kill(registry, 'SIGCONT');
  }

  print("6. Northmoor's registry answers again");
  const again = await until(
    () => check(inSouth, ofNorth),
    ({ overall }) => overall === 'pass',
  );
  expect(
    again.overall === 'pass',
    `${again.overall}, by a state ${seconds(again.registry?.ageMs)} old`,
  );
  return good();
}

async function mint(employer: HrClient): Promise<JsonObject> {
  await bindHolder(employer, createHolder(), EMPLOYEE);
  const claims = findCredentialType(TYPE)?.example;
  const body = { employeeId: EMPLOYEE, type: TYPE, claims };
  return credentialOf(must(await employer.post('issuer', '/v1/credentials', body), 201).body);
}

async function check(host: HrClient, credential: JsonObject): Promise<CredentialVerification> {
  const [verified] = (await verifyCredential(host, credential)).credentials;
  if (verified === undefined) throw new Error('the verifier answered about no credential');
  return verified;
}

/** Asks until the answer is the one that is waited for; gives the last answer up after a minute. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const giveUp = performance.now() + GIVE_UP_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer) || performance.now() > giveUp) return answer;
    await wait(200);
  }
}

function cellOf({ registry }: CredentialVerification): string {
  return registry?.authority ?? 'no registry';
}

function codes({ checks }: CredentialVerification): string[] {
  return checks.flatMap(({ code }) => code ?? []);
}

function seconds(milliseconds = 0): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

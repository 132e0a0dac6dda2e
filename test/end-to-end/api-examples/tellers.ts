import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHolder, bindHolder } from '../../../deploy/local/holder.ts';
import {
  type Answer,
  createHrClient,
  type HrClient,
  type StackFile,
} from '../../../deploy/local/hr-client.ts';
import { createPersonClient } from '../../../deploy/local/people.ts';
import { must } from '../../../deploy/local/seed.ts';
import type { Teller } from './story.ts';

const INVITED = 'ZZD04';
const TYPE = 'FireSafetyCredential';

export type Tellers = Record<Exclude<Teller, 'nobody' | 'dunmere'>, HrClient> & {
  dunmere?: HrClient;
};

/** Everybody who sends something, but the trust that the story invites. */
export function createTellers(stack: StackFile, dataDir: string): Tellers {
  const system = (at: number) => createHrClient(stack, required(stack.clients[at]));
  const person = (at: number) => createPersonClient(stack, required(stack.people[at]));
  const secret = (name: string) => join(dataDir, 'secrets', name);
  const service = (name: string) =>
    createHrClient(stack, {
      clientId: readFileSync(secret(`${name}-service.client.id`), 'utf8').trim(),
      privateKeyFile: secret(`${name}-service.client.jwk`),
    });
  return {
    ashmere: system(0),
    brackendale: system(1),
    administrator: createHrClient(stack, stack.administrator),
    'issuer-service': service('issuer'),
    'status-list-service': service('status-list'),
    maker: person(0),
    approver: person(1),
    officer: person(2),
    manager: person(3),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('stack.json names trusts and people');
  return value;
}

/**
 * All that must be agreed to and done before an invited trust can show that it issues.
 * @returns its HR system, and a credential that it has just issued
 */
export async function prepareTestIssue(
  stack: StackFile,
  dataDir: string,
  { administrator, maker, approver }: Tellers,
  claims: unknown,
): Promise<{ dunmere: HrClient; verifiableCredential: unknown }> {
  const operations: Record<string, unknown>[] = [
    {
      operation: 'accredit',
      odsCode: INVITED,
      credentialType: TYPE,
      action: 'issue',
      evidence: 'agreement of today',
    },
  ];
  for (const purpose of ['assertion', 'status']) {
    operations.push(await pinKey(administrator, purpose));
  }
  const proposed = must(await maker.post('trust-registry', '/v1/changes', { operations }), 201);
  const approval = `/v1/changes/${String(proposed.body['id'])}/approval`;
  must(await approver.post('trust-registry', approval, {}), 200);
  const dunmere = await registerSystem(stack, dataDir, administrator);
  const employeeId = 'TEST-0001';
  await bindHolder(dunmere, createHolder(), employeeId);
  const body = { employeeId, type: TYPE, claims };
  const minted = must(await dunmere.post('issuer', '/v1/credentials', body), 201);
  return { dunmere, verifiableCredential: minted.body['verifiableCredential'] };
}

async function pinKey(administrator: HrClient, purpose: string) {
  const asked = { odsCode: INVITED };
  const { challenge } = bodyOf(
    await administrator.post('trust-registry', '/v1/key-challenges', asked),
  );
  const { publicKeyMultibase, keyProof: proof } = bodyOf(
    await administrator.post('issuer', '/v1/keys', { ...asked, purpose, challenge }),
  );
  return { operation: 'pin-key', ...asked, purpose, publicKeyMultibase, proof };
}

async function registerSystem(stack: StackFile, dataDir: string, administrator: HrClient) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const registered = bodyOf(
    await administrator.post('authorization', '/v1/clients', {
      name: 'HR system of Dunmere',
      odsCode: INVITED,
      scopes: ['credentials:issue', 'holders:write'],
      publicKey: publicKey.export({ format: 'jwk' }),
    }),
  );
  const [key] = registered['keys'] as { kid: string }[];
  const privateKeyFile = join(dataDir, 'secrets', 'dunmere.client.jwk');
  mkdirSync(join(dataDir, 'secrets'), { recursive: true });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: required(key).kid };
  writeFileSync(privateKeyFile, JSON.stringify(jwk), { mode: 0o600 });
  return createHrClient(stack, { clientId: String(registered['clientId']), privateKeyFile });
}

function bodyOf(answer: Answer): Record<string, unknown> {
  return must(answer, 201).body;
}

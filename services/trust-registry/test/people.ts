import type { LightMyRequestResponse as Response } from 'fastify';
import type { RegistryChange } from '#api/registry-changes';
import { generateEd25519Key } from '#proofs/signer';
import { signKeyProof } from '#trust/key-proof';
import type { KeyPurpose } from '#api/trust-registry';
import { CELL_DID, type TestRegistry } from './helper.ts';

export type Headers = { authorization: string };

export const SCOPES = ['registry:propose', 'registry:approve'];

/** A person of an organisation, the cell's ICS unless stated, who may propose and approve. */
export function person(
  registry: TestRegistry,
  subject: string,
  { odsCode = 'QZN', scopes = SCOPES, acr = 'AAL3_ANY' } = {},
): Headers {
  return registry.bearer({ odsCode, clientId: 'portal', scopes, person: { subject, acr } });
}

export function propose(
  registry: TestRegistry,
  operations: readonly Record<string, unknown>[],
  headers = person(registry, 'maker'),
  note?: string,
): Promise<Response> {
  return registry.change('/v1/changes', { operations, note }, { headers });
}

export function approve(
  registry: TestRegistry,
  id: string,
  headers = person(registry, 'approver'),
): Promise<Response> {
  return registry.change(`/v1/changes/${id}/approval`, {}, { headers });
}

export function reject(
  registry: TestRegistry,
  id: string,
  headers = person(registry, 'approver'),
): Promise<Response> {
  return registry.change(`/v1/changes/${id}/rejection`, {}, { headers });
}

/** A proposal that must be taken. @returns its id */
export async function proposed(
  registry: TestRegistry,
  operations: readonly Record<string, unknown>[],
  headers?: Headers,
): Promise<string> {
  const answer = await propose(registry, operations, headers);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<RegistryChange>().id;
}

/** Two people of the ICS make a change that must be made. */
export async function make(
  registry: TestRegistry,
  ...operations: Record<string, unknown>[]
): Promise<RegistryChange> {
  const answer = await approve(registry, await proposed(registry, operations));
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<RegistryChange>();
}

export async function challengeFor(registry: TestRegistry, odsCode: string): Promise<string> {
  const headers = registry.bearer({ clientId: 'issuer-operator', scopes: ['keys:admin'] });
  const answer = await registry.change('/v1/key-challenges', { odsCode }, { headers });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<{ challenge: string }>().challenge;
}

export type TestKey = ReturnType<typeof generateEd25519Key>;

export interface PinOptions {
  odsCode?: string;
  purpose?: KeyPurpose;
  key?: TestKey;
  issuer?: string;
  audience?: string;
  challenge?: string;
  signedBy?: TestKey;
  validFrom?: string;
  validUntil?: string;
}

/** A pin-key operation with a good proof, unless told otherwise. */
export async function pinOperation(registry: TestRegistry, options: PinOptions = {}) {
  const { odsCode = 'ZZA01', purpose = 'assertion', key = generateEd25519Key() } = options;
  const { issuer = `${CELL_DID}:trusts:${odsCode}`, audience = CELL_DID } = options;
  const { validFrom, validUntil, signedBy = key } = options;
  const { publicKeyMultibase } = key;
  const challenge = options.challenge ?? (await challengeFor(registry, odsCode));
  const claims = { issuer, audience, challenge, publicKeyMultibase };
  const proof = signKeyProof({ ...claims, issuedAt: registry.clock.now }, signedBy.privateKey);
  const period = { ...(validFrom && { validFrom }), ...(validUntil && { validUntil }) };
  return { operation: 'pin-key', odsCode, publicKeyMultibase, purpose, proof, ...period };
}

/** A pinned key, by two people. */
export async function pinned(registry: TestRegistry, options: PinOptions = {}): Promise<TestKey> {
  const key = options.key ?? generateEd25519Key();
  await make(registry, await pinOperation(registry, { ...options, key }));
  return key;
}

/** The record as it is read by anybody. */
export async function recordOf(registry: TestRegistry, odsCode = 'ZZA01') {
  return (await registry.get(`/v1/organisations/${odsCode}`)).json();
}

/** The events of the audit chain, in no particular order. */
export async function auditEvents(registry: TestRegistry) {
  const rows = await registry.query('select event from trust_registry.audit order by stream, seq');
  return rows.map(({ event }) => JSON.parse(String(event)));
}

/** The code of a refusal, its status, and where. */
export function refusal(answer: Response): { status: number; code: string; pointers: string[] } {
  const { code, errors = [] } = answer.json();
  return {
    status: answer.statusCode,
    code,
    pointers: errors.map(({ pointer }: { pointer: string }) => pointer),
  };
}

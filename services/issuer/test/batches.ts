import type { Test } from 'tap';
import { copies } from './copies.ts';
import { buildReady, type Issuer, send } from './helper.ts';

export const REVOKE = {
  status: 'revoked',
  reason: 'key-compromise',
  internalNote: 'the key was stolen',
};
export const WINDOW_MS = 600_000;

export const post = (issuer: Issuer, url: string, body?: object) =>
  send(issuer, { url, ...(body !== undefined && { body }) });
export const stateOf = async (issuer: Issuer, id: string) =>
  (await send(issuer, { method: 'GET', url: `/v1/status-batches/${id}`, key: null })).json();
export const outcomesOf = async (issuer: Issuer, id: string) => {
  const url = `/v1/status-batches/${id}/credentials`;
  const page = (await send(issuer, { method: 'GET', url, key: null })).json();
  return new Map(
    page.items.map((item: { id: string; outcome: string }) => [item.id, item.outcome]),
  );
};
export const change = (issuer: Issuer, id: string, status: string) =>
  post(issuer, `/v1/credentials/${id}/status`, { status, reason: 'unspecified' });
export const statusOf = async (issuer: Issuer, id: string) =>
  (await issuer.admin('select status from issuer.credentials where id = $1', [id]))[0]?.['status'];
export const count = async (issuer: Issuer, table: string, where: string) =>
  (await issuer.admin(`select count(*)::int n from issuer.${table} where ${where}`))[0]?.['n'];

/** Runs what is due, by a process of its own; fails the test when a batch does. */
export const run = (test: Test, core: Pick<Issuer['core'], 'batchRunner'>) =>
  core.batchRunner.runDue((error) => test.error(error));

/** A confirmed batch, approved where it must be, that has not begun. */
export async function started(issuer: Issuer, body: object) {
  const proposed = await post(issuer, '/v1/status-batches', body);
  const { id, approvalNeeded } = proposed.json<{ id: string; approvalNeeded: boolean }>();
  await post(issuer, `/v1/status-batches/${id}/confirmation`);
  if (!approvalNeeded) return id;
  const person = { subject: 'person-2', acr: 'AAL3_ANY' };
  const url = `/v1/status-batches/${id}/approval`;
  const answer = await send(issuer, { url, person, scopes: ['credentials:approve'] });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return id;
}

export async function revoking(test: Test, size = 3) {
  const issuer = await buildReady(test);
  const ids = await copies(issuer, size, { batch: 'b1' });
  const id = await started(issuer, { select: { batch: 'b1' }, ...REVOKE });
  return { issuer, ids, id };
}

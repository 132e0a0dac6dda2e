import { type Issuer, mintBody, mintOnce, type Request, send } from './helper.ts';

export const NOTE = 'Told by the Saffron ward, see file 12.';

/** One step of a credential's life. */
export function step(
  issuer: Issuer,
  id: string,
  event: string,
  changes: Partial<Request> & { reason?: string; note?: string } = {},
) {
  const { reason = REASONS[event], note, ...request } = changes;
  const body = { event, reason, ...(note !== undefined && { internalNote: note }) };
  return send(issuer, { url: `/v1/credentials/${id}/lifecycle`, body, ...request });
}

const REASONS: Record<string, string> = {
  accepted: 'accepted-by-holder',
  withdrawn: 'issued-in-error',
  archived: 'no-longer-needed',
  restored: 'needed-again',
};

export const eventsOf = async (issuer: Issuer, id: string) =>
  (
    await send(issuer, {
      method: 'GET',
      url: `/v1/credentials/${id}/lifecycle-events`,
      key: null,
    })
  ).json().items;

export const recordOf = async (issuer: Issuer, id: string) =>
  (await send(issuer, { method: 'GET', url: `/v1/credentials/${id}`, key: null })).json();

/** How often the audit names an action. */
export const audited = async (issuer: Issuer, action: string) =>
  (await issuer.admin('select event from issuer.audit where event like $1', [`%"${action}"%`]))
    .length;

export const changeStatus = (issuer: Issuer, id: string, status: string) =>
  send(issuer, { url: `/v1/credentials/${id}/status`, body: { status, reason: 'unspecified' } });

/** How often the history of a credential says a status. */
export const changesTo = async (issuer: Issuer, id: string, status: string) =>
  (
    await issuer.admin(
      'select id from issuer.credential_status_changes where credential_id = $1 and status = $2',
      [id, status],
    )
  ).length;

/** A process of its own settles what is due; errors come back. */
export async function settle(core: Pick<Issuer['core'], 'settler'>): Promise<unknown[]> {
  const errors: unknown[] = [];
  await core.settler.runDue((error) => errors.push(error));
  return errors;
}

/** A request to mint what supersedes another. */
export const superseding = (olderId: string, changes: object = {}) =>
  mintBody({ supersedes: { credentialId: olderId, reason: 'renewed', ...changes } });

export async function supersede(
  issuer: Issuer,
  olderId: string,
  changes: object = {},
): Promise<string> {
  const answer = await mintOnce(issuer, superseding(olderId, changes));
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json().verifiableCredential.id.replace('urn:uuid:', '');
}

/** When what the newer one supersedes was seen suspended. */
export const settledAt = async (issuer: Issuer, id: string) =>
  (
    await issuer.admin('select superseded_done_at as at from issuer.credentials where id = $1', [
      id,
    ])
  )[0]?.['at'];

import { VcError } from '#vc/error';
import { checkClientKey, type OfferedKey } from './client-key.ts';
import type { Change, Client, ClientDeps, StoredAnswer } from './ports.ts';

export interface Rights {
  odsCode?: string | undefined;
  scopes: readonly string[];
}

export interface Registration extends Rights {
  name: string;
  publicKey: OfferedKey;
}

/** Every client's id, made here or by BOOTSTRAP_CLIENT_FILE. */
export const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

const DEFAULT_OVERLAP_SECONDS = 24 * 60 * 60;

/**
 * A trust's client holds a trust's scopes and names its trust; every other client does neither. A client with both
 * could act for a trust with an administrator's power. What takes people, no client holds.
 * @throws VcError INVALID_REQUEST with a pointer
 */
export function checkRights(
  { odsCode, scopes }: Rights,
  { trustScopes, personScopes }: Pick<ClientDeps, 'trustScopes' | 'personScopes'>,
): void {
  const ofPeople = scopes.findIndex((scope) => personScopes.has(scope));
  if (ofPeople !== -1) {
    throw refused(
      ofPeople,
      `${scopes[ofPeople]} is only for people who sign in, never for a client`,
    );
  }
  const forTrust = odsCode !== undefined;
  const wrong = scopes.findIndex((scope) => trustScopes.has(scope) !== forTrust);
  if (wrong === -1) return;
  const detail = forTrust
    ? `${scopes[wrong]} is not a scope of a trust's client`
    : `${scopes[wrong]} is a scope of a trust's client, which needs an odsCode`;
  throw refused(wrong, detail);
}

function refused(at: number, detail: string): VcError {
  return new VcError('INVALID_REQUEST', `The client is refused: ${detail}`, {
    errors: [{ pointer: `/scopes/${at}`, detail }],
  });
}

export async function registerClient(
  deps: ClientDeps,
  change: Change,
  registration: Registration,
): Promise<StoredAnswer> {
  checkRights(registration, deps);
  const { name, odsCode = null, scopes, publicKey } = registration;
  const key = await checkClientKey(publicKey);
  const clientId = deps.randomId();
  return deps.clients.register(change, { clientId, name, odsCode, scopes: [...scopes], key });
}

export async function rotateClientKey(
  deps: ClientDeps,
  change: Change,
  rotation: { clientId: string; publicKey: OfferedKey; overlapSeconds?: number },
): Promise<StoredAnswer> {
  const key = await checkClientKey(rotation.publicKey);
  const overlapSeconds = rotation.overlapSeconds ?? DEFAULT_OVERLAP_SECONDS;
  return deps.clients.addKey(change, rotation.clientId, { key, overlapSeconds });
}

/** @throws VcError NOT_FOUND */
export async function loadClient(deps: ClientDeps, clientId: string): Promise<Client> {
  const client = await deps.clients.find(clientId);
  if (client === undefined) throw unknownClient();
  return client;
}

export function unknownClient(): VcError {
  return new VcError('NOT_FOUND', 'There is no such client');
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { trustDid } from '#did/identifiers';
import { TRUST_SCOPES } from '#api/authorization';
import type { Answer, HrClient, StackClient } from './hr-client.ts';
import type { Layout, SampleCell } from './layout.ts';
import { keepPrivateKey, publicPart } from './secrets.ts';

/** The employee beside whom the demo holder of `stack.json` is bound. */
export const DEMO_EMPLOYEE = 'DEMO-0001';

export interface ClientToRegister {
  /** also the key file's name */
  name: string;
  odsCode?: string;
  scopes: readonly string[];
}

export interface RegisteredClient {
  clientId: string;
  privateKeyFile: string;
}

/**
 * Registers a client once; its id is remembered beside its key. Where the database has lost it, or it was revoked, or
 * needs other rights by now, which a client never gets, there is a new one.
 */
export async function registerClient(
  administrator: HrClient,
  layout: Layout,
  { name, odsCode, scopes }: ClientToRegister,
): Promise<RegisteredClient> {
  const privateKeyFile = layout.path('secrets', `${name}.client.jwk`);
  const idFile = layout.path('secrets', `${name}.client.id`);
  const key = keepPrivateKey(privateKeyFile);
  if (existsSync(idFile)) {
    const clientId = readFileSync(idFile, 'utf8');
    const found = await administrator.get('authorization', `/v1/clients/${clientId}`);
    if (found.status === 200 && stillServes(found, scopes)) return { clientId, privateKeyFile };
  }
  const body = { name, scopes, publicKey: publicPart(key), ...(odsCode && { odsCode }) };
  const made = must(await administrator.post('authorization', '/v1/clients', body), 201);
  const { clientId } = made.body as unknown as { clientId: string };
  writeFileSync(idFile, clientId, { mode: 0o600 });
  return { clientId, privateKeyFile };
}

function stillServes({ body }: Answer, wanted: readonly string[]): boolean {
  const held = body['scopes'] as unknown as string[];
  const same = held.length === wanted.length && wanted.every((scope) => held.includes(scope));
  return same && body['revokedAt'] === null;
}

export async function registerTrustClients(
  administrator: HrClient,
  layout: Layout,
  cell: SampleCell,
): Promise<StackClient[]> {
  const clients: StackClient[] = [];
  for (const { odsCode, name, signsElsewhere } of cell.trusts) {
    const fileName = `${odsCode.toLowerCase()}-hr-system`;
    const client = await registerClient(administrator, layout, {
      name: fileName,
      odsCode,
      scopes: TRUST_SCOPES,
    });
    const issuer = trustDid(cell.publicOrigin, odsCode);
    const assertionKeyFile = signsElsewhere === true ? ownKeyFile(layout, odsCode) : undefined;
    clients.push({
      odsCode,
      name,
      issuer,
      ...client,
      scope: TRUST_SCOPES.join(' '),
      ...(assertionKeyFile !== undefined && { assertionKeyFile }),
    });
  }
  return clients;
}

/** Where a trust that signs with software of its own keeps its key. */
export function ownKeyFile(layout: Layout, odsCode: string): string {
  return layout.path('secrets', `${odsCode.toLowerCase()}.assertion.jwk`);
}

/** The answer, if it has a status that a healthy stack gives. */
export function must(answer: Answer, ...statuses: number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(`Expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text}`);
}

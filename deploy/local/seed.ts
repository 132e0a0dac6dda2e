import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { credentialTypes } from '#catalogue/catalogue';
import { trustDid } from '#did/identifiers';
import { multibaseOfJwk } from '#did/keys';
import { TRUST_SCOPES } from '#api/authorization';
import type { TrustRecord } from '#api/trust-registry';
import type { Answer, HrClient, StackClient } from './hr-client.ts';
import type { Layout, SampleCell, SampleTrust } from './layout.ts';
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

/** Registers a client once; its id is remembered beside its key. A database that has lost it gets it anew. */
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
    if (found.status === 200) return { clientId, privateKeyFile };
  }
  const body = { name, scopes, publicKey: publicPart(key), ...(odsCode && { odsCode }) };
  const made = must(await administrator.post('authorization', '/v1/clients', body), 201);
  const { clientId } = made.body as unknown as { clientId: string };
  writeFileSync(idFile, clientId, { mode: 0o600 });
  return { clientId, privateKeyFile };
}

/** Registers the sample cell: its ICS, its trusts, their keys and accreditations. Repeating it changes nothing. */
export async function seedRegistry(
  administrator: HrClient,
  layout: Layout,
  cell: SampleCell,
): Promise<void> {
  await registerOrganisation(administrator, { ...cell.ics, kind: 'ics' });
  for (const trust of cell.trusts) {
    const { odsCode, name } = trust;
    await registerOrganisation(administrator, {
      odsCode,
      name,
      kind: 'trust',
      icsOdsCode: cell.ics.odsCode,
    });
    await pinKeys(administrator, layout, trust);
    await accredit(administrator, trust);
  }
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

async function registerOrganisation(
  administrator: HrClient,
  organisation: { odsCode: string; name: string; kind: string; icsOdsCode?: string },
): Promise<void> {
  if ((await findRecord(administrator, organisation.odsCode)) !== undefined) return;
  must(await administrator.post('trust-registry', '/v1/organisations', organisation), 201);
}

async function findRecord(
  administrator: HrClient,
  odsCode: string,
): Promise<TrustRecord | undefined> {
  const found = await administrator.get('trust-registry', `/v1/organisations/${odsCode}`);
  return found.status === 200 ? (found.body as unknown as TrustRecord) : undefined;
}

function ownKeyFile(layout: Layout, odsCode: string): string {
  return layout.path('secrets', `${odsCode.toLowerCase()}.assertion.jwk`);
}

async function pinKeys(administrator: HrClient, layout: Layout, trust: SampleTrust): Promise<void> {
  const { odsCode } = trust;
  const pinned = (await findRecord(administrator, odsCode))?.keys ?? [];
  for (const purpose of ['assertion', 'status'] as const) {
    if (pinned.some((key) => key.purpose === purpose)) continue;
    const made = must(await administrator.post('issuer', '/v1/keys', { odsCode, purpose }), 201);
    await pin(administrator, odsCode, purpose, String(made.body['publicKeyMultibase']));
  }
  if (trust.signsElsewhere !== true) return;
  const publicKeyMultibase = multibaseOfJwk(
    publicPart(keepPrivateKey(ownKeyFile(layout, odsCode))),
  );
  if (pinned.some((key) => key.publicKeyMultibase === publicKeyMultibase)) return;
  await pin(administrator, odsCode, 'assertion', publicKeyMultibase);
}

async function pin(
  administrator: HrClient,
  odsCode: string,
  purpose: string,
  publicKeyMultibase: string,
) {
  const path = `/v1/organisations/${odsCode}/keys`;
  must(await administrator.post('trust-registry', path, { publicKeyMultibase, purpose }), 201);
}

async function accredit(administrator: HrClient, { odsCode, issues }: SampleTrust): Promise<void> {
  const standing = (await findRecord(administrator, odsCode))?.accreditations ?? [];
  const types = issues.includes('*') ? credentialTypes().map(({ type }) => type) : issues;
  for (const credentialType of types) {
    if (standing.some((each) => each.credentialType === credentialType && each.action === 'issue'))
      continue;
    const path = `/v1/organisations/${odsCode}/accreditations`;
    must(
      await administrator.post('trust-registry', path, { credentialType, action: 'issue' }),
      201,
    );
  }
}

/** The answer, if it has a status that a healthy stack gives. */
export function must(answer: Answer, ...statuses: number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(`Expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text}`);
}

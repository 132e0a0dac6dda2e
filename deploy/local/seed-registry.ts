import { createPrivateKey } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { credentialTypes, findCredentialType } from '#catalogue/catalogue';
import { multibaseOfJwk } from '#did/keys';
import { signKeyProof } from '#trust/key-proof';
import type { TrustRecord } from '#api/trust-registry';
import { bindHolder, createHolder } from './holder.ts';
import { createHrClient, type Addresses, type HrClient, type StackClient } from './hr-client.ts';
import type { Layout, SampleCell, SampleTrust } from './layout.ts';
import { keepPrivateKey, publicPart } from './secrets.ts';
import { must, ownKeyFile } from './seed.ts';

export interface RegistrySeed {
  stack: Addresses;
  layout: Layout;
  cell: SampleCell;
  /** of the trusts, for their test issues */
  clients: readonly StackClient[];
  /** makes keys */
  administrator: HrClient;
  /** two people of the ICS: one proposes, the other approves */
  maker: HrClient;
  approver: HrClient;
}

type Operation = Record<string, unknown> & { operation: string; odsCode: string };

const TEST_EMPLOYEE = 'TEST-0001';
const TEST_TYPE = 'FireSafetyCredential';

/**
 * Brings the sample cell into the registry the way a cell is brought into it: the ICS admits its trusts, their keys
 * are proved and pinned, they are accredited and name who signs for them, each issues a test credential, and then
 * they go live. Two people agree to every step. What is there already is left as it is.
 */
export async function seedRegistry(seed: RegistrySeed): Promise<void> {
  const { cell } = seed;
  await agree(
    seed,
    await missing(seed, [{ ...cell.ics, kind: 'ics', systemApproach: 'full-ics' }]),
  );
  const trusts = cell.trusts.map(({ odsCode, name }) => ({
    odsCode,
    name,
    kind: 'trust',
    icsOdsCode: cell.ics.odsCode,
  }));
  await agree(seed, await missing(seed, trusts));
  const joining: SampleTrust[] = [];
  for (const trust of cell.trusts) {
    if ((await findRecord(seed, trust.odsCode))?.organisation.status === 'invited')
      joining.push(trust);
  }
  for (const trust of joining) await agree(seed, await prepare(seed, trust));
  for (const trust of joining) await issueTest(seed, trust);
  await agree(
    seed,
    joining.map(({ odsCode }) => ({
      operation: 'change-organisation-status',
      odsCode,
      status: 'registered',
      reason: 'the checklist is complete',
    })),
  );
  // what is signed in the second of going live could be of the time before
  if (joining.length > 0) await wait(1_000);
}

/** One proposes, another approves, and all is done together. */
async function agree({ maker, approver }: RegistrySeed, operations: Operation[]): Promise<void> {
  if (operations.length === 0) return;
  const proposed = must(await maker.post('trust-registry', '/v1/changes', { operations }), 201);
  const path = `/v1/changes/${String(proposed.body['id'])}/approval`;
  must(await approver.post('trust-registry', path, {}), 200);
}

async function missing(
  seed: RegistrySeed,
  organisations: (Record<string, unknown> & { odsCode: string })[],
): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const organisation of organisations) {
    if ((await findRecord(seed, organisation.odsCode)) === undefined)
      operations.push({ operation: 'invite-organisation', ...organisation });
  }
  return operations;
}

async function findRecord(
  { administrator }: RegistrySeed,
  odsCode: string,
): Promise<TrustRecord | undefined> {
  const found = await administrator.get('trust-registry', `/v1/organisations/${odsCode}`);
  return found.status === 200 ? (found.body as unknown as TrustRecord) : undefined;
}

/** Everything of the checklist that can be agreed to before the test issue. */
async function prepare(seed: RegistrySeed, trust: SampleTrust): Promise<Operation[]> {
  const { odsCode } = trust;
  const record = await findRecord(seed, odsCode);
  const host = `${odsCode.toLowerCase()}.example`;
  const team = (name: string) => ({ email: `${name}@${host}` });
  const signatories = seed.cell.people.filter((person) => person.odsCode === odsCode);
  if ((record?.keys.length ?? 0) > 0) return [];
  return [
    ...(await keyOperations(seed, trust)),
    ...accreditations(trust),
    ...signatories.map(({ subject }) => ({ operation: 'name-signatory', odsCode, subject })),
    {
      operation: 'set-contacts',
      odsCode,
      humanResources: team('recruitment'),
      occupationalHealth: team('occupational-health'),
      education: team('education'),
    },
    { operation: 'sign-off-information-governance', odsCode, reference: `IG-${odsCode}-1` },
  ];
}

async function keyOperations(seed: RegistrySeed, trust: SampleTrust): Promise<Operation[]> {
  const { administrator } = seed;
  const { odsCode } = trust;
  const operations: Operation[] = [];
  for (const purpose of ['assertion', 'status']) {
    const { challenge } = await keyChallenge(seed, odsCode);
    const made = must(
      await administrator.post('issuer', '/v1/keys', { odsCode, purpose, challenge }),
      201,
    );
    const { publicKeyMultibase, keyProof: proof } = made.body;
    operations.push({ operation: 'pin-key', odsCode, purpose, publicKeyMultibase, proof });
  }
  if (trust.signsElsewhere === true) operations.push(await ownKeyOperation(seed, odsCode));
  return operations;
}

/** The trust's own software proves its key by itself. */
async function ownKeyOperation(seed: RegistrySeed, odsCode: string): Promise<Operation> {
  const key = keepPrivateKey(ownKeyFile(seed.layout, odsCode));
  const publicKeyMultibase = multibaseOfJwk(publicPart(key));
  const { challenge, audience, issuer } = await keyChallenge(seed, odsCode);
  const proof = signKeyProof(
    { issuer, audience, challenge, publicKeyMultibase, issuedAt: Date.now() },
    createPrivateKey({ key, format: 'jwk' }),
  );
  return { operation: 'pin-key', odsCode, purpose: 'assertion', publicKeyMultibase, proof };
}

async function keyChallenge({ administrator }: RegistrySeed, odsCode: string) {
  const given = must(
    await administrator.post('trust-registry', '/v1/key-challenges', { odsCode }),
    201,
  );
  return given.body as unknown as { challenge: string; audience: string; issuer: string };
}

function accreditations({ odsCode, issues }: SampleTrust): Operation[] {
  const types = issues.includes('*') ? credentialTypes().map(({ type }) => type) : issues;
  const evidence = `agreement of ${odsCode} with its ICS`;
  const common = { operation: 'accredit', odsCode, evidence };
  return [
    ...types.map((credentialType) => ({ ...common, credentialType, action: 'issue' })),
    ...types.map((credentialType) => ({
      ...common,
      credentialType,
      action: 'request',
      purposes: ['recruitment', 'rotation'],
    })),
  ];
}

/** Mints one credential while it is invited; the registry checks it, and no verifier will ever accept it. */
async function issueTest(seed: RegistrySeed, { odsCode }: SampleTrust): Promise<void> {
  const { stack, clients } = seed;
  const client = clients.find((each) => each.odsCode === odsCode);
  if (client === undefined) throw new Error(`no client of ${odsCode}`);
  const hr = createHrClient(stack, client);
  await bindHolder(hr, createHolder(), TEST_EMPLOYEE);
  const minted = must(
    await hr.post('issuer', '/v1/credentials', {
      employeeId: TEST_EMPLOYEE,
      type: TEST_TYPE,
      claims: findCredentialType(TEST_TYPE)?.example,
    }),
    201,
  );
  const path = `/v1/organisations/${odsCode}/test-issue`;
  const { verifiableCredential } = minted.body;
  must(await hr.post('trust-registry', path, { verifiableCredential }), 200, 201);
}

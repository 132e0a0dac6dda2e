import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMINISTRATOR_SCOPES } from '#api/authorization';
import { migrateAll } from '../../migrations/migrate-all.ts';
import { CLAIM_FILE, claim } from './claim.ts';
import { type Anchor, keepAnchor } from './anchor.ts';
import { type CellAddress, serviceEnvironment, TIMES, type Times } from './environment.ts';
import { makeExamples, writeExamples } from './examples.ts';
import { type Addresses, createHrClient, type HrClient, type StackFile } from './hr-client.ts';
import {
  type Layout,
  readSampleCell,
  type SampleCell,
  type SampleCellName,
  SCHEMAS,
  SERVICES,
  type ServiceName,
} from './layout.ts';
import { createPersonClient, peopleOf, portalOf, writePeople } from './people.ts';
import type { LocalPostgres } from './postgres.ts';
import { createProcesses, type Processes } from './processes.ts';
import { keepPassword, keepPrivateKey, publicPart } from './secrets.ts';
import { registerClient, registerTrustClients } from './seed.ts';
import { seedRegistry } from './seed-registry.ts';

export interface Stack {
  file: StackFile;
  stop(): Promise<void>;
}

export interface StackOptions {
  layout: Layout;
  /** told in plain words what goes on */
  log: (line: string) => void;
  /** what an earlier run left in the data directory goes first */
  fresh?: boolean;
  /** the logins' passwords; stacks on one PostgreSQL share them, as logins belong to the whole of it */
  passwordsDir?: string;
  /** which of the sample cells; left out: Northmoor */
  cell?: SampleCellName;
  /** other cells on this machine that the same anchor admits */
  neighbours?: readonly CellAddress[];
  /** of an anchor that is kept elsewhere; left out: this cell keeps one and is alone with it */
  anchor?: Anchor;
  times?: Partial<Times>;
  /** where the failure zoo is served, if it is */
  zoo?: string;
  /** variables of a service beside those that every stack sets */
  variables?: Partial<Record<ServiceName, Record<string, string>>>;
  /** further public URL prefixes to internal ones */
  origins?: Record<string, string>;
}

/** What is settled about a stack before anything of it runs. */
interface Plan {
  layout: Layout;
  sample: SampleCell;
  anchor: Anchor;
  neighbours: readonly CellAddress[];
  times: Times;
  passwordsDir: string;
  variables: Partial<Record<ServiceName, Record<string, string>>>;
  origins: Record<string, string>;
}

/** A cell that runs, of which the registry knows nobody yet. */
export interface BareCell {
  plan: Plan;
  processes: Processes;
  addresses: Addresses;
  administrator: StackFile['administrator'];
  admin: HrClient;
  stop: () => Promise<void>;
}

/**
 * Starts PostgreSQL and the five services, and registers nothing.
 * @throws Error in plain words: ports in use, a service that cannot start and what it said
 */
export async function startBareCell(options: StackOptions): Promise<BareCell> {
  const { layout, log, fresh = false } = options;
  const release = await claim(layout);
  prepareDataDir(layout, fresh);
  const plan = await planOf(options);
  const processes = createProcesses(layout, log);
  const stop = async () => {
    await processes.stop();
    release();
  };
  try {
    const postgres = await startDatabase(processes, plan, options);
    const started = await startServices(processes, postgres, plan);
    log('the five services are up');
    return { plan, processes, stop, ...started };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Starts PostgreSQL and the five services, registers the sample cell over HTTP, and writes `stack.json`.
 * @throws Error as startBareCell
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { layout, log } = options;
  const cell = await startBareCell(options);
  const { plan, processes, addresses, administrator, admin, stop } = cell;
  try {
    const clients = await seed(plan, addresses, admin);
    const examples = await makeExamples(layout, addresses, clients);
    writeExamples(layout, examples);
    log(
      `the sample cell is registered: one ICS, ${clients.length} trusts, all agreed to by two people`,
    );
    const file = processes.publish({
      ...addresses,
      clients,
      administrator,
      portal: portalOf(layout),
      people: peopleOf(plan.sample),
      anchor: { thumbprint: plan.anchor.thumbprint, genesisFile: plan.anchor.genesisFile },
      times: plan.times,
      examples,
      ...(options.zoo !== undefined && { zoo: options.zoo }),
    });
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function planOf(options: StackOptions): Promise<Plan> {
  const { layout, cell = 'northmoor', neighbours = [], times = {} } = options;
  const sample = readSampleCell(cell);
  return {
    layout,
    sample,
    neighbours,
    variables: options.variables ?? {},
    origins: options.origins ?? {},
    anchor: options.anchor ?? (await keepAnchor(layout, [sample])),
    times: { ...TIMES, ...times },
    passwordsDir: options.passwordsDir ?? layout.path('secrets/database'),
  };
}

async function seed({ layout, sample }: Plan, addresses: Addresses, administrator: HrClient) {
  const clients = await registerTrustClients(administrator, layout, sample);
  const stack = { ...addresses, portal: portalOf(layout) };
  const [maker, approver] = peopleOf(sample).filter(
    ({ odsCode }) => odsCode === sample.ics.odsCode,
  );
  if (maker === undefined || approver === undefined) throw new Error('an ICS needs two people');
  await seedRegistry({
    stack,
    layout,
    cell: sample,
    clients,
    administrator,
    maker: createPersonClient(stack, maker),
    approver: createPersonClient(stack, approver),
  });
  return clients;
}

function prepareDataDir(layout: Layout, fresh: boolean): void {
  const left = fresh ? readdirSync(layout.dataDir).filter((name) => name !== CLAIM_FILE) : [];
  for (const name of left) rmSync(layout.path(name), { recursive: true, force: true });
  for (const folder of ['logs', 'secrets', 'audit']) {
    mkdirSync(layout.path(folder), { recursive: true, mode: 0o700 });
  }
}

async function startDatabase(
  processes: Processes,
  { layout, passwordsDir }: Plan,
  { log, fresh = false }: StackOptions,
): Promise<LocalPostgres> {
  const postgres = await processes.openPostgres(fresh);
  log(postgres.pid() ? 'PostgreSQL is up' : 'DATABASE_URL says which PostgreSQL');
  writeFileSync(layout.path('secrets/database-url'), postgres.adminUrl, { mode: 0o600 });
  for (const schema of Object.values(SCHEMAS)) keepPassword(join(passwordsDir, schema));
  await migrateAll(postgres.adminUrl, { passwordsDir });
  log('the database schemas are up to date');
  return postgres;
}

/** Authorization first: the administrator's token registers the clients that issuer and status-list start with. */
async function startServices(processes: Processes, postgres: LocalPostgres, plan: Plan) {
  const { layout, sample, neighbours, anchor, times, passwordsDir, variables, origins } = plan;
  const { publicOrigin, ics } = sample;
  const { thumbprint, genesisFile } = anchor;
  const trust = { thumbprint, genesisFile, registryKeyFile: anchor.registryKeyFile(ics.odsCode) };
  const cell = { publicOrigin, layout };
  const begin = (name: ServiceName, own: Record<string, string>) =>
    processes.begin(name, {
      ...serviceEnvironment({ name, cell, neighbours, trust, times, origins }),
      DATABASE_URL: postgres.loginUrl(`${SCHEMAS[name]}_login`),
      DATABASE_PASSWORD_FILE: join(passwordsDir, SCHEMAS[name]),
      ...own,
      ...variables[name],
    });
  const { administrator, bootstrapFile } = keepAdministrator(layout, sample);
  begin('authorization', {
    BOOTSTRAP_CLIENT_FILE: bootstrapFile,
    DEVELOPMENT_PEOPLE_FILE: writePeople(layout, sample),
  });
  begin('trust-registry', { CELL_ODS_CODE: ics.odsCode });
  // Under the profile for test suites issuer and verifier ask the registry whom it knows before they start.
  await processes.untilReady('authorization', 'trust-registry');
  begin('verifier', {});

  const addresses: Addresses = {
    publicOrigin,
    services: Object.fromEntries(SERVICES.map((name) => [name, layout.url(name)])),
    tokenEndpoint: `${layout.url('authorization')}/token`,
  };
  const admin = createHrClient(addresses, administrator);
  begin('issuer', await serviceClient(admin, layout, 'issuer', 'internal:status'));
  begin('status-list', await serviceClient(admin, layout, 'status-list', 'internal:sign-list'));
  await processes.untilReady(...SERVICES);
  return { addresses, administrator, admin };
}

/** The first administrator's key, and the file that tells authorization of its public half. */
function keepAdministrator(layout: Layout, { ics }: SampleCell) {
  const clientId = `${ics.odsCode.toLowerCase()}-administrator`;
  const privateKeyFile = layout.path('secrets', `${clientId}.client.jwk`);
  const bootstrapFile = layout.path('secrets/bootstrap-client.json');
  const client = {
    clientId,
    name: 'Administrator of the cell',
    scopes: ADMINISTRATOR_SCOPES,
    publicKey: publicPart(keepPrivateKey(privateKeyFile)),
  };
  writeFileSync(bootstrapFile, JSON.stringify(client), { mode: 0o600 });
  const scope = ADMINISTRATOR_SCOPES.join(' ');
  return { administrator: { clientId, privateKeyFile, scope }, bootstrapFile };
}

async function serviceClient(admin: HrClient, layout: Layout, name: ServiceName, scope: string) {
  const client = await registerClient(admin, layout, { name: `${name}-service`, scopes: [scope] });
  return { CLIENT_ID: client.clientId, CLIENT_KEY_FILE: client.privateKeyFile };
}

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMINISTRATOR_SCOPES } from '#api/authorization';
import { migrateAll } from '../../migrations/migrate-all.ts';
import { CLAIM_FILE, claim } from './claim.ts';
import { serviceEnvironment, TIMES } from './environment.ts';
import { makeExamples, writeExamples } from './examples.ts';
import { createHrClient, type HrClient, type StackFile } from './hr-client.ts';
import { type Layout, readSampleCell, SCHEMAS, SERVICES, type ServiceName } from './layout.ts';
import type { LocalPostgres } from './postgres.ts';
import { createProcesses, type Processes } from './processes.ts';
import { keepPassword, keepPrivateKey, publicPart } from './secrets.ts';
import { registerClient, registerTrustClients, seedRegistry } from './seed.ts';

const ADMINISTRATOR = 'northmoor-administrator';

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
}

/** What an outside system must know before it has a token. */
type Addresses = Pick<StackFile, 'publicOrigin' | 'services' | 'tokenEndpoint'>;

/**
 * Starts PostgreSQL and the five services, registers the sample cell over HTTP, and writes `stack.json`.
 * @throws Error in plain words: ports in use, a service that cannot start and what it said
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { layout, log, fresh = false } = options;
  const release = await claim(layout);
  prepareDataDir(layout, fresh);
  const processes = createProcesses(layout, log);
  const stop = async () => {
    await processes.stop();
    release();
  };
  try {
    const postgres = await startDatabase(processes, options);
    const { addresses, administrator, admin } = await startServices(processes, postgres, options);
    log('the five services are up');
    const cell = readSampleCell();
    await seedRegistry(admin, layout, cell);
    const clients = await registerTrustClients(admin, layout, cell);
    const examples = await makeExamples(layout, addresses, clients);
    writeExamples(layout, examples);
    log('the sample cell is registered: one ICS, three trusts, their keys and accreditations');
    const file = processes.publish({
      ...addresses,
      clients,
      administrator,
      times: TIMES,
      examples,
    });
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function prepareDataDir(layout: Layout, fresh: boolean): void {
  const left = fresh ? readdirSync(layout.dataDir).filter((name) => name !== CLAIM_FILE) : [];
  for (const name of left) rmSync(layout.path(name), { recursive: true, force: true });
  for (const folder of ['logs', 'secrets', 'audit']) {
    mkdirSync(layout.path(folder), { recursive: true, mode: 0o700 });
  }
}

function passwordsDirOf({ layout, passwordsDir }: StackOptions): string {
  return passwordsDir ?? layout.path('secrets/database');
}

async function startDatabase(processes: Processes, options: StackOptions): Promise<LocalPostgres> {
  const { layout, log, fresh = false } = options;
  const passwordsDir = passwordsDirOf(options);
  const postgres = await processes.openPostgres(fresh);
  log(postgres.pid() ? 'PostgreSQL is up' : 'DATABASE_URL says which PostgreSQL');
  writeFileSync(layout.path('secrets/database-url'), postgres.adminUrl, { mode: 0o600 });
  for (const schema of Object.values(SCHEMAS)) keepPassword(join(passwordsDir, schema));
  await migrateAll(postgres.adminUrl, { passwordsDir });
  log('the database schemas are up to date');
  return postgres;
}

/** Authorization first: the administrator's token registers the clients that issuer and status-list start with. */
async function startServices(processes: Processes, postgres: LocalPostgres, options: StackOptions) {
  const { layout } = options;
  const { publicOrigin, ics } = readSampleCell();
  const begin = (name: ServiceName, own: Record<string, string>) =>
    processes.begin(name, {
      ...serviceEnvironment(name, layout, publicOrigin),
      DATABASE_URL: postgres.loginUrl(`${SCHEMAS[name]}_login`),
      DATABASE_PASSWORD_FILE: join(passwordsDirOf(options), SCHEMAS[name]),
      ...own,
    });
  const { administrator, bootstrapFile } = keepAdministrator(layout);
  begin('authorization', { BOOTSTRAP_CLIENT_FILE: bootstrapFile });
  begin('trust-registry', { CELL_ODS_CODE: ics.odsCode });
  begin('verifier', {});
  await processes.untilReady('authorization');

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
function keepAdministrator(layout: Layout) {
  const privateKeyFile = layout.path('secrets', `${ADMINISTRATOR}.client.jwk`);
  const bootstrapFile = layout.path('secrets/bootstrap-client.json');
  const client = {
    clientId: ADMINISTRATOR,
    name: 'Administrator of the cell',
    scopes: ADMINISTRATOR_SCOPES,
    publicKey: publicPart(keepPrivateKey(privateKeyFile)),
  };
  writeFileSync(bootstrapFile, JSON.stringify(client), { mode: 0o600 });
  const scope = ADMINISTRATOR_SCOPES.join(' ');
  return { administrator: { clientId: ADMINISTRATOR, privateKeyFile, scope }, bootstrapFile };
}

async function serviceClient(admin: HrClient, layout: Layout, name: ServiceName, scope: string) {
  const client = await registerClient(admin, layout, { name: `${name}-service`, scopes: [scope] });
  return { CLIENT_ID: client.clientId, CLIENT_KEY_FILE: client.privateKeyFile };
}

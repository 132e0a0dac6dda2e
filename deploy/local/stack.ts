import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ADMINISTRATOR_SCOPES } from '#api/authorization';
import { migrateAll } from '../../migrations/migrate-all.ts';
import { CLAIM_FILE, claim } from './claim.ts';
import { makeExamples, writeExamples } from './examples.ts';
import { createHrClient, type HrClient, type StackFile } from './hr-client.ts';
import { type Layout, readSampleCell, SCHEMAS, SERVICES, type ServiceName } from './layout.ts';
import { openPostgres } from './postgres.ts';
import { keepKeyEncryptionKey, keepPassword, keepPrivateKey, publicPart } from './secrets.ts';
import { registerClient, registerTrustClients, seedRegistry } from './seed.ts';
import { type Supervised, type SupervisedService, superviseService } from './supervise.ts';

/** Shorter than production's (10 s, 15 s, 30 s), so that a newcomer sees a change at once. The caches stay in use. */
const TIMES = {
  publishTick: 1_000,
  listTtl: 2_000,
  statusFreshness: 2_000,
  registryFreshness: 2_000,
};
const READY_WITHIN_MS = 60_000;
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

/**
 * Starts PostgreSQL and the five services, registers the sample cell over HTTP, and writes `stack.json`.
 * @throws Error in plain words: ports in use, a service that cannot start and what it said
 */
export async function startStack({
  layout,
  log,
  fresh = false,
  passwordsDir = layout.path('secrets/database'),
}: StackOptions): Promise<Stack> {
  const release = await claim(layout);
  if (fresh) {
    for (const name of readdirSync(layout.dataDir))
      if (name !== CLAIM_FILE) rmSync(layout.path(name), { recursive: true, force: true });
  }
  const cell = readSampleCell();
  const running: Supervised[] = [];
  const services = new Map<ServiceName, SupervisedService>();
  const processes: Record<string, number> = {};
  const stackFile = layout.path('stack.json');
  rmSync(stackFile, { force: true });
  for (const folder of ['logs', 'secrets', 'audit'])
    mkdirSync(layout.path(folder), { recursive: true, mode: 0o700 });
  let file: StackFile | undefined;
  const noteProcess = (name: string) => (pid: number) => {
    processes[name] = pid;
    if (file) writeStackFile(stackFile, file);
  };
  const noteDeath = (name: string) => (reason: string) =>
    log(`${name} ended (${reason}); starting it again`);
  const stop = async () => {
    for (const each of running.toReversed()) await each.stop();
    rmSync(stackFile, { force: true });
    release();
  };
  const ready = (name: ServiceName) => untilReady(layout, name, services.get(name));

  try {
    const postgres = await openPostgres(layout, {
      fresh,
      onStart: noteProcess('postgres'),
      onDeath: noteDeath('postgres'),
    });
    running.push(postgres);
    log(postgres.pid() ? 'PostgreSQL is up' : 'DATABASE_URL says which PostgreSQL');
    writeFileSync(layout.path('secrets/database-url'), postgres.adminUrl, { mode: 0o600 });
    for (const schema of Object.values(SCHEMAS)) keepPassword(join(passwordsDir, schema));
    await migrateAll(postgres.adminUrl, { passwordsDir });
    log('the database schemas are up to date');

    const begin = (name: ServiceName, extra: Record<string, string>) => {
      const env = {
        ...commonEnvironment(name, layout, cell.publicOrigin),
        DATABASE_URL: postgres.loginUrl(`${SCHEMAS[name]}_login`),
        DATABASE_PASSWORD_FILE: join(passwordsDir, SCHEMAS[name]),
        ...extra,
      };
      const logFile = layout.path('logs', `${name}.log`);
      const onStart = noteProcess(name);
      const service = superviseService({ name, env, logFile, onStart, onDeath: noteDeath(name) });
      services.set(name, service);
      running.push(service);
    };
    const administratorKey = keepPrivateKey(layout.path('secrets', `${ADMINISTRATOR}.client.jwk`));
    writeBootstrapClient(layout, administratorKey);
    begin('authorization', { BOOTSTRAP_CLIENT_FILE: layout.path('secrets/bootstrap-client.json') });
    begin('trust-registry', { CELL_ODS_CODE: cell.ics.odsCode });
    begin('verifier', {});
    await ready('authorization');

    const base = {
      publicOrigin: cell.publicOrigin,
      services: Object.fromEntries(SERVICES.map((name) => [name, layout.url(name)])),
      tokenEndpoint: `${layout.url('authorization')}/token`,
    };
    const administrator = {
      clientId: ADMINISTRATOR,
      privateKeyFile: layout.path('secrets', `${ADMINISTRATOR}.client.jwk`),
      scope: ADMINISTRATOR_SCOPES.join(' '),
    };
    const admin = createHrClient(base, administrator);
    begin('issuer', await serviceClient(admin, layout, 'issuer', 'internal:status'));
    begin('status-list', await serviceClient(admin, layout, 'status-list', 'internal:sign-list'));
    for (const name of SERVICES) await ready(name);
    log('the five services are up');

    await seedRegistry(admin, layout, cell);
    const clients = await registerTrustClients(admin, layout, cell);
    const examples = await makeExamples(layout, base, clients);
    log('the sample cell is registered: one ICS, three trusts, their keys and accreditations');
    file = { ...base, clients, administrator, times: TIMES, examples, processes };
    writeStackFile(stackFile, file);
    writeExamples(layout, examples);
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In one step: nobody reads half of it. */
function writeStackFile(path: string, file: StackFile): void {
  writeFileSync(`${path}.new`, JSON.stringify(file, null, 2));
  renameSync(`${path}.new`, path);
}

function commonEnvironment(name: ServiceName, layout: Layout, publicOrigin: string) {
  const auditKey = keepPrivateKey(layout.path('secrets', `${name}.audit.jwk`));
  keepKeyEncryptionKey(layout.path('secrets', `${name}.kek`));
  writeFileSync(layout.path('audit', `${name}.public.jwk`), JSON.stringify(publicPart(auditKey)));
  return {
    HOST: '127.0.0.1',
    PORT: String(layout.port(name)),
    MANAGEMENT_PORT: String(layout.managementPort(name)),
    PUBLIC_ORIGIN: publicOrigin,
    ORIGIN_MAP: JSON.stringify({
      [`${publicOrigin}/trusts`]: `${layout.url('trust-registry')}/trusts`,
      [`${publicOrigin}/.well-known`]: `${layout.url('trust-registry')}/.well-known`,
      [`${publicOrigin}/status-lists`]: `${layout.url('status-list')}/status-lists`,
      'https://staffpassport.example': layout.url('trust-registry'),
    }),
    LOG_LEVEL: 'info',
    AUTHORIZATION_URL: layout.url('authorization'),
    ISSUER_URL: layout.url('issuer'),
    STATUS_LIST_URL: layout.url('status-list'),
    TRUST_REGISTRY_URL: layout.url('trust-registry'),
    AUDIT_KEY_FILE: layout.path('secrets', `${name}.audit.jwk`),
    AUDIT_CHECKPOINT_FILE: layout.path('audit', `${name}.checkpoints.ndjson`),
    KEY_ENCRYPTION_KEY_FILE: layout.path('secrets', `${name}.kek`),
    PUBLISH_TICK_MS: String(TIMES.publishTick),
    LIST_TTL_MS: String(TIMES.listTtl),
    STATUS_FRESHNESS_MS: String(TIMES.statusFreshness),
    REGISTRY_FRESHNESS_MS: String(TIMES.registryFreshness),
  };
}

function writeBootstrapClient(layout: Layout, key: Parameters<typeof publicPart>[0]): void {
  const client = {
    clientId: ADMINISTRATOR,
    name: 'Administrator of the cell',
    scopes: ADMINISTRATOR_SCOPES,
    publicKey: publicPart(key),
  };
  writeFileSync(layout.path('secrets/bootstrap-client.json'), JSON.stringify(client), {
    mode: 0o600,
  });
}

async function serviceClient(admin: HrClient, layout: Layout, name: ServiceName, scope: string) {
  const client = await registerClient(admin, layout, { name: `${name}-service`, scopes: [scope] });
  return { CLIENT_ID: client.clientId, CLIENT_KEY_FILE: client.privateKeyFile };
}

async function untilReady(
  layout: Layout,
  name: ServiceName,
  service: SupervisedService | undefined,
): Promise<void> {
  const url = `http://127.0.0.1:${layout.managementPort(name)}/readyz`;
  const giveUp = Date.now() + READY_WITHIN_MS;
  const log = `Its log is ${layout.path('logs', `${name}.log`)}`;
  let last = 'it did not answer';
  while (Date.now() < giveUp) {
    const words = service?.lastWords();
    if (words !== undefined) throw new Error(`${name} does not start: ${words}\n${log}`);
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
      last = await answer.text();
    } catch {
      // not listening yet
    }
    await wait(50);
  }
  throw new Error(`${name} is not ready: ${last}. ${log}`);
}

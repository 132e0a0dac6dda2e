import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ADMINISTRATOR_SCOPES } from '#api/authorization';
import { migrateAll } from '../../migrations/migrate-all.ts';
import { notAccreditedExample } from './examples.ts';
import { bindHolder, createHolder } from './holder.ts';
import { createHrClient, type HrClient, type StackFile } from './hr-client.ts';
import { type Layout, readSampleCell, SCHEMAS, SERVICES, type ServiceName } from './layout.ts';
import { type LocalPostgres, openPostgres } from './postgres.ts';
import { keepKeyEncryptionKey, keepPassword, keepPrivateKey, publicPart } from './secrets.ts';
import { DEMO_EMPLOYEE, registerClient, registerTrustClients, seedRegistry } from './seed.ts';
import { type Supervised, superviseService } from './supervise.ts';

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
}

/** Starts PostgreSQL and the five services, registers the sample cell over HTTP, and writes `stack.json`. */
export async function startStack({ layout, log }: StackOptions): Promise<Stack> {
  const cell = readSampleCell();
  const running: Supervised[] = [];
  const processes: Record<string, number> = {};
  const stackFile = layout.path('stack.json');
  rmSync(stackFile, { force: true });
  mkdirSync(layout.path('logs'), { recursive: true, mode: 0o700 });
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
  };

  try {
    const postgres = await openPostgres(layout, noteDeath('postgres'), noteProcess('postgres'));
    running.push(postgres);
    log('PostgreSQL is up');
    writeFileSync(layout.path('secrets/database-url'), postgres.adminUrl, { mode: 0o600 });
    for (const schema of Object.values(SCHEMAS))
      keepPassword(layout.path('secrets/database', schema));
    await migrateAll(postgres.adminUrl, { passwordsDir: layout.path('secrets/database') });
    log('the database schemas are up to date');

    const begin = (name: ServiceName, extra: Record<string, string>) => {
      const env = { ...commonEnvironment(name, layout, postgres, cell.publicOrigin), ...extra };
      const logFile = layout.path('logs', `${name}.log`);
      running.push(
        superviseService({
          name,
          env,
          logFile,
          onStart: noteProcess(name),
          onDeath: noteDeath(name),
        }),
      );
    };
    const administratorKey = keepPrivateKey(layout.path('secrets', `${ADMINISTRATOR}.client.jwk`));
    writeBootstrapClient(layout, administratorKey);
    begin('authorization', { BOOTSTRAP_CLIENT_FILE: layout.path('secrets/bootstrap-client.json') });
    begin('trust-registry', { CELL_ODS_CODE: cell.ics.odsCode });
    begin('verifier', {});
    await untilReady(layout, 'authorization');

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
    for (const name of SERVICES) await untilReady(layout, name);
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

function commonEnvironment(
  name: ServiceName,
  layout: Layout,
  postgres: LocalPostgres,
  publicOrigin: string,
) {
  const schema = SCHEMAS[name];
  const auditKey = keepPrivateKey(layout.path('secrets', `${name}.audit.jwk`));
  keepKeyEncryptionKey(layout.path('secrets', `${name}.kek`));
  mkdirSync(layout.path('audit'), { recursive: true, mode: 0o700 });
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
    DATABASE_URL: postgres.loginUrl(`${schema}_login`),
    DATABASE_PASSWORD_FILE: layout.path('secrets/database', schema),
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

async function untilReady(layout: Layout, name: ServiceName): Promise<void> {
  const url = `http://127.0.0.1:${layout.managementPort(name)}/readyz`;
  const giveUp = Date.now() + READY_WITHIN_MS;
  let last = 'it did not answer';
  while (Date.now() < giveUp) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
      last = await answer.text();
    } catch {
      // not listening yet
    }
    await wait(50);
  }
  throw new Error(
    `${name} is not ready: ${last}. Its log is ${layout.path('logs', `${name}.log`)}`,
  );
}

/** The examples as files, so that curl can send them: bodies of the calls that the README shows. */
function writeExamples(
  layout: Layout,
  { issue, notAccredited }: { issue: unknown; notAccredited: unknown },
): void {
  mkdirSync(layout.path('examples'), { recursive: true });
  const write = (name: string, body: unknown) =>
    writeFileSync(layout.path('examples', name), JSON.stringify(body, null, 2));
  write('issue.json', issue);
  write('not-accredited.json', { verifiableCredential: notAccredited });
}

/** A body for POST /credentials/issue for a bound demo holder, and a signed credential that no verifier may accept. */
async function makeExamples(
  layout: Layout,
  base: Pick<StackFile, 'services' | 'tokenEndpoint' | 'publicOrigin'>,
  clients: StackFile['clients'],
) {
  const [first, , third] = clients;
  if (first === undefined || third === undefined)
    throw new Error('the sample cell has three trusts');
  const holderKeyFile = layout.path('secrets/demo-holder.jwk');
  const holder = createHolder(keepPrivateKey(holderKeyFile));
  for (const client of [first, third]) {
    await bindHolder(createHrClient(base, client), holder, DEMO_EMPLOYEE);
  }
  return {
    holder: holder.did,
    holderKeyFile,
    issue: {
      credential: {
        '@context': [
          'https://www.w3.org/ns/credentials/v2',
          'https://staffpassport.example/contexts/v1',
        ],
        type: ['VerifiableCredential', 'FireSafetyCredential'],
        credentialSubject: {
          id: holder.did,
          competencyFramework: 'CSTF',
          subjectName: 'Fire Safety',
          competencyName: 'Fire Safety',
          subjectLevel: '1',
          attainmentStatus: 'ACHIEVED',
          awardingOrganisation: first.odsCode,
          dateLastAwarded: '2026-09-01',
        },
      },
    },
    notAccredited: await notAccreditedExample(base, third, holder.did),
  };
}

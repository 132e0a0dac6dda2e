import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import t from 'tap';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';
import { SERVICES, type ServiceName } from '../local/layout.ts';
import { keepPrivateKey } from '../local/secrets.ts';
import { prepareSecrets } from '../single-host/prepare.ts';
import { type Compose, exampleVariables, readCompose, targetsOf } from './compose-file.ts';
import { freePort, missingNginx, startNginx } from './nginx.ts';

// docs/operations/single-host.md, done once with processes instead of containers: the environment, files and order are
// those of the compose file, the addresses this machine's.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MS = 60_000;
const ICS = 'QZN';
// they are no clients themselves
const FIRST = ['authorization', 'trust-registry', 'verifier'] as const;

t.setTimeout(300_000);

interface Test {
  teardown(handler: () => unknown): void;
}

interface Host {
  folder: string;
  postgresPort: number;
  ports: Record<ServiceName, { port: number; managementPort: number }>;
}

const missing = missingNginx();
// once more where a summary of the run shows it
if (missing !== undefined) console.error(`skipped: a cell on one host: ${missing}`);

t.test(
  'A cell is installed on one host as its page says',
  { skip: missing ?? false },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'staff-passport-host-'));
    const at = (...parts: string[]) => join(folder, ...parts);
    t.teardown(() =>
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
    );
    const variables: Record<string, string> = { ...exampleVariables(), SECRETS_DIR: at('secrets') };
    const publicOrigin = variables['PUBLIC_ORIGIN'] ?? '';
    prepareSecrets({ folder: at('secrets'), publicOrigin, odsCode: ICS, name: 'Northmoor' });
    variables['ANCHOR_THUMBPRINT'] = await signCell(at('secrets'));

    const password = readFileSync(at('secrets/postgres'), 'utf8');
    const database = await startEmbeddedPostgres({
      dataDir: at('postgres'),
      password,
      temporary: true,
      settings: { max_connections: '120', fsync: 'off' },
    });
    t.teardown(() => database.stop());
    await createDatabase(database.url('postgres', 'postgres', password));
    const host = { folder, postgresPort: database.port, ports: await choosePorts() };

    const compose = readCompose(variables);
    await run(['migrations/migrate.ts'], environmentHere('migrations', compose, host));
    for (const name of FIRST) begin(t, name, compose, host);
    for (const name of FIRST) await untilReady(name, host);

    const urls = SERVICES.map((name) => [name, `http://127.0.0.1:${host.ports[name].port}`]);
    const services = Object.fromEntries(urls) as Record<ServiceName, string>;
    const nginx = await startNginx(t, { services, listDirectory: at('state/status-list/lists') });
    t.equal((await nginx.ask('/v1/genesis')).body, readFileSync(at('secrets/genesis.jwt'), 'utf8'));
    t.equal((await nginx.ask('/v1/catalogue')).status, 502, 'the issuer is not there yet');

    writeFileSync(at('ca.pem'), nginx.ca);
    const { stdout } = await run(
      ['deploy/single-host/register.ts', at('secrets'), publicOrigin, ICS, nginx.origin],
      { NODE_EXTRA_CA_CERTS: at('ca.pem') },
    );
    for (const line of stdout.trim().split('\n')) {
      const [name = '', value = ''] = line.split('=');
      variables[name] = value;
    }
    const complete = readCompose(variables);
    for (const name of ['issuer', 'status-list'] as const) begin(t, name, complete, host);
    for (const name of SERVICES) await untilReady(name, host);
    t.equal((await nginx.ask('/v1/catalogue')).status, 200);
    t.equal((await nginx.ask(`/status-lists/${randomUUID()}`)).status, 404);
  },
);

/** The anchor's part, with the command that it uses; returns the thumbprint that the command says. */
async function signCell(secrets: string): Promise<string> {
  const anchorKey = join(dirname(secrets), 'anchor.jwk');
  keepPrivateKey(anchorKey);
  const args = ['deploy/genesis.ts', join(secrets, 'cell.json'), '1', anchorKey];
  const { stdout, stderr } = await run(args);
  writeFileSync(join(secrets, 'genesis.jwt'), stdout.trim());
  return /^ANCHOR_THUMBPRINT=(.*)$/m.exec(stderr)?.[1] ?? '';
}

function run(args: string[], env: Record<string, string> = {}) {
  return promisify(execFile)(process.execPath, args, {
    cwd: ROOT,
    env: { ...env, PATH: process.env['PATH'] },
  });
}

/** As the image of PostgreSQL makes the one that POSTGRES_DB names. */
async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('create database staff_passport');
  await client.end();
}

async function choosePorts(): Promise<Host['ports']> {
  const pairs: [string, { port: number; managementPort: number }][] = [];
  for (const name of SERVICES) {
    pairs.push([name, { port: await freePort(), managementPort: await freePort() }]);
  }
  return Object.fromEntries(pairs) as Host['ports'];
}

/** What a container would see, by the names that it has on this machine. */
function environmentHere(name: string, compose: Compose, { folder, postgresPort, ports }: Host) {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`the compose file has no ${name}`);
  const mounted = join(folder, 'mounted', name);
  for (const [target, source] of targetsOf(service)) {
    const { file } = compose.secrets[source] ?? compose.configs[source] ?? { file: '' };
    mkdirSync(dirname(join(mounted, target)), { recursive: true });
    copyFileSync(file, join(mounted, target));
  }
  for (const place of ['audit', 'lists']) {
    mkdirSync(join(folder, 'state', name, place), { recursive: true });
  }
  const here: [string | RegExp, string][] = [
    [/^\/run\//, `${mounted}/run/`],
    ['/var/lib/staff-passport/', `${join(folder, 'state', name)}/`],
    ['@postgres:5432', `@127.0.0.1:${postgresPort}`],
    ...SERVICES.map((each): [RegExp, string] => [
      new RegExp(`http://${each}:8080`, 'g'),
      `http://127.0.0.1:${ports[each].port}`,
    ]),
  ];
  const env = Object.entries(service.environment ?? {}).map(([variable, value]) => [
    variable,
    here.reduce((text, [from, to]) => text.replace(from, to), value),
  ]);
  return Object.fromEntries(env) as Record<string, string>;
}

function begin(t: Test, name: ServiceName, compose: Compose, host: Host): void {
  const { port, managementPort } = host.ports[name];
  const guard = pathToFileURL(join(ROOT, 'deploy/local/exit-with-parent.ts')).href;
  const child = spawn(process.execPath, ['--import', guard, `services/${name}/src/main.ts`], {
    cwd: ROOT,
    env: {
      ...environmentHere(name, compose, host),
      HOST: '127.0.0.1',
      PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
      PATH: process.env['PATH'],
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
    if (child.exitCode !== 0) console.error(`${name}: ${words}`);
  });
}

async function untilReady(name: ServiceName, { ports }: Host): Promise<void> {
  const url = `http://127.0.0.1:${ports[name].managementPort}/readyz`;
  const giveUp = performance.now() + READY_WITHIN_MS;
  let last = 'it does not answer';
  while (performance.now() < giveUp) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.ok) return;
      last = await answer.text();
    } catch {
      // not listening yet
    }
    await wait(50);
  }
  throw new Error(`${name} is not ready: ${last}`);
}

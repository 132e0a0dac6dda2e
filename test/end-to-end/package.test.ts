import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import type { Verification } from '#api/verifier';
import { makePackage } from '../../deploy/package/make-package.ts';
import type { ExhibitRequest, ZooIndex } from '../../deploy/zoo/exhibit.ts';
import { createClient } from './client.ts';
import { startRunningStack } from './running-stack.ts';

t.setTimeout(300_000);

const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'installed-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);

/** As an integrator's machine: nothing of this checkout in the environment, nor the test runner. */
const { HOME = '', PATH = '' } = process.env;
const OUTSIDE_PATH = PATH.split(':')
  .filter((entry) => !entry.includes('node_modules'))
  .join(':');
const run = async (program: string, ...given: string[]): Promise<string> => {
  const clean = ['-i', `HOME=${HOME}`, `PATH=${OUTSIDE_PATH}`, program, ...given];
  const { stdout } = await promisify(execFile)('env', clean, { cwd: folder, maxBuffer: 2 ** 26 });
  return stdout;
};

// Before the first test: tap ends with the last one that it knows of.
const stack = await startRunningStack(t);
const { anchor, clients, publicOrigin, services, zoo = '' } = stack.file();

const index = (await getJson(zoo)) as ZooIndex;
const exhibits = await Promise.all(
  index.exhibits.map(async (exhibit) => ({
    ...exhibit,
    request: (await getJson(new URL(exhibit.file, zoo))) as ExhibitRequest,
  })),
);
// Whether a challenge was used is known to who gave it out; the script uses up that of its own exhibit.
const comparable = exhibits.filter(
  ({ code, name }) => !String(code).startsWith('CHALLENGE_') && name !== 'HOLDER_MISMATCH',
);
const asker = clients.find(({ odsCode }) => odsCode === index.asker.odsCode);
const host = createClient(stack.file(), asker ?? { clientId: '', privateKeyFile: '' });

const tarball = makePackage(folder);
writeFileSync(inFolder('package.json'), '{"private":true,"type":"module"}');
await run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball);
const installed = join(folder, 'node_modules/staff-passport');

t.test('The package has what its entries reach, and no server, store or test', (t) => {
  const files = globSync('**/*', { cwd: installed, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
  t.ok(files.includes('libs/client/client.d.ts'));
  t.ok(files.includes('libs/json-ld/canonicalize-worker.js'));
  t.same(
    files.filter((file) => /(^|\/)(test|store|routes)\/|(?<!\.d)\.ts$/.test(file)),
    [],
  );
  const { dependencies, engines } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  ) as { dependencies: Record<string, string>; engines: { node: string } };
  t.equal(engines.node, '>=20.19');
  t.same(
    Object.keys(dependencies).filter((name) => /fastify|pg|kysely|undici|oidc|pino/.test(name)),
    [],
  );
  t.ok(Object.keys(dependencies).length <= 10, Object.keys(dependencies).join(' '));
  t.ok(
    Object.values(dependencies).every((version) => /^\d+\.\d+\.\d+$/.test(version)),
    'pinned',
  );
  t.end();
});

const CONSUMER = `
import { ClientError, createClient, type Verification } from 'staff-passport/client';
import { collectTrustMaterial, createOfflineVerifier, VcError } from 'staff-passport/offline';

export async function decide(privateKey: { kty: string }): Promise<string> {
  const client = createClient({
    verifier: 'https://a.example', tokenEndpoint: 'https://a.example/token',
    publicOrigin: 'https://a.example', clientId: 'us', privateKey,
  });
  const { challenge } = await client.createChallenge();
  const options = { challenge, domain: 'https://us.example' };
  const answer: Verification = await client.verify({ verifiablePresentation: 'text', options });
  const material = await collectTrustMaterial({ genesis: new URL('file:///x'), anchorThumbprint: 'x' });
  const offline = await createOfflineVerifier({ material, anchorThumbprint: 'x' });
  const same: Verification = await offline.verify({ verifiableCredential: {}, at: '2026-01-01T00:00:00Z' });
  const { id } = await client.getCredential('x');
  await client.changeStatus(id, { status: 'revoked', reason: 'issued-in-error' });
  const verdict: 'accepted' | 'genuine-not-accepted' | 'not-genuine' | 'undetermined' = same.verdict;
  const found: VcError = new ClientError('NOT_FOUND', 'not there', { status: 404 });
  return answer.sentence + verdict + found.code;
}

export async function mistakes(client: ReturnType<typeof createClient>): Promise<void> {
  // @ts-expect-error a presentation needs its challenge
  await client.verify({ verifiablePresentation: 'text' });
  // @ts-expect-error no such reason
  await client.changeStatus('x', { status: 'revoked', reason: 'because' });
  // @ts-expect-error no such member
  (await client.verify({ verifiableCredential: 'text' })).verified;
}
`;

t.test(
  'A strict consumer compiles against its declarations, all of which are checked',
  async (t) => {
    writeFileSync(inFolder('consumer.ts'), CONSUMER);
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    const config = JSON.stringify({ compilerOptions, files: ['consumer.ts'] });
    writeFileSync(inFolder('tsconfig.json'), config);
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await t.resolves(run(process.execPath, tsc, '--project', '.').catch(withOutput));
  },
);

/** What a program that failed printed. */
function withOutput(error: unknown): never {
  const { stdout, stderr } = error as { stdout: string; stderr: string };
  throw new Error(stdout + stderr, { cause: error });
}

async function getJson(url: string | URL): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(90_000) });
  return response.json();
}

const ask = (...given: string[]) =>
  run(process.execPath, 'why-not.mjs', join(stack.dataDir, 'stack.json'), ...given);

t.test(
  'docs/why-not.mjs, in at most 30 lines, says why a presentation is not accepted',
  async (t) => {
    const text = readFileSync(join(ROOT, 'docs/why-not.mjs'), 'utf8');
    t.ok(text.trimEnd().split('\n').length <= 30);
    const page = readFileSync(join(ROOT, 'docs/verify-in-an-afternoon.md'), 'utf8');
    t.ok(page.includes(`\n\`\`\`js\n${text}\`\`\`\n`), 'the page shows it as it is');
    t.same(
      [...text.matchAll(/ from '([^']+)'/g)].map(([, name]) => name),
      ['node:fs', 'staff-passport/client'],
    );
    copyFileSync(join(ROOT, 'docs/why-not.mjs'), inFolder('why-not.mjs'));
    t.match(await ask('good'), /^accepted: [^\n]+\n$/);
    const [first = '', ...found] = (await ask()).trim().split('\n');
    t.match(first, /^genuine-not-accepted: .+ belongs to somebody .+\.$/);
    t.equal(found.length, 1);
    const place =
      /^holder-binding fail: HOLDER_MISMATCH at \/verifiableCredential\/0\/\S+, where it says "did:key:z\w+"$/;
    t.match(found[0], place);
  },
);

interface Answers {
  attempts: number;
  answers: (Verification & { refused?: string })[];
}

/** All that the two have in common: not when it was asked, nor how long before something was fetched. */
function findingsOf({ overall, verdict, sentence, holder, checks, credentials }: Verification) {
  const each = credentials.map(({ registry, statusList, ...rest }) => ({
    ...rest,
    relied: [registry?.authority, registry?.epoch],
    hasList: statusList !== undefined,
  }));
  return { overall, verdict, sentence, holder, checks, credentials: each };
}

const PLAN = inFolder('plan.json');
const MATERIAL = inFolder('material.json');

/** A path of the public origin, and where it is on this machine. */
function origin(path: string, service: string): [string, string] {
  return [`${publicOrigin}${path}`, `${services[service] ?? ''}${path}`];
}

async function planOf(requests: ExhibitRequest[]) {
  const genesis = readFileSync(anchor.genesisFile, 'utf8');
  const plan = {
    anchor: { thumbprint: anchor.thumbprint, genesis },
    origins: [origin('/v1/snapshot', 'trust-registry'), origin('/status-lists', 'status-list')],
    credentials: requests.flatMap(({ verifiableCredential }) => verifiableCredential ?? []),
    presentations: requests.flatMap(({ verifiablePresentation }) => verifiablePresentation ?? []),
    requests,
    now: 0,
  };
  writeFileSync(PLAN, JSON.stringify(plan));
  writeFileSync(MATERIAL, await run(process.execPath, 'collect.mjs', PLAN));
  // What it is then is asked for as of now, however long it takes on this machine.
  writeFileSync(PLAN, JSON.stringify({ ...plan, now: Date.now() }));
}

/** Those that the package is for and that this machine has. */
function nodes(): string[] {
  const own = OUTSIDE_PATH.split(':').map((entry) => join(entry, 'node'));
  const found = own.find((file) => versionOf(file) !== undefined);
  const [major = 0, minor = 0] = versionOf(found ?? '') ?? [];
  const isRecent = major > 20 || (major === 20 && minor >= 19);
  return found !== undefined && isRecent ? [process.execPath, found] : [process.execPath];
}

function versionOf(file: string): number[] | undefined {
  try {
    const text = execFileSync(file, ['--version'], { encoding: 'utf8', env: {} });
    return text.slice(1).split('.').map(Number);
  } catch {
    return undefined;
  }
}

t.test('Offline, without a network, every exhibit gets the answer of the service', async (t) => {
  for (const program of ['collect.mjs', 'verify-offline.mjs']) {
    copyFileSync(join(import.meta.dirname, 'installed', program), inFolder(program));
  }
  const requests = comparable.map(({ request }) => request);
  await planOf(requests);
  const online: Verification[] = [];
  for (const body of requests) {
    const answer = await host.send('verifier', '/v1/verifications', { body });
    online.push(answer.json() as unknown as Verification);
  }
  for (const node of nodes()) {
    const { attempts, answers } = JSON.parse(
      await run(node, 'verify-offline.mjs', PLAN, MATERIAL),
    ) as Answers;
    t.equal(attempts, 0, 'nothing was asked of a network');
    t.equal(answers.length, comparable.length);
    for (const [at, { name }] of comparable.entries()) {
      const [offline, service] = [answers[at], online[at]];
      if (offline === undefined || service === undefined) throw new Error('each has an answer');
      t.same(findingsOf(offline), findingsOf(service), `${name}, ${node}`);
    }
  }
});

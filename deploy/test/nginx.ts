import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFree } from '../../test/end-to-end/running-stack.ts';
import { createLocalCertificate } from '../local/certificate.ts';
import type { ServiceName } from '../local/layout.ts';

const DEPLOY = fileURLToPath(new URL('../', import.meta.url));
const START_TIMEOUT_MS = 10_000;

interface Test {
  teardown(handler: () => unknown): void;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** of this machine, to ask from */
  localAddress?: string;
}

export interface Nginx {
  /** `https://localhost:…` */
  origin: string;
  plainOrigin: string;
  ca: string;
  /** `path` goes out as it is written here */
  ask(path: string, question?: Question): Promise<Answer>;
}

/** Why nginx cannot be tried here; undefined when it can. */
export function missingNginx(): string | undefined {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'nginx is not installed';
  }
}

/**
 * The configuration of deploy/nginx/ as it stands, in a real nginx; of site.conf what is one host's own is set for
 * this machine.
 */
export async function startNginx(
  t: Test,
  { services, listDirectory }: { services: Record<ServiceName, string>; listDirectory: string },
): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'staff-passport-nginx-'));
  mkdirSync(join(folder, 'tmp'));
  const { ca, cert, key } = createLocalCertificate(Date.now());
  writeFileSync(join(folder, 'tls.crt'), cert);
  writeFileSync(join(folder, 'tls.key'), key, { mode: 0o600 });
  const [port, plainPort] = [await freePort(), await freePort()];
  for (const file of ['nginx/cell.conf', 'nginx/proxy.conf', 'nginx-status-lists.conf']) {
    copyFileSync(join(DEPLOY, file), join(folder, file.replace('nginx/', '')));
  }
  const nginxConf = readFileSync(join(DEPLOY, 'nginx/nginx.conf'), 'utf8');
  writeFileSync(join(folder, 'nginx.conf'), nginxConf.replaceAll('/tmp/', `${folder}/tmp/`));
  const own: [string, string][] = [
    ['listen 8080;', `listen 127.0.0.1:${plainPort};`],
    ['listen 8443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['/run/secrets/tls', `${folder}/tls`],
    ['/var/lib/staff-passport/lists', listDirectory],
    ...Object.entries(services).map(([name, url]): [string, string] => [
      `http://${name}:8080`,
      url,
    ]),
  ];
  const site = own.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`site.conf has no ${from}`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(DEPLOY, 'nginx/site.conf'), 'utf8'),
  );
  writeFileSync(join(folder, 'site.conf'), site);

  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', `daemon off;${asRoot()}`];
  const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.teardown(async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `https://localhost:${port}`;
  const ask = (path: string, question: Question = {}) => askOver(ca, port, path, question);
  await untilItAnswers(child, ask);
  return { origin, plainOrigin: `http://localhost:${plainPort}`, ca, ask };
}

/** Its workers read files of this user's, where it was started by root. */
function asRoot(): string {
  return process.getuid?.() === 0 ? 'user root;' : '';
}

async function untilItAnswers(child: ChildProcess, ask: Nginx['ask']): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const giveUp = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < giveUp) {
    if (child.exitCode !== null) break;
    try {
      await ask('/');
      return;
    } catch {
      await wait(20);
    }
  }
  throw new Error(`nginx did not start: ${said}`);
}

async function askOver(
  ca: string,
  port: number,
  path: string,
  question: Question,
): Promise<Answer> {
  const { method = 'GET', headers = {}, body, localAddress } = question;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const place = { host: '127.0.0.1', servername: 'localhost', port, path, ca, localAddress };
  const asked = request({ ...place, method, headers, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    response.on('error', reject);
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
    );
  });
  asked.on('error', reject);
  asked.end(body);
  return promise;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}

/** Above the ports of local stacks, and below those that the system gives to connections meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 30_800 + Math.floor(Math.random() * 1_900);
    if (await isFree(port)) return port;
  }
}

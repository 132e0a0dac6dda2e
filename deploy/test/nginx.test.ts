import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { createServer } from '#kit/server';
import {
  fetchDocuments,
  operationsOf,
} from '../../test/end-to-end/api-examples/documented-examples.ts';
import { type RunningStack, startRunningStack } from '../../test/end-to-end/running-stack.ts';
import { createHrClient } from '../local/hr-client.ts';
import { SERVICES, type ServiceName } from '../local/layout.ts';
import { keepPrivateKey } from '../local/secrets.ts';
import { missingNginx, type Nginx, startNginx } from './nginx.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** People sign in there in development only. */
const NOT_IN_PRODUCTION = /^\/(auth|sign-in)(\/|$)/;

t.setTimeout(300_000);

const missing = missingNginx();
// once more where a summary of the run shows it
if (missing !== undefined) console.error(`skipped: nginx in front of a cell: ${missing}`);
t.test('there is an nginx to test with', { skip: missing ?? false }, async (t) => {
  t.equal(missing, undefined);
});
if (missing === undefined) {
  const stack = await startRunningStack(t);
  const services = stack.file().services as Record<ServiceName, string>;
  const nginx = await startNginx(t, { services, listDirectory: join(stack.dataDir, 'lists') });
  const echoes = await startEchoes();
  const named = await startNginx(t, { services: echoes, listDirectory: stack.dataDir });
  testPaths(named, await pathsOf(services));
  testAddresses(named);
  testDocuments(nginx, stack);
}

/** Instead of the services: each says its name, what was asked, and from where it takes the caller to be. */
async function startEchoes(): Promise<Record<ServiceName, string>> {
  const urls: [string, string][] = [];
  for (const name of SERVICES) {
    const app = await createServer({
      name,
      description: 'says what it was asked',
      logger: false,
      traffic: { rateLimitPerMinute: 0, trustedProxies: ['127.0.0.1'] },
    });
    app.addHook('onRequest', async (request, reply) =>
      reply.code(200).send({ name, url: request.url, ip: request.ip, protocol: request.protocol }),
    );
    urls.push([name, await app.listen({ host: '127.0.0.1', port: 0 })]);
    t.teardown(() => app.close());
  }
  return Object.fromEntries(urls) as Record<ServiceName, string>;
}

async function pathsOf(services: Record<ServiceName, string>) {
  const operations = (await fetchDocuments(services)).flatMap(operationsOf);
  return operations.map(({ service, path, method }) => ({
    service,
    method: method.toUpperCase(),
    path: path.replaceAll(/\{\w+\}/g, '9cc64c4e-784b-4a25-b408-81274a3b0c34'),
  }));
}

function testPaths(named: Nginx, operations: Awaited<ReturnType<typeof pathsOf>>): void {
  t.test(
    'Every documented operation reaches its own service, but those that are not for outside',
    async (t) => {
      t.ok(operations.length > 70);
      for (const { service, method, path } of operations) {
        const { status, body } = await named.ask(path, { method });
        const title = `${method} ${path}`;
        if (path.startsWith('/internal/') || NOT_IN_PRODUCTION.test(path)) {
          t.equal(status, 404, title);
        } else if (!path.startsWith('/status-lists/')) {
          t.equal(status, 200, title);
          t.match(JSON.parse(body), { name: service, url: path }, title);
        }
      }
    },
  );

  t.test('Nothing inside is reached, however its address is written', async (t) => {
    t.equal((await named.ask('/v1/credentials')).status, 200);
    const inside = [
      '/internal/leases',
      '//internal/leases',
      '/./internal/leases',
      '/%69nternal/leases',
      '/v1/credentials/../../internal/leases',
      '/v1/credentials/%2e%2e/%2e%2e/internal/leases',
      '/v1/credentials/..%2f..%2finternal/leases',
      '/internal/x/../../v1/credentials',
      '/v1//credentials',
      '/v1/credentials/%5c..%5cinternal',
      '/INTERNAL/leases',
      '/livez',
      '/readyz',
      '/metrics',
      '/docs',
      '/openapi.json',
    ];
    for (const path of inside) {
      const { status, body } = await named.ask(path, { method: 'POST' });
      t.notMatch(body, /"name"/, `${path} reaches no service`);
      t.ok(status === 404 || status === 400, `${path}: ${status}`);
    }
  });
}

function testAddresses(named: Nginx): void {
  t.test('A service knows the address of a caller, whatever the caller says of it', async (t) => {
    t.match(await callerOf(named, {}), { ip: '127.0.0.2', protocol: 'https' });
    t.match(await callerOf(named, { 'x-forwarded-for': '203.0.113.9' }), { ip: '127.0.0.2' });
    t.match(await callerOf(named, { 'x-forwarded-for': '203.0.113.9, 127.0.0.1' }), {
      ip: '127.0.0.2',
    });
  });
}

async function callerOf(nginx: Nginx, headers: Record<string, string>) {
  const { body } = await nginx.ask('/v1/credentials', { headers, localAddress: '127.0.0.2' });
  return JSON.parse(body) as { ip: string; protocol: string };
}

function testDocuments(nginx: Nginx, stack: RunningStack): void {
  const { administrator, publicOrigin, clients } = stack.file();

  t.test(
    'A caller who trusts another authority does not connect, and plain HTTP leads to https',
    async (t) => {
      t.equal((await nginx.ask('/.well-known/did.json')).status, 200);
      await t.rejects(fetch(`${nginx.origin}/.well-known/did.json`), TypeError);
      const plain = await fetch(`${nginx.plainOrigin}/jwks?a=b`, { redirect: 'manual' });
      t.equal(plain.status, 308);
      t.equal(plain.headers.get('location'), 'https://localhost/jwks?a=b');
      const { headers } = await nginx.ask('/jwks');
      t.match(headers['strict-transport-security'], /^max-age=\d{7,}/);
    },
  );

  t.test(
    'A DID document is asked for once and then answered from the cache, byte for byte',
    async (t) => {
      const path = `/trusts/${clients[0]?.odsCode}/did.json`;
      const first = await nginx.ask(path);
      const second = await nginx.ask(path);
      t.equal(first.headers['x-cache'], 'MISS');
      t.equal(second.headers['x-cache'], 'HIT');
      t.equal(second.body, first.body);
      t.equal(second.headers['content-type'], first.headers['content-type']);
      t.match(second.headers['cache-control'], /^public, max-age=\d+$/);
      const then = `${path}?at=${encodeURIComponent(new Date(Date.now() - 1_000).toISOString())}`;
      t.equal(
        (await nginx.ask(then)).headers['x-cache'],
        'MISS',
        'another time is another document',
      );
    },
  );

  t.test(
    'The clients of issuer and status-list are registered through nginx, and once only',
    async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'staff-passport-host-'));
      t.teardown(() => rmSync(folder, { recursive: true }));
      cpSync(administrator.privateKeyFile, join(folder, 'administrator.client.jwk'));
      for (const name of ['issuer', 'status-list'])
        keepPrivateKey(join(folder, `${name}.client.jwk`));
      writeFileSync(join(folder, 'ca.pem'), nginx.ca);
      const register = async () => {
        const args = ['deploy/single-host/register.ts', folder, publicOrigin, 'QZN', nginx.origin];
        const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
        return (await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })).stdout;
      };
      const said = await register();
      t.match(said, /^ISSUER_CLIENT_ID=[\w.-]+\nSTATUS_LIST_CLIENT_ID=[\w.-]+\n$/);
      t.equal(await register(), said);
      const clientId = /^ISSUER_CLIENT_ID=(.*)$/m.exec(said)?.[1];
      const found = await createHrClient(stack.file(), administrator).get(
        'authorization',
        `/v1/clients/${clientId}`,
      );
      t.match(found.body, { scopes: ['internal:status'], revokedAt: null });
    },
  );

  t.test(
    'When the services are gone, status lists are served on and old DID documents are not',
    async (t) => {
      const lists = join(stack.dataDir, 'lists/status-lists');
      const [id = ''] = readdirSync(lists);
      const list = readFileSync(join(lists, id), 'utf8');
      t.equal((await nginx.ask('/v1/genesis')).status, 200);
      await stack.stop();
      const { status, headers, body } = await nginx.ask(`/status-lists/${id}`);
      t.equal(status, 200);
      t.equal(body, list);
      t.equal(headers['content-type'], 'application/vc');
      t.equal(headers['cache-control'], 'public, max-age=15');
      t.equal((await nginx.ask('/trusts/ZZB02/did.json')).status, 502, 'none is kept of this one');
      t.equal((await nginx.ask('/v1/genesis')).status, 502);
    },
  );
}

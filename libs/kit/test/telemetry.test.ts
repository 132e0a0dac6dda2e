import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { createHttpClient } from '../http-client.ts';
import { createServer as createApi } from '../server.ts';
import { startTelemetry } from '../telemetry.ts';
import { currentTracing, setTracing, traceCall, traceQuery } from '../tracing.ts';

const ROOT = new URL('../../../', import.meta.url);
const TRACE = 'ab'.repeat(16);
const SPAN = 'cd'.repeat(8);
const logger = { warn: () => {} };

t.test('One file imports OpenTelemetry, and it is only loaded when it is asked for', (t) => {
  const files = globSync('{libs,services,deploy,migrations}/**/*.ts', { cwd: ROOT });
  const importing = (what: RegExp) =>
    files.filter((file) => what.test(readFileSync(new URL(file, ROOT), 'utf8')));
  t.same(importing(/from '@opentelemetry\//), ['libs/kit/otel.ts']);
  t.same(importing(/from '(\.|#kit)\/otel/), []);
  t.same(importing(/import\('(\.|#kit)\/otel/), ['libs/kit/telemetry.ts']);
  t.end();
});

t.test('Without an endpoint nothing is traced, and work is called straight through', async (t) => {
  const telemetry = await startTelemetry(
    'test',
    { endpoint: undefined, samplePercent: 100 },
    logger,
  );
  t.equal(currentTracing(), undefined);
  t.equal(await traceQuery('select 1', () => Promise.resolve(1)), 1);
  await traceCall({ method: 'GET', host: 'a.example' }, (headers) => {
    t.same(headers, {});
    return Promise.resolve({ status: 200 });
  });
  await telemetry.close();
});

t.test('A caller is believed a traceparent that is one, and nothing else', async (t) => {
  await start(t, 'http://127.0.0.1:9');
  const seen: string[] = [];
  const receiver = await listen(t, (traceparent) => seen.push(traceparent));
  const http = createHttpClient({ originMap: {}, internal: [receiver] });
  const app = await createApi({ name: 'test', description: 'A test', logger: false });
  t.teardown(async () => {
    await app.close();
    await http.close();
  });
  app.post('/calls', async () => {
    await http.get(receiver);
    return {};
  });
  const call = async (traceparent: string) => {
    await app.inject({ method: 'POST', url: '/calls', headers: { traceparent }, payload: {} });
    return seen.pop() ?? '';
  };
  t.match(
    await call(`00-${TRACE}-${SPAN}-01`),
    new RegExp(`^00-${TRACE}-(?!${SPAN})[0-9a-f]{16}-01$`),
  );
  t.match(await call(`00-${TRACE}-${SPAN}-00`), new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  for (const bad of [
    '',
    'canary',
    `00-${TRACE}-${SPAN}`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01canary`,
  ]) {
    const passedOn = await call(bad);
    t.match(passedOn, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/, bad);
    t.notMatch(passedOn, TRACE, 'a trace of its own');
  }
});

t.test('A collector that never answers does not hold up the end', async (t) => {
  const hanging = createServer(() => {}).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  t.teardown(() => {
    hanging.close();
    hanging.closeAllConnections();
  });
  const { port } = hanging.address() as AddressInfo;
  const telemetry = await start(t, `http://127.0.0.1:${port}`);
  const span = currentTracing()?.startRequest(undefined);
  span?.end({ method: 'GET', route: '/', status: 200 });
  const came = once(hanging, 'request');
  const closed = telemetry.close();
  await came;
  await closed;
  t.pass('it ends while the collector still hangs');
});

async function start(t: Test, endpoint: string) {
  const telemetry = await startTelemetry('test', { endpoint, samplePercent: 100 }, logger);
  t.teardown(() => setTracing(undefined));
  return telemetry;
}

interface Test {
  teardown(handler: () => unknown): void;
}

async function listen(t: Test, onCall: (traceparent: string) => void): Promise<string> {
  const server = createServer((request, response) => {
    onCall(String(request.headers['traceparent']));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { seededRandom } from '../seeded-random.ts';
import { randomTraining } from './claims.ts';
import { createClient } from './client.ts';
import { type ReceivedSpan, startCollector } from './collector.ts';
import { bindHolder, createHolder } from './holder.ts';
import { searchLogs } from './logs.ts';
import { startRunningStack } from './running-stack.ts';
import { scrape } from './scrape.ts';

const WITHIN_MS = 30_000;
const ATTRIBUTES = new Set([
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'server.address',
  'db.system.name',
  'db.query.text',
  'error.type',
]);

t.setTimeout(180_000);

const collector = await startCollector(t);
const running = await startRunningStack(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
const stack = running.file();
const [trust] = stack.clients;
if (!trust) throw new Error('stack.json names a trust');
const hr = createClient(stack, trust);
const random = seededRandom();
t.comment(`SEED=${random.seed} repeats the claims`);

const word = `canary${randomUUID()}`;
const traceId = randomBytes(16).toString('hex');
const spanId = randomBytes(8).toString('hex');

const employeeId = `EMP-${word}`;
const holder = createHolder();
await bindHolder(hr, holder, employeeId);
const { type, claims } = randomTraining(random, trust.odsCode);
const minted = await hr.send('issuer', '/v1/credentials', {
  body: { employeeId, type, claims: { ...claims, learningMethod: word } },
  idempotencyKey: word,
});
const { verifiableCredential } = minted.json() as {
  verifiableCredential: JsonObject & { id: string };
};
const id = verifiableCredential.id.replace('urn:uuid:', '');
await hr.send('verifier', '/v1/verifications', { body: { verifiableCredential } });
await hr.send('issuer', `/${word}?${word}`);
await traced(`/v1/credentials/${id}/status?x=${word}`, {
  status: 'suspended',
  reason: 'under-investigation',
  internalNote: word,
});

const ofTrace = (span: ReceivedSpan) => span.traceId === traceId;
const isServerOf = (service: string) => (span: ReceivedSpan) =>
  ofTrace(span) && span.service === service && 'http.route' in span.attributes;

t.test('A request is one trace, from its caller through the issuer to status-list', async (t) => {
  await until(() =>
    ['issuer', 'status-list'].every((name) => collector.spans().some(isServerOf(name))),
  );
  const spans = collector.spans();
  const asked = spans.find(isServerOf('issuer'));
  const passedOn = spans.find(isServerOf('status-list'));
  t.match(asked, { parentSpanId: spanId, name: 'POST /v1/credentials/:id/status' });
  t.equal(asked?.attributes['http.response.status_code'], 200);
  t.match(passedOn?.name, /^POST \/internal\/status-change/);
  const call = spans.find((span) => span.spanId === passedOn?.parentSpanId);
  t.match(call, { service: 'issuer', traceId, name: 'POST' });
  const statements = spans.filter((span) => ofTrace(span) && span.name === 'postgresql');
  t.same(new Set(statements.map(({ service }) => service)), new Set(['issuer', 'status-list']));
});

t.test('The log lines of the request carry the trace', async (t) => {
  for (const service of ['issuer', 'status-list']) {
    const lines = () =>
      readFileSync(join(running.dataDir, 'logs', `${service}.log`), 'utf8')
        .split('\n')
        .filter((line) => line.includes(`"trace_id":"${traceId}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await until(() => lines().some(({ event }) => event === 'request'));
    const { span_id: logged } = lines().find(({ event }) => event === 'request') ?? {};
    t.equal(logged, collector.spans().find(isServerOf(service))?.spanId, service);
  }
});

t.test('Issuing shows its signature as a step', async (t) => {
  await until(() => collector.spans().some(({ name }) => name === 'sign'));
  t.ok(collector.spans().some(({ service, name }) => service === 'issuer' && name === 'sign'));
});

t.test('Nothing of what was sent is in a span, a log line or a metric', async (t) => {
  await until(() => collector.spans().some(({ name }) => name === 'POST /v1/verifications'));
  const spans = collector.spans();
  const names = new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)));
  t.same(
    [...names].filter((name) => !ATTRIBUTES.has(name)),
    [],
  );
  const secrets = [word, holder.did, id, employeeId, await hr.token()];
  for (const secret of [...secrets, trust.odsCode, 'did:']) {
    t.notOk(collector.text().includes(secret), `no span has ${secret.slice(0, 20)}`);
  }
  for (const { name, found } of searchLogs(
    running,
    secrets.filter((secret) => secret !== id),
  )) {
    t.same(found, [], name);
  }
  for (const base of Object.values(stack.services)) {
    const { text } = await scrape(`http://127.0.0.1:${Number(new URL(base).port) + 100}`);
    for (const secret of secrets) t.notOk(text.includes(secret));
  }
});

/** A change of status whose caller is already in a trace. */
async function traced(path: string, body: JsonObject): Promise<void> {
  const response = await fetch(`${stack.services['issuer']}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await hr.token()}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      traceparent: `00-${traceId}-${spanId}-01`,
      tracestate: `vendor=${word}`,
      baggage: `word=${word}`,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
}

async function until(holds: () => boolean): Promise<void> {
  const giveUp = performance.now() + WITHIN_MS;
  while (!holds()) {
    if (performance.now() > giveUp) throw new Error('It did not come');
    await wait(100);
  }
}

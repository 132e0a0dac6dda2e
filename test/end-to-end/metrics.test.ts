import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { collectDefaultMetrics, Registry } from 'prom-client';
import t from 'tap';
import { PROBLEMS } from '#kit/problem';
import type { JsonObject } from '#vc/data-model';
import { seededRandom } from '../seeded-random.ts';
import { randomTraining } from './claims.ts';
import { createClient, sendRequest } from './client.ts';
import { bindHolder, createHolder } from './holder.ts';
import { type DocumentedMetric, readDocumentedMetrics, readLabelValues } from './metric-tables.ts';
import { startRunningStack } from './running-stack.ts';
import { scrape, type Scrape, sumOf } from './scrape.ts';
import { fetchBits, isSet, revocationEntry } from './status-lists.ts';
import { readQueries } from './watching-files.ts';

const WITHIN_MS = 60_000;
const ROOT = new URL('../../', import.meta.url);
const SUFFIX = /_(bucket|sum|count)$/;

t.setTimeout(180_000);

const documented = readDocumentedMetrics();
const labelValues = readLabelValues();
const random = seededRandom();
t.comment(`SEED=${random.seed} repeats the claims`);
const stack = (await startRunningStack(t)).file();
const services = Object.keys(stack.services);
const [trust] = stack.clients;
if (!trust) throw new Error('stack.json names a trust');
const hr = createClient(stack, trust);

const word = `canary${randomUUID()}`;
await traffic();
const first = await scrapeAll();
await traffic();
const second = await scrapeAll();

t.test('Every metric that a service has is documented for it, and the other way round', (t) => {
  const bare = new Registry();
  collectDefaultMetrics({ register: bare });
  const nodes = new Set(bare.getMetricsAsArray().map(({ name }) => name));
  for (const [service, { types }] of second) {
    const own = [...types].filter(([name]) => !nodes.has(name));
    const expected = documented.filter((metric) => isOf(metric, service));
    t.same(
      Object.fromEntries(own),
      Object.fromEntries(expected.map(({ name, type }) => [name, type])),
      service,
    );
  }
  t.end();
});

t.test('Every label is documented for its metric, and its values are of a closed set', (t) => {
  const cells = decodeJwt(readFileSync(stack.anchor.genesisFile, 'utf8').trim())['cells'] as {
    did: string;
  }[];
  const isOfSet: Record<string, (value: string) => boolean> = {
    route: (value) =>
      value === 'unknown' ||
      /^(\/[a-z*][\w.*-]*|\/:\w+|\/\.well-known)+\/?$/.test(value) ||
      value === '/',
    status: (value) => /^[2-5]\d\d$/.test(value),
    code: (value) => Object.hasOwn(PROBLEMS, value),
    cell: (value) => cells.some(({ did }) => did === value),
  };
  const seen = new Set<string>();
  for (const [service, { samples }] of second) {
    for (const { name, labels } of samples) {
      const metric = documented.find((each) => name.replace(SUFFIX, '') === each.name);
      if (metric === undefined) continue;
      for (const [label, value] of Object.entries(labels)) {
        if (label === 'le' && metric.type === 'histogram') continue;
        if (!metric.labels.includes(label)) t.fail(`${service}: ${name} has ${label}`);
        const isIn = isOfSet[label] ?? ((each) => labelValues.get(label)?.includes(each) ?? false);
        if (!isIn(value)) t.fail(`${service}: ${name}{${label}="${value}"}`);
        seen.add(`${metric.name} ${label}`);
      }
    }
  }
  // nothing failed here: what its event may be is the next test
  const promised = documented.flatMap(({ name, labels }) =>
    labels.map((label) => `${name} ${label}`),
  );
  t.same(
    promised.filter((label) => !seen.has(label)),
    ['background_failures_total event'],
    'each documented label is there',
  );
  t.end();
});

t.test('The events of failures in the background are the ones that the programs name', (t) => {
  const named = new Set<string>();
  for (const file of globSync('services/*/src/**/*.ts', { cwd: ROOT })) {
    const source = readFileSync(new URL(file, ROOT), 'utf8');
    const calls = /\b(?:countFailure|logFailure|failed|repeat)\(\s*'([a-z-]+\.[a-z-]+)'/g;
    for (const [, event = ''] of source.matchAll(calls)) named.add(event);
  }
  t.same(labelValues.get('event'), [...named].toSorted());
  t.end();
});

t.test('The routes that dashboards and alerts ask for are routes of the services', async (t) => {
  const routes = new Set<string>();
  for (const base of Object.values(stack.services)) {
    const api = (await sendRequest(`${base}/openapi.json`, {})).json() as { paths: object };
    for (const path of Object.keys(api.paths)) routes.add(path.replaceAll(/\{(\w+)\}/g, ':$1'));
  }
  const asked = readQueries().flatMap(({ selectors }) =>
    selectors.flatMap(({ matchers }) =>
      matchers.filter(({ label }) => label === 'route').flatMap(({ value }) => value.split('|')),
    ),
  );
  t.ok(asked.length > 0);
  t.same(
    asked.filter((route) => !routes.has(route)),
    [],
  );
});

t.test('What comes in a request adds no series and stands in no metric', (t) => {
  for (const service of services) {
    t.same(seriesOf(second.get(service)), seriesOf(first.get(service)), service);
    t.notOk(second.get(service)?.text.includes(word), `${service}: no word of a caller`);
    t.notOk(second.get(service)?.text.includes(trust.odsCode), `${service}: no trust`);
  }
  t.end();
});

t.test('What was done is counted where the promises look for it', (t) => {
  const rise = (service: string, name: string, labels: Record<string, string>) =>
    sumOf(found(service), name, labels) - sumOf(first.get(service) as Scrape, name, labels);
  const answered = (service: string, route: string, status: string) =>
    rise(service, 'http_request_duration_seconds_count', { method: 'POST', route, status });
  t.equal(answered('issuer', '/v1/credentials', '201'), 1);
  t.equal(answered('issuer', '/v1/credentials/:id/status', '200'), 1);
  t.ok(answered('verifier', '/v1/verifications', '200') >= 2);
  const verified = (overall: string) =>
    rise('verifier', 'verifier_verifications_total', { scope: 'credential', overall });
  t.ok(verified('pass') >= 1);
  t.equal(verified('fail'), 1);
  t.ok(sumOf(found('status-list'), 'status_list_change_visible_seconds_count') >= 2);
  t.ok(
    sumOf(found('status-list'), 'status_list_change_visible_seconds_bucket', { le: '60' }) >= 2,
    'within the minute',
  );
  t.ok(
    sumOf(found('status-list'), 'status_list_publications_total', { outcome: 'published' }) >= 2,
  );
  for (const service of services) {
    const now = Date.now() / 1_000;
    t.ok(sumOf(found(service), 'http_problems_total', { code: 'NOT_FOUND' }) >= 2, service);
    t.equal(sumOf(found(service), 'audit_failures_total'), 0);
    t.ok(now - sumOf(found(service), 'audit_checkpoint_timestamp_seconds') < 60);
    t.ok(sumOf(found(service), 'database_pool_connections') > 0);
    t.ok(
      sumOf(found(service), 'database_pool_connections') <=
        sumOf(found(service), 'database_pool_max_connections'),
    );
  }
  t.ok(sumOf(found('issuer'), 'http_problems_total', { code: 'UNAUTHORIZED' }) >= 2);
  t.ok(sumOf(found('issuer'), 'http_problems_total', { code: 'PARSING_ERROR' }) >= 2);
  t.end();
});

/** Issue, verify, revoke until it shows, verify; then what is refused: no token, no JSON, and what there is not. */
async function traffic(): Promise<void> {
  const employeeId = `EMP-${word}`;
  await bindHolder(hr, createHolder(), employeeId);
  const { type, claims } = randomTraining(random, trust?.odsCode ?? '');
  const minted = await hr.send('issuer', '/v1/credentials', {
    body: { employeeId, type, claims },
    idempotencyKey: randomUUID(),
  });
  const { verifiableCredential } = minted.json() as {
    verifiableCredential: JsonObject & { id: string };
  };
  const id = verifiableCredential.id.replace('urn:uuid:', '');
  const verify = () => hr.send('verifier', '/v1/verifications', { body: { verifiableCredential } });
  await verify();
  await hr.send('issuer', `/v1/credentials/${id}/status`, {
    body: { status: 'revoked', reason: 'issued-in-error' },
    idempotencyKey: randomUUID(),
  });
  const entry = revocationEntry(verifiableCredential);
  await until(async () => isSet(await fetchBits(stack, entry.statusListCredential), entry));
  // the verifier keeps what it fetched before for a while
  await until(async () => (await verify()).json()['overall'] === 'fail');
  for (const [service, base] of Object.entries(stack.services)) {
    const unknown = `${base}/${word}/${randomUUID()}?${word}=${randomUUID()}`;
    await sendRequest(unknown, {});
    for (const method of ['PROPFIND', 'DELETE']) await (await fetch(unknown, { method })).text();
    await hr.send(service, `/${randomUUID()}`);
  }
  await hr.send('issuer', `/v1/credentials/${randomUUID()}/record`);
  await hr.send('issuer', `/v1/credentials/${word}`);
  await hr.send('issuer', '/v1/credentials', { body: `{"${word}":`, idempotencyKey: word });
  await sendRequest(`${stack.services['issuer']}/v1/credentials`, { body: { employeeId } });
  await hr.send('trust-registry', `/v1/organisations/Z${Math.floor(random.next() * 9_999)}`);
  await hr.send('status-list', `/status-lists/${randomUUID()}`);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error('It did not come');
    await wait(100);
  }
}

async function scrapeAll(): Promise<Map<string, Scrape>> {
  return new Map(
    await Promise.all(
      Object.entries(stack.services).map(async ([service, base]) => {
        const { port } = new URL(base);
        return [service, await scrape(`http://127.0.0.1:${Number(port) + 100}`)] as const;
      }),
    ),
  );
}

function isOf({ services: named }: DocumentedMetric, service: string): boolean {
  return named.includes('all') || named.includes(service);
}

function found(service: string): Scrape {
  return second.get(service) as Scrape;
}

/** Names and labels of what is asked over HTTP. */
function seriesOf(scraped: Scrape | undefined): Set<string> {
  const ofHttp = (scraped?.samples ?? []).filter(({ name }) => name.startsWith('http_'));
  return new Set(ofHttp.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`));
}

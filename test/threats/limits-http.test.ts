import { randomUUID } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { exchange } from './exchange.ts';
import { nameOf, type Route, walkStack } from './walk.ts';

t.setTimeout(180_000);

const { stack, routes, token } = await walkStack(t);
const services = Object.entries(stack.services).map(([name, url]) => ({
  name,
  url,
  port: Number(new URL(url).port),
  // the management port is 100 above
  management: `http://127.0.0.1:${Number(new URL(url).port) + 100}`,
}));

function askWith(port: number, headers: string) {
  return exchange(
    port,
    `GET /openapi.json HTTP/1.1\r\nHost: passport.northmoor.example\r\nConnection: close\r\n${headers}\r\n`,
  );
}

t.test('C14: a flood of headers is 431 at every service', async (t) => {
  const many = Array.from({ length: 2_000 }, (_, at) => `x-header-${at}: some value\r\n`).join('');
  const big = `x-header: ${'v'.repeat(64 * 1024)}\r\n`;
  for (const { name, port, url } of services) {
    t.equal((await askWith(port, 'x-header: some value\r\n')).status, 200, name);
    for (const flood of [many, big]) {
      const answer = await askWith(port, flood);
      t.equal(answer.status, 431, `${name}: ${answer.text.slice(0, 100)}`);
      t.match(JSON.parse(answer.body), { status: 431, code: 'INVALID_REQUEST' });
    }
    t.equal((await fetch(`${url}/openapi.json`)).status, 200, `${name} goes on`);
  }
});

t.test(
  'C23: metrics and health are on the management port alone, and no label comes from the input',
  async (t) => {
    const strange = `strange-${randomUUID()}`;
    for (const { name, url, management } of services) {
      for (const path of ['/metrics', '/livez', '/readyz']) {
        t.equal((await fetch(`${management}${path}`)).status, 200, `${name} has ${path} there`);
        t.equal((await fetch(`${url}${path}`)).status, 404, `${name} has no ${path} in public`);
      }
      t.equal((await fetch(`${url}/healthz`)).status, 404);
      t.equal((await fetch(`${management}/openapi.json`)).status, 404, 'nor the reverse');

      const own = routes.filter((route) => route.service === name && route.method === 'GET');
      for (const { template } of own) {
        await fetch(`${url}${template.replaceAll(/\{\w+\}/g, strange)}?q=${strange}`);
      }
      await fetch(`${url}/${strange}`, { method: 'PROPFIND', headers: { 'user-agent': strange } });
      const metrics = await (await fetch(`${management}/metrics`)).text();
      t.match(metrics, 'http_request_duration_seconds_count', 'what was asked is counted');
      t.notMatch(metrics, strange, `${name} counts by no word of the caller`);
      const labels = new Set([...metrics.matchAll(/route="([^"]*)"/g)].map(([, route]) => route));
      const known = routes
        .filter((route) => route.service === name)
        .map(({ template }) => template.replaceAll(/\{(\w+)\}/g, ':$1'));
      const others = [...labels].filter(
        (label = '') =>
          !known.includes(label) && !/^(unknown|\/openapi\.json|\/docs.*|\*)$/.test(label),
      );
      t.same(others, [], `${name} has a label for each route, and one for what is none`);
    }
  },
);

interface Described {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response>; schemas: object };
}
interface Response {
  $ref?: string;
  content?: Record<string, { schema: object }>;
}

async function readDescription(url: string): Promise<Described> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as Described;
}

const ajv = new Ajv2020({ strict: false, formats: { uri: true } });

/** What is wrong with an answer, by the description of its route; undefined when nothing is. */
function faultIn(api: Described, route: Route, answer: Refusal): string | undefined {
  const { status, type, text } = answer;
  const operation = api.paths[route.template]?.[route.method.toLowerCase()];
  const stated = operation?.responses[String(status)];
  const response =
    stated?.$ref === undefined
      ? stated
      : api.components.responses[stated.$ref.split('/').at(-1) ?? ''];
  if (response === undefined) return `${status} is not described: ${text}`;
  const media = response.content?.[type];
  if (media === undefined) return `${status} is not described as ${type}`;
  const validate = ajv.compile({ ...media.schema, components: api.components });
  return validate(JSON.parse(text)) ? undefined : ajv.errorsText(validate.errors);
}

interface Refusal {
  status: number;
  type: string;
  text: string;
}

async function ask(
  { port, method, path }: Route,
  changes: { headers?: Record<string, string>; body?: string; path?: string },
): Promise<Refusal> {
  const { body } = changes;
  const response = await fetch(`http://127.0.0.1:${port}${changes.path ?? path}`, {
    method,
    redirect: 'manual',
    headers: changes.headers ?? {},
    ...(body !== undefined && method !== 'GET' && { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return { status: response.status, type, text: await response.text() };
}

t.test(
  'C24: what is described is there, and every refusal has the form that is described for it',
  async (t) => {
    // The reverse, that what is there is described, each service demands before it starts (libs/kit/openapi.ts).
    const seen = new Set<number>();
    for (const { name, url } of services) {
      const api = await readDescription(url);
      // the development sign-in has pages for browsers, not answers for programs
      const own = routes.filter(
        ({ service, template }) => service === name && !/^\/(auth|sign-in)\b/.test(template),
      );
      for (const route of own) {
        const authorization =
          route.scope === undefined ? {} : { authorization: `Bearer ${await token(route.scope)}` };
        const json = { 'content-type': 'application/json' };
        const attempts = [
          {},
          { headers: { authorization: 'Bearer a.b.c', ...json }, body: '{}' },
          { headers: { ...authorization, ...json }, body: '{' },
          { headers: { ...authorization, ...json }, body: '{"unknown":1}' },
          { headers: { ...authorization, 'content-type': 'text/plain' }, body: 'words' },
          { headers: { ...authorization, ...json }, body: `{"a":"${'x'.repeat(1_100_000)}"}` },
          { headers: authorization, path: `${route.path}?limit=none&at=never&since=x` },
        ];
        for (const [index, attempt] of attempts.entries()) {
          const answer = await ask(route, attempt);
          if (answer.status < 400) continue;
          seen.add(answer.status);
          const message = `${nameOf(route)}, attempt ${index}: ${answer.status}`;
          t.notMatch(answer.text, 'There is nothing here', message);
          t.not(answer.status, 405, message);
          t.ok(answer.status < 500, message);
          t.equal(faultIn(api, route, answer), undefined, message);
        }
      }
    }
    for (const status of [400, 401, 404, 413, 415]) t.ok(seen.has(status), `${status} was seen`);
  },
);

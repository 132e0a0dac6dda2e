import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFile } from '../../deploy/local/hr-client.ts';
import { signInAs } from '../../deploy/local/person-token.ts';
import { createClient } from '../end-to-end/client.ts';
import { type RunningStack, startRunningStack } from '../end-to-end/running-stack.ts';
import { exchange, type RawAnswer } from './exchange.ts';

/** A route as a service describes it at /openapi.json. */
export interface Route {
  service: string;
  port: number;
  method: string;
  /** as described, `/v1/credentials/{id}` */
  template: string;
  /** with values in the place of parameters */
  path: string;
  /** what its caller's token must hold; undefined: public */
  scope: string | undefined;
  /** the media type of its documented body */
  media: string | undefined;
}

export interface WalkedStack {
  stack: StackFile;
  dataDir: string;
  /** every route of all five services */
  routes: Route[];
  /** those that read JSON, whether or not their body is documented */
  bodyRoutes: Route[];
  token: (scope: string) => Promise<string>;
  /** `GET /x HTTP/1.1` and the headers that get past the door; no blank line */
  head: (route: Route, options?: HeadOptions) => Promise<string>;
  /** one request with a body on a connection of its own */
  send: (
    route: Route,
    body: string | Buffer,
    headers?: Record<string, string>,
  ) => Promise<RawAnswer>;
}

export interface HeadOptions {
  method?: string;
  path?: string;
}

interface Test {
  teardown(handler: () => unknown): void;
}

interface Api {
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  security?: Record<string, string[]>[];
  requestBody?: { content: Record<string, unknown> };
}

const PARAMETERS: Record<string, string> = {
  odsCode: 'ZZA01',
  type: 'FireSafetyCredential',
  version: '1.0.0',
  major: '1',
  form: 'jwt_vc_json',
  code: 'not-found',
  thumbprint: 'mLUGi46ZFa1T2KHqPVPqMpqha_7SZ6FxT208xzu7wVE',
};

/** Starts the local stack, and reads off each service what may be asked of it. */
export async function walkStack(
  t: Test,
  env: Record<string, string> = {},
): Promise<WalkedStack & Pick<RunningStack, 'stop'>> {
  const running = await startRunningStack(t, env);
  return { ...(await walkRunning(running.file(), running.dataDir)), stop: () => running.stop() };
}

async function walkRunning(stack: StackFile, dataDir: string): Promise<WalkedStack> {
  const services = Object.entries(stack.services);
  const routes = (await Promise.all(services.map((service) => readRoutes(...service)))).flat();
  const token = createTokens(stack, dataDir);

  const head: WalkedStack['head'] = async (route, options = {}) => {
    const { method = route.method, path = route.path } = options;
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: passport.northmoor.example'];
    if (route.scope !== undefined) lines.push(`Authorization: Bearer ${await token(route.scope)}`);
    return `${[...lines, `Idempotency-Key: ${randomUUID()}`].join('\r\n')}\r\n`;
  };
  return {
    stack,
    dataDir,
    routes,
    bodyRoutes: routes.filter(
      ({ method, media = 'application/json' }) =>
        (method === 'POST' || method === 'PUT') && media === 'application/json',
    ),
    token,
    head,
    send: async (route, body, headers = {}) => {
      const bytes = Buffer.from(body);
      const sent = {
        'Content-Type': 'application/json',
        'Content-Length': String(bytes.length),
        Connection: 'close',
        ...headers,
      };
      const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
      const start = Buffer.from(`${await head(route)}${lines.join('')}\r\n`);
      return exchange(route.port, Buffer.concat([start, bytes]));
    },
  };
}

/** `POST issuer/v1/credentials`, for messages. */
export function nameOf({ method, service, template }: Route): string {
  return `${method} ${service}${template}`;
}

async function readRoutes(service: string, url: string): Promise<Route[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as Api;
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, { security, requestBody }]) => ({
      service,
      port: Number(new URL(url).port),
      method: method.toUpperCase(),
      template,
      path: template.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => PARAMETERS[name] ?? randomUUID(),
      ),
      scope: security?.[0]?.['token']?.[0],
      media: Object.keys(requestBody?.content ?? {})[0],
    })),
  );
}

const TOKEN_AGE_MS = 240_000;

/** A token of whoever of the sample cell may have the scope: a trust's system, the administrator, a service, a person. */
function createTokens(stack: StackFile, dataDir: string): (scope: string) => Promise<string> {
  const secrets = join(dataDir, 'secrets');
  const service = (name: string, scope: string) => ({
    clientId: readFileSync(join(secrets, `${name}-service.client.id`), 'utf8').trim(),
    privateKeyFile: join(secrets, `${name}-service.client.jwk`),
    scope,
  });
  const systems = [
    ...stack.clients.slice(0, 1),
    stack.administrator,
    service('issuer', 'internal:status'),
    service('status-list', 'internal:sign-list'),
  ].map((each) => ({
    scopes: each.scope.split(' '),
    client: createClient(stack, { ...each, tokenAge: TOKEN_AGE_MS }),
  }));
  const people = new Map<string, Promise<string>>();
  return async (scope) => {
    const system = systems.find(({ scopes }) => scopes.includes(scope));
    if (system !== undefined) return system.client.token();
    const known = people.get(scope) ?? personToken(stack, scope);
    people.set(scope, known);
    return known;
  };
}

async function personToken(stack: StackFile, scope: string): Promise<string> {
  const { services, publicOrigin, portal } = stack;
  const person = stack.people.find((each) => each.scope.split(' ').includes(scope));
  if (person === undefined) throw new Error(`Nobody may have ${scope}`);
  const { accessToken } = await signInAs({
    authorizationUrl: services['authorization'] ?? '',
    publicOrigin,
    ...portal,
    subject: person.subject,
    scope: person.scope,
  });
  return accessToken;
}

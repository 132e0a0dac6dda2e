import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { ConformanceFile } from '../../deploy/local/conformance-stack.ts';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { runProgram } from '../end-to-end/running-stack.ts';

const START_WITHIN_MS = 90_000;

export interface SuiteAnswer {
  status: number;
  contentType: string;
  /** the body as JSON; an empty object for an empty body */
  body: JsonObject;
  text: string;
}

/** Calls the routes that public suites call, as they call them: no token, no idempotency key. */
export interface SuiteClient {
  /** `POST /credentials/issue` with `{credential, options}` */
  issue(credential: unknown, options?: JsonObject): Promise<SuiteAnswer>;
  /** `POST /credentials/verify` with the options that the suites send */
  verify(verifiableCredential: unknown, options?: JsonObject): Promise<SuiteAnswer>;
  /** `POST /presentations/verify` with the options that the suites send */
  verifyPresentation(verifiablePresentation: unknown, options?: JsonObject): Promise<SuiteAnswer>;
  /** any body to any path of a service */
  post(service: string, path: string, body: unknown): Promise<SuiteAnswer>;
  /** any path of a service, or a whole URL */
  get(service: string, path: string): Promise<SuiteAnswer>;
}

export interface Conformance {
  /** the DID that signs (did:key) */
  issuer: string;
  http: SuiteClient;
  /** the same services behind TLS; the authority of `ca.pem` is trusted */
  https: SuiteClient;
  /** what the launcher wrote */
  file: ConformanceFile;
  dataDir: string;
}

/**
 * Starts what `make start-conformance` starts: the real services in processes of their own, PROFILE=conformance, over
 * http and https. It takes some seconds, so that a test file does it once. It is stopped at teardown.
 */
export async function startConformance(
  t: Parameters<typeof runProgram>[0],
  env: Record<string, string> = {},
): Promise<Conformance> {
  const { child, output, dataDir } = await runProgram(t, 'conformance.ts', { env });
  const giveUp = performance.now() + START_WITHIN_MS;
  while (!/^ready$/m.test(output())) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > giveUp) {
      throw new Error(`The services did not start:\n${output()}`);
    }
    await wait(50);
  }
  const file = JSON.parse(
    readFileSync(join(dataDir, 'conformance.json'), 'utf8'),
  ) as ConformanceFile;
  const agent = new Agent({ connect: { ca: readFileSync(file.caFile, 'utf8') } });
  t.teardown(() => agent.close());
  return {
    issuer: file.issuer,
    http: createSuiteClient(file.services, agent),
    https: createSuiteClient(file.httpsServices, agent),
    file,
    dataDir,
  };
}

function createSuiteClient(services: Record<string, string>, dispatcher: Agent): SuiteClient {
  const call = async (url: string, init: { method: 'GET' | 'POST'; body?: string }) => {
    const headers = {
      accept: 'application/json, application/ld+json, */*',
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
    };
    const answer = await request(url, { ...init, headers, dispatcher });
    const text = await answer.body.text();
    const body = parse(text);
    return {
      status: answer.statusCode,
      contentType: String(answer.headers['content-type'] ?? ''),
      body: isJsonObject(body) ? body : {},
      text,
    };
  };
  const urlOf = (service: string, path: string) =>
    path.startsWith('http') ? path : `${services[service]}${path}`;
  const post = (service: string, path: string, body: unknown) =>
    call(urlOf(service, path), { method: 'POST', body: JSON.stringify(body) });
  return {
    post,
    get: (service, path) => call(urlOf(service, path), { method: 'GET' }),
    issue: (credential, options = {}) =>
      post('issuer', '/credentials/issue', { credential, options }),
    verify: (verifiableCredential, options = { checks: ['proof'] }) =>
      post('verifier', '/credentials/verify', { verifiableCredential, options }),
    verifyPresentation: (verifiablePresentation, options = { checks: [] }) =>
      post('verifier', '/presentations/verify', { verifiablePresentation, options }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

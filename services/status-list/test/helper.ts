import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Lease, StatusChange, StatusChangeRequest, TwoBitForm } from '#api/status-list';
import { trustDid } from '#did/identifiers';
import { DEFAULT_TRAFFIC } from '#kit/rate-limit';
import { createTestDatabase, createTestTokens } from '#kit/testing';
import { decodeBitstring, readBit, readEntry } from '#status/bitstring';
import { buildStatusListCredential } from '#status/status-list-entry';
import {
  decodeTokenStatusList,
  readTokenStatus,
  tokenStatusPayload,
} from '#status/token-status-list';
import { buildApp } from '../src/app.ts';
import type { StatusListConfig } from '../src/config.ts';
import { createDeps } from '../src/deps.ts';
import type { SignStatusList, SignStatusListToken } from '../src/domain/ports.ts';
import type { FileSteps } from '../src/store/list-files.ts';

export const ORIGIN = 'https://passport.northmoor.example';
export const ASHMERE = 'ZZA01';
export const BRACKENDALE = 'ZZB02';
export const START = Date.parse('2026-11-22T16:00:00.000Z');

const NEVER_MS = 24 * 3_600_000;

export interface Test {
  teardown(handler: () => unknown): void;
  testdir(): string;
}

export interface AuditedEvent {
  action: string;
  odsCode?: string;
  clientId?: string;
  subject: Record<string, unknown>;
}

type SignRequest = Parameters<SignStatusList>[0];

export function listUrl(listId: string): string {
  return `${ORIGIN}/status-lists/${listId}`;
}

export function unsignedList({ listId, odsCode, purpose, version, encodedList }: SignRequest) {
  return buildStatusListCredential({
    listUrl: listUrl(listId),
    issuer: trustDid(ORIGIN, odsCode),
    purpose,
    version,
    encodedList,
    ttlMs: 15_000,
    validForMs: 3_600_000,
  });
}

/** A signer that answers at once; its signature is nobody's to check here. */
export const signQuickly: SignStatusList = async (request) => ({
  ...unsignedList(request),
  proof: { type: 'Ed25519Signature2020', proofValue: 'z2' },
});

/** The same for a list token. */
export const signTokenQuickly: SignStatusListToken = async ({ listId, version, lst }) => {
  const times = { ttlMs: 15_000, validForMs: 3_600_000 };
  const claims = tokenStatusPayload({ listUrl: listUrl(listId), lst, version, ...times });
  return `${part({ typ: 'statuslist+jwt', alg: 'EdDSA' })}.${part(claims)}.c2lnbmVk`;
};

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export interface BuildOptions {
  sign?: SignStatusList;
  signToken?: SignStatusListToken;
  listDirectory?: string;
  fileSteps?: FileSteps;
  databasePoolMax?: number;
}

/** The service on a database of its own. Nothing is published by timers: tests say when. */
export async function build(t: Test, options: BuildOptions = {}) {
  const database = await createTestDatabase(t);
  const clock = { now: START };
  const tokens = createTestTokens();
  const config = {
    ...writeConfig(t.testdir(), database.url('status_list')),
    listDirectory: options.listDirectory,
    databasePoolMax: options.databasePoolMax ?? 10,
  };
  // replaced by tests that break it
  const signer = {
    sign: options.sign ?? signQuickly,
    signToken: options.signToken ?? signTokenQuickly,
  };
  const startDeps = () => {
    const started = createDeps(config, {
      clock: () => clock.now,
      sign: (request) => signer.sign(request),
      signToken: (request) => signer.signToken(request),
      ...(options.fileSteps !== undefined && { fileSteps: options.fileSteps }),
      verifyToken: tokens.verifyToken,
    });
    let closing: Promise<void> | undefined;
    const close = () => {
      closing ??= started.close();
      return closing;
    };
    return { ...started, close };
  };
  const createReplica = async () => {
    const started = startDeps();
    const server = await buildApp(started);
    t.teardown(async () => {
      await server.close();
      await started.close();
    });
    return { deps: started, app: server };
  };
  const { deps, app } = await createReplica();
  const admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  t.teardown(() => admin.end());
  await admin.query('set search_path = status_list');
  const caller = tokens.bearer({ clientId: 'issuer', scopes: ['internal:status'] });

  const post = (url: string, body: object, headers: object = caller) =>
    app.inject({ method: 'POST', url, payload: body, headers: { ...headers } });
  const rows = async (query: string, values: unknown[] = []) =>
    (await admin.query<Record<string, unknown>>(query, values)).rows;

  return {
    deps,
    app,
    /** the service on a port of its own: POST over HTTP */
    listen: async () => {
      const origin = await app.listen({ host: '127.0.0.1', port: 0 });
      return async (path: string, body: object) => {
        const answer = await fetch(`${origin}${path}`, {
          method: 'POST',
          headers: { ...caller, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return { status: answer.status, body: await answer.json() };
      };
    },
    admin,
    rows,
    clock,
    signer,
    tokens,
    caller,
    config,
    startDeps,
    createReplica,
    post,
    database,
    lease: async (odsCode: string, ...forms: TwoBitForm[]): Promise<Lease> => {
      const body = forms.length === 0 ? { odsCode } : { odsCode, forms };
      const answer = await post('/internal/leases', body);
      if (answer.statusCode !== 201) throw new Error(answer.body);
      return answer.json<Lease>();
    },
    change: async (change: StatusChangeRequest): Promise<StatusChange> => {
      const answer = await post('/internal/status-changes', change);
      if (answer.statusCode !== 200) throw new Error(answer.body);
      return answer.json<StatusChange>();
    },
    served: async (url: string) => {
      const answer = await app.inject({ url: new URL(url).pathname });
      if (answer.statusCode !== 200) throw new Error(answer.body);
      const list = JSON.parse(answer.body) as {
        validFrom: string;
        credentialSubject: { encodedList: string };
      };
      const bits = decodeBitstring(list.credentialSubject.encodedList);
      return { version: Date.parse(list.validFrom), bit: (index: number) => readBit(bits, index) };
    },
    /** a two-bit list: the value at an index */
    servedValues: async (url: string) => {
      const answer = await app.inject({ url: new URL(url).pathname });
      if (answer.statusCode !== 200) throw new Error(answer.body);
      return readValues(answer.body);
    },
    auditOf: async (action: string) => {
      const found = await rows('select event::json as event from audit order by at, stream, seq');
      return found
        .map(({ event }) => event as AuditedEvent)
        .filter((event) => event.action === action);
    },
  };
}

/** A two-bit list of either form. */
export function readValues(document: string) {
  if (!document.startsWith('{')) {
    const claims = Buffer.from(document.split('.')[1] ?? '', 'base64url').toString();
    const { version, status_list: list } = JSON.parse(claims) as {
      version: number;
      status_list: { lst: string };
    };
    const bytes = decodeTokenStatusList(list.lst);
    return { version, value: (index: number) => readTokenStatus(bytes, index) };
  }
  const list = JSON.parse(document) as {
    validFrom: string;
    credentialSubject: { encodedList: string };
  };
  const bits = decodeBitstring(list.credentialSubject.encodedList, { statusSize: 2 });
  return {
    version: Date.parse(list.validFrom),
    value: (index: number) => readEntry(bits, index, 2),
  };
}

/** Lets a publisher read the bits of a moment, and wait at the first of them for as long as the lock is held. */
export async function createReadingPause(
  rows: (query: string) => Promise<Record<string, unknown>[]>,
) {
  await rows(`create function wait_a_while() returns boolean language plpgsql volatile as
    'begin perform pg_advisory_xact_lock_shared(4711); return true; end'`);
  await rows('alter policy across_trusts on bits using (wait_a_while())');
  const waiting = () =>
    rows(`select 1 from pg_locks where not granted and objid = 4711
      and database = (select oid from pg_database where datname = current_database())`);
  return async () => {
    await rows('select pg_advisory_lock(4711)');
    const over = new AbortController();
    return {
      /** resolves when a publisher waits, or never will */
      async reached() {
        while (!over.signal.aborted && (await waiting()).length === 0);
      },
      async end() {
        over.abort();
        await rows('select pg_advisory_unlock(4711)');
      },
    };
  };
}

export function changeOf(
  { listPairId, indexes }: Lease,
  overrides: Partial<StatusChangeRequest> = {},
): StatusChangeRequest {
  return {
    odsCode: ASHMERE,
    listPairId,
    index: indexes[0] ?? -1,
    purpose: 'revocation',
    value: true,
    reason: 'issued-in-error',
    clientId: 'ashmere-hr',
    ...overrides,
  };
}

function newKey(): string {
  return JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
}

function writeConfig(directory: string, databaseUrl: string): StatusListConfig {
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    host: '127.0.0.1',
    port: 0,
    managementPort: 0,
    traffic: DEFAULT_TRAFFIC,
    life: { drainDelayMs: 0, startupTimeoutMs: 1_000 },
    telemetry: { endpoint: undefined, samplePercent: 100 },
    publicOrigin: ORIGIN,
    originMap: {},
    databaseUrl,
    databasePasswordFile: undefined,
    databasePoolMax: 10,
    logLevel: 'silent',
    authorizationUrl: 'http://127.0.0.1:9',
    issuerUrl: 'http://127.0.0.1:9',
    clientId: 'status-list',
    clientKeyFile: file('client.jwk', newKey()),
    keyEncryptionKeyFile: file('kek', randomBytes(32).toString('base64')),
    auditKeyFile: file('audit.jwk', newKey()),
    auditCheckpointFile: join(directory, 'checkpoints.jsonl'),
    listDirectory: undefined,
    publishTickMs: NEVER_MS,
    publishSoonMs: NEVER_MS,
    listTtlMs: 15_000,
    listResignMs: 300_000,
  };
}

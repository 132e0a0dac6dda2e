import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { publicKeyMultibaseOf, thumbprint } from '#did/keys';
import { createTestDatabase } from '#kit/testing';
import { signGenesis } from '#trust/genesis';
import { signStatement } from '#trust/statement';
import { readConfig } from '../src/config.ts';
import { createDeps } from '../src/deps.ts';
import { createCell, ORIGIN, OTHER_ORIGIN, type TestCell } from './trust.ts';

const CELL = createCell(ORIGIN, 'QZN');
const TRUST = `${CELL.did}:trusts:ZZA01`;

function privateKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

interface Arranged {
  admitted?: TestCell;
  listener?: RequestListener;
  anchorThumbprint?: string;
}

/** A configuration as a deployment would have it: files, a database, and a registry that answers. */
async function arrange(t: Test, { admitted = CELL, listener, anchorThumbprint }: Arranged = {}) {
  const directory = t.testdir();
  const anchor = privateKey();
  const { signingKey: _, ...cell } = admitted;
  const issuedAt = '2026-01-01T00:00:00Z';
  const genesis = await signGenesis({ version: 1, issuedAt, cells: [cell] }, anchor);
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const key = () => JSON.stringify(privateKey().export({ format: 'jwk' }));
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const registryUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const database = await createTestDatabase(t);
  const config = readConfig({
    PORT: '0',
    MANAGEMENT_PORT: '0',
    LOG_LEVEL: 'silent',
    PUBLIC_ORIGIN: ORIGIN,
    DATABASE_URL: database.url('verifier'),
    AUTHORIZATION_URL: registryUrl,
    TRUST_REGISTRY_URL: registryUrl,
    GENESIS_FILE: file('genesis.jwt', genesis),
    ANCHOR_THUMBPRINT: anchorThumbprint ?? thumbprint(publicKeyMultibaseOf(anchor)),
    AUDIT_KEY_FILE: file('audit.jwk', key()),
    AUDIT_CHECKPOINT_FILE: join(directory, 'checkpoints.ndjson'),
    WEBHOOK_KEY_FILE: file('webhook.jwk', key()),
    REGISTRY_POLL_MS: '20',
  });
  return { config, server };
}

t.test(
  'A genesis file that another anchor signed, or without this cell, stops the start',
  async (t) => {
    const stranger = thumbprint(publicKeyMultibaseOf(privateKey()));
    const forged = await arrange(t, { anchorThumbprint: stranger });
    await t.rejects(createDeps(forged.config), { code: 'REGISTRY_STATEMENT_INVALID' });
    const elsewhere = await arrange(t, { admitted: createCell(OTHER_ORIGIN, 'QZS') });
    await t.rejects(createDeps(elsewhere.config), { code: 'REGISTRY_STATEMENT_INVALID' });
    const whole = await arrange(t);
    const deps = await createDeps(whole.config);
    await deps.close();
  },
);

t.test(
  'The registry is asked from the start, and what it said outlives a restart without it',
  async (t) => {
    let asked = 0;
    const { promise: askedOften, resolve: isOften } = Promise.withResolvers<void>();
    const { config, server } = await arrange(t, {
      listener: (request, response) => {
        asked += 1;
        if (asked === 4) isOften();
        const now = Date.now();
        const since = Number(new URL(request.url ?? '', ORIGIN).searchParams.get('since') ?? 0);
        const kind = request.url === '/v1/snapshot' ? 'snapshot' : 'changes';
        const times = { issuedAt: now, expiresAt: now + 3_600_000 };
        const statement = {
          kind,
          issuer: CELL.did,
          epoch: 2,
          since,
          ...times,
          records: [],
        } as const;
        void signStatement(statement, CELL.signingKey).then((text) =>
          response.setHeader('content-type', 'application/jwt').end(text),
        );
      },
    });
    const first = await createDeps(config);
    await t.resolves(first.checks.registry());
    await askedOften;
    t.match(await first.trustRecords.find(TRUST), { source: { authority: CELL.did, epoch: 2 } });
    const metrics = await first.metrics.metrics();
    t.match(
      metrics,
      /^verifier_registry_confirmed_timestamp_seconds\{cell="did:web:[^"]+"\} [1-9]/m,
    );
    await first.close();

    server.closeAllConnections();
    server.close();
    const second = await createDeps(config);
    await t.resolves(second.checks.registry(), 'ready by what was stored');
    const { record, source } = await second.trustRecords.find(TRUST);
    t.equal(record, undefined);
    t.equal(source?.epoch, 2);
    await second.close();
  },
);

t.test('A verifier that knows nothing of its own cell is not ready', async (t) => {
  let isUp = false;
  const { config } = await arrange(t, {
    listener: (_, response) => {
      if (!isUp) {
        response.writeHead(503).end();
        return;
      }
      const issuedAt = Date.now();
      const times = { issuedAt, expiresAt: issuedAt + 3_600_000 };
      const state = {
        kind: 'snapshot',
        issuer: CELL.did,
        epoch: 1,
        since: 0,
        records: [],
      } as const;
      void signStatement({ ...state, ...times }, CELL.signingKey).then((text) =>
        response.setHeader('content-type', 'application/jwt').end(text),
      );
    },
  });
  const deps = await createDeps(config);
  t.teardown(() => deps.close());
  await t.rejects(deps.checks.registry(), { code: 'REGISTRY_UNAVAILABLE' });
  await t.resolves(deps.checks.database());
  isUp = true;
  const isReady = () =>
    deps.checks.registry().then(
      () => true,
      () => false,
    );
  while (!(await isReady())) await sleep(1);
  t.match(await deps.trustRecords.find(TRUST), { source: { epoch: 1 } });
});

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { publicKeyMultibaseOf, thumbprint } from '#did/keys';
import { createTestDatabase } from '#kit/testing';
import type { Cell } from '#trust/cell';
import { signGenesis } from '#trust/genesis';
import { signStatement } from '#trust/statement';
import { readConfig } from '../src/config.ts';
import { createDeps } from '../src/deps.ts';
import { createCell, ORIGIN, OTHER_ORIGIN, type TestCell } from './trust.ts';

const CELL = createCell(ORIGIN, 'QZN');
const WITHDRAWN = {
  ...asAdmitted(createCell(OTHER_ORIGIN, 'QZS')),
  withdrawnAt: '2026-11-01T00:00:00Z',
};
const TRUST = `${CELL.did}:trusts:ZZA01`;

function asAdmitted(testCell: TestCell): Cell {
  const { signingKey: _, ...cell } = testCell;
  return cell;
}

function privateKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** A registry at its first epoch, which knows nobody. */
const stateOnce: RequestListener = (request, response) => {
  const kind = request.url === '/v1/snapshot' ? 'snapshot' : 'changes';
  const state = { kind, issuer: CELL.did, epoch: 1, since: kind === 'snapshot' ? 0 : 1 } as const;
  const issuedAt = Date.now();
  const times = { issuedAt, expiresAt: issuedAt + 3_600_000 };
  void signStatement({ ...state, ...times, records: [] }, CELL.signingKey).then((text) =>
    response.setHeader('content-type', 'application/jwt').end(text),
  );
};

interface Arranged {
  admitted?: TestCell;
  listener?: RequestListener;
  anchorThumbprint?: string;
}

/** A configuration as a deployment would have it: files, a database, and a registry that answers. */
async function arrange(t: Test, { admitted = CELL, listener, anchorThumbprint }: Arranged = {}) {
  const directory = t.testdir();
  const anchor = privateKey();
  const cell = asAdmitted(admitted);
  const edition = (version: number, issuedAt = '2026-01-01T00:00:00Z') =>
    signGenesis({ version, issuedAt, cells: [cell, WITHDRAWN] }, anchor);
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
    GENESIS_FILE: file('genesis.jwt', await edition(2)),
    ANCHOR_THUMBPRINT: anchorThumbprint ?? thumbprint(publicKeyMultibaseOf(anchor)),
    AUDIT_KEY_FILE: file('audit.jwk', key()),
    AUDIT_CHECKPOINT_FILE: join(directory, 'checkpoints.ndjson'),
    WEBHOOK_KEY_FILE: file('webhook.jwk', key()),
    REGISTRY_POLL_MS: '20',
  });
  return { config, server, edition };
}

t.test(
  'A genesis file that another anchor signed, or without this cell, stops the start',
  async (t) => {
    const stranger = thumbprint(publicKeyMultibaseOf(privateKey()));
    const forged = await arrange(t, { anchorThumbprint: stranger });
    await t.rejects(createDeps(forged.config), { code: 'REGISTRY_STATEMENT_INVALID' });
    const elsewhere = await arrange(t, {
      admitted: createCell('https://passport.eastvale.example', 'QZE'),
    });
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
    t.notMatch(metrics, WITHDRAWN.did, 'a cell that has left is not waited for');
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
    listener: (request, response) => {
      if (!isUp) {
        response.writeHead(503).end();
        return;
      }
      stateOnce(request, response);
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

t.test('A genesis file older than one that was loaded before admits nobody', async (t) => {
  const { config, edition } = await arrange(t, { listener: stateOnce });
  const first = await createDeps(config);
  await t.resolves(first.trustRecords.find(TRUST));
  await first.close();
  for (const [text, code] of [
    [await edition(1), 'REGISTRY_ROLLBACK'],
    [await edition(2, '2026-01-02T00:00:00Z'), 'REGISTRY_STATEMENT_INVALID'],
  ] as const) {
    writeFileSync(config.genesisFile, text);
    const deps = await createDeps(config);
    await t.rejects(deps.trustRecords.find(TRUST), { code });
    await t.rejects(deps.checks.registry(), { code });
    await deps.close();
  }
  writeFileSync(config.genesisFile, await edition(3));
  const next = await createDeps(config);
  await t.resolves(next.trustRecords.find(TRUST));
  await next.close();
});

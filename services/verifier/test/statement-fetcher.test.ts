import type { RequestListener } from 'node:http';
import t, { type Test } from 'tap';
import type { RegistryStatement } from '#trust/cell';
import { signStatement } from '#trust/statement';
import { VcError } from '#vc/error';
import { createRegistries } from '../src/domain/registries/registries.ts';
import { originOf } from '../src/domain/trust-did.ts';
import { createStatementFetcher } from '../src/statement-fetcher.ts';
import { serve } from './loopback.ts';
import { createStatesInMemory } from './memory-stores.ts';
import { wireRecord } from './registry.ts';
import { createCell, createTrust, DAY, NOON, ORIGIN } from './trust.ts';

const CELL = createCell(ORIGIN, 'QZN');

function recordAt(epoch: number) {
  return wireRecord({ ...createTrust('ZZA01').record, epoch });
}

function statementOf(change: Partial<RegistryStatement> = {}): RegistryStatement {
  return {
    kind: 'snapshot',
    issuer: CELL.did,
    epoch: 4,
    since: 0,
    issuedAt: NOON,
    expiresAt: NOON + 3_600_000,
    records: [recordAt(4)],
    ...change,
  };
}

function sign(change?: Partial<RegistryStatement>, cell = CELL): Promise<string> {
  return signStatement(statementOf(change), cell.signingKey);
}

function baseUrlOf({ did }: { did: string }): string {
  return originOf(did);
}

async function fetcherOf(t: Test, listener: RequestListener) {
  const http = await serve(t, listener);
  return createStatementFetcher({ http, clock: () => NOON, baseUrlOf, timeoutMs: 500 });
}

/** A registry that answers every question with this text. */
function answering(textOf: () => string): RequestListener {
  return (_request, response) =>
    void response.setHeader('content-type', 'application/jwt').end(textOf());
}

t.test('A snapshot, then changes, are asked for as signed statements', async (t) => {
  const asked: string[] = [];
  const snapshot = await sign();
  const changes = await sign({ kind: 'changes', since: 4, epoch: 5, records: [] });
  const fetchStatement = await fetcherOf(t, (request, response) => {
    asked.push(`${request.url} ${request.headers.accept}`);
    const text = request.url === '/v1/snapshot' ? snapshot : changes;
    response.setHeader('content-type', 'application/jwt').end(text);
  });
  const first = await fetchStatement(CELL, undefined);
  t.match(first, { kind: 'snapshot', epoch: 4, issuedAt: NOON });
  t.equal(first.records[0]?.organisation.odsCode, 'ZZA01');
  t.match(await fetchStatement(CELL, 4), { kind: 'changes', since: 4, epoch: 5, records: [] });
  t.same(asked, ['/v1/snapshot application/jwt', '/v1/snapshot/changes?since=4 application/jwt']);
});

t.test(
  'R7: a tampered, truncated or older statement is refused and what is known stays',
  async (t) => {
    let text = await sign();
    const registries = createRegistries({
      cells: [CELL],
      fetchStatement: await fetcherOf(
        t,
        answering(() => text),
      ),
      states: createStatesInMemory(),
      clock: () => NOON,
      freshnessMs: 30_000,
      staleLimitMs: 900_000,
    });
    await registries.poll(CELL.did);
    const known = await registries.stateOf(CELL.did, 30_000);
    t.equal(known.epoch, 4);

    const whole = await sign({ kind: 'changes', since: 4, epoch: 5, records: [recordAt(5)] });
    const [header = '', payload = '', signature = ''] = whole.split('.');
    const forged = JSON.parse(Buffer.from(payload, 'base64url').toString());
    forged.epoch = 9;
    const tampered = Buffer.from(JSON.stringify(forged)).toString('base64url');
    const another = createCell(ORIGIN, 'QZN');
    const older = { kind: 'changes', since: 2, epoch: 3, records: [] } as const;
    for (const [what, answer, code] of [
      ['tampered', `${header}.${tampered}.${signature}`, 'REGISTRY_STATEMENT_INVALID'],
      ['without its signature', `${header}.${payload}.`, 'REGISTRY_STATEMENT_INVALID'],
      ['truncated', whole.slice(0, -20), 'REGISTRY_STATEMENT_INVALID'],
      ['empty', '', 'REGISTRY_STATEMENT_INVALID'],
      ['by another key', await sign({ ...older, epoch: 5 }, another), 'REGISTRY_STATEMENT_INVALID'],
      ['a snapshot instead', await sign({ epoch: 5 }), 'REGISTRY_STATEMENT_INVALID'],
      [
        'from the future',
        await sign({ ...older, epoch: 5, issuedAt: NOON + 60_001 }),
        'REGISTRY_STATEMENT_INVALID',
      ],
      [
        'over',
        await sign({ ...older, epoch: 5, issuedAt: NOON - DAY, expiresAt: NOON }),
        'REGISTRY_STALE',
      ],
    ] as const) {
      text = answer;
      await t.rejects(registries.poll(CELL.did), { code }, what);
      t.same(await registries.stateOf(CELL.did, 30_000), known, what);
    }
    text = whole;
    await registries.poll(CELL.did);
    const newer = await registries.stateOf(CELL.did, 30_000);
    t.equal(newer.epoch, 5, 'the untouched one is taken');

    for (const statement of [older, { epoch: 3, records: [] }]) {
      text = await sign(statement);
      await t.rejects(registries.poll(CELL.did), { code: 'REGISTRY_ROLLBACK' });
      t.same(await registries.stateOf(CELL.did, 30_000), newer);
    }
  },
);

t.test('A registry that no longer knows of the epoch that was seen was rolled back', async (t) => {
  const fetchStatement = await fetcherOf(t, (_request, response) => {
    response.writeHead(409, { 'content-type': 'application/problem+json' }).end('{}');
  });
  await t.rejects(fetchStatement(CELL, 9), { code: 'REGISTRY_ROLLBACK' });
});

for (const [what, status, contentType] of [
  ['404', 404, 'application/jwt'],
  ['500', 500, 'application/jwt'],
  ['a redirect', 302, 'application/jwt'],
  ['JSON', 200, 'application/json'],
] as const) {
  t.test(`An answer of ${what} is no statement`, async (t) => {
    const text = await sign();
    const fetchStatement = await fetcherOf(t, (_request, response) => {
      const headers = { 'content-type': contentType, location: 'https://evil.example/' };
      response.writeHead(status, headers).end(text);
    });
    await t.rejects(fetchStatement(CELL, undefined), { code: 'SERVICE_UNAVAILABLE' });
  });
}

t.test('A statement over 8 MB, or one that drips, is given up', async (t) => {
  const huge = await fetcherOf(
    t,
    answering(() => 'a'.repeat(8 * 1024 * 1024 + 1)),
  );
  await t.rejects(huge(CELL, undefined), { code: 'SERVICE_UNAVAILABLE' });
  const dripping = await fetcherOf(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/jwt' });
    const drip = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(drip));
  });
  await t.rejects(dripping(CELL, undefined), VcError);
});

t.test('A signed record that is not well-formed is refused', async (t) => {
  let records: unknown[] = [recordAt(4)];
  let text = '';
  const fetchStatement = await fetcherOf(
    t,
    answering(() => text),
  );
  text = await sign({ records });
  t.equal((await fetchStatement(CELL, undefined)).records.length, 1);
  const { keys: _, ...keyless } = recordAt(4);
  for (const record of [keyless, { ...recordAt(4), accreditations: {} }, null, 'ZZA01']) {
    records = [recordAt(4), record];
    text = await sign({ records });
    await t.rejects(fetchStatement(CELL, undefined), { code: 'REGISTRY_STATEMENT_INVALID' });
  }
});

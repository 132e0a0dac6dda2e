import { createHmac, sign } from 'node:crypto';
import t, { type Test } from 'tap';
import type { RegistryStatement } from '../cell.ts';
import { signStatement, type VerifyStatementOptions, verifyStatement } from '../statement.ts';
import {
  CELL_DID,
  cell,
  NOW,
  newKey,
  parts,
  publicKeyAsSecret,
  registryKey,
  resigned,
  tampered,
} from './helper.ts';

const MINUTE = 60_000;
const statement: RegistryStatement = {
  kind: 'snapshot',
  issuer: CELL_DID,
  epoch: 42,
  since: 0,
  issuedAt: NOW,
  expiresAt: NOW + 60 * MINUTE,
  records: [{ organisation: { odsCode: 'ZZA01', name: 'Ashmere Teaching Hospitals Trust' } }],
};
const signed = await signStatement(statement, registryKey);
const byRegistry = (input: Buffer) => sign(null, input, registryKey.privateKey);
const verify = (text: string, options: Partial<VerifyStatementOptions> = {}) =>
  verifyStatement(text, { cell: cell(), kind: 'snapshot', now: NOW, ...options });

const twice = (value: object, member: string) => JSON.stringify(value).replace('{', `{${member},`);
const withKey = (period: { validFrom: string; validUntil: string | null }) =>
  cell({ registryKeys: [{ publicKeyMultibase: registryKey.publicKeyMultibase, ...period }] });

async function refuses(
  t: Test,
  text: string,
  options: Partial<VerifyStatementOptions> = {},
  code = 'REGISTRY_STATEMENT_INVALID',
): Promise<void> {
  await t.resolves(verify(signed), 'the unbroken statement is taken');
  await t.rejects(verify(text, options), { code });
}

t.test('a snapshot comes back as the registry signed it, to the millisecond', async (t) => {
  t.same(await verify(signed), statement);
});

t.test('a part of the change feed comes back too', async (t) => {
  const changes: RegistryStatement = { ...statement, kind: 'changes', since: 40 };
  t.same(await verify(await signStatement(changes, registryKey), { kind: 'changes' }), changes);
});

t.test('its header names the key, and its iat and exp are whole seconds', async (t) => {
  const { header, claims } = parts(signed);
  t.same(header, {
    alg: 'EdDSA',
    typ: 'registry-snapshot+jwt',
    kid: `${CELL_DID}#${registryKey.publicKeyMultibase}`,
  });
  t.match(claims, {
    iss: CELL_DID,
    iat: Math.floor(NOW / 1_000),
    exp: Math.floor((NOW + 60 * MINUTE) / 1_000),
  });
});

t.test('a tampered statement is refused', async (t) => {
  await refuses(t, tampered(signed, { epoch: 43 }));
});

t.test('a statement by a key that the cell does not have is refused', async (t) => {
  await refuses(t, await signStatement(statement, newKey()));
});

t.test('a statement by another key under the name of the right one is refused', async (t) => {
  const { privateKey } = newKey();
  await refuses(t, resigned(signed, { signWith: (input) => sign(null, input, privateKey) }));
});

t.test('a statement without a signature is refused, whatever it says of it', async (t) => {
  const header = { alg: 'none' };
  await refuses(t, resigned(signed, { header, signWith: () => Buffer.alloc(0) }));
  await refuses(t, resigned(signed, { header, signWith: byRegistry }));
});

t.test('a statement under HS256 with the public key as the secret is refused', async (t) => {
  const secret = Buffer.from(publicKeyAsSecret(registryKey.privateKey), 'latin1');
  const signWith = (input: Buffer) => createHmac('sha256', secret).update(input).digest();
  await refuses(t, resigned(signed, { header: { alg: 'HS256' }, signWith }));
});

t.test('a key that a statement brings along is not looked at', async (t) => {
  const intruder = newKey();
  const { x = '' } = intruder.privateKey.export({ format: 'jwk' });
  const jwk = { kty: 'OKP', crv: 'Ed25519', x };
  const header = { jwk, jku: 'https://evil.example/keys', x5u: 'https://evil.example/chain' };
  await t.resolves(verify(resigned(signed, { header, signWith: byRegistry })));
  const signWith = (input: Buffer) => sign(null, input, intruder.privateKey);
  await refuses(t, resigned(signed, { header, signWith }));
});

t.test('a statement with critical extensions is refused', async (t) => {
  const header = { crit: ['b64'], b64: true };
  await refuses(t, resigned(signed, { header, signWith: byRegistry }));
});

t.test(
  'a statement that names a member twice is refused, in its claims or in its header',
  async (t) => {
    const { header, claims } = parts(signed);
    await refuses(
      t,
      resigned(signed, { claims: twice(claims, '"epoch":99'), signWith: byRegistry }),
    );
    await refuses(
      t,
      resigned(signed, { header: twice(header, '"typ":"JWT"'), signWith: byRegistry }),
    );
  },
);

t.test('a statement that has expired is stale, from the very millisecond', async (t) => {
  await t.resolves(verify(signed, { now: statement.expiresAt - 1 }));
  await refuses(t, signed, { now: statement.expiresAt }, 'REGISTRY_STALE');
});

t.test('a tampered statement is not merely stale', async (t) => {
  await refuses(t, tampered(signed, { epoch: 43 }), { now: statement.expiresAt });
});

t.test('a statement from more than a minute ahead is refused', async (t) => {
  await t.resolves(verify(signed, { now: NOW - MINUTE }));
  await refuses(t, signed, { now: NOW - MINUTE - 1 });
});

t.test('a statement signed outside the period of its key is refused', async (t) => {
  const until = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-11-22T16:00:00.251Z' };
  await t.resolves(verify(signed, { cell: withKey(until) }));
  const ended = { ...until, validUntil: '2026-11-22T16:00:00.250Z' };
  await refuses(t, signed, { cell: withKey(ended) });
  const notYet = { validFrom: '2026-11-22T16:00:00.251Z', validUntil: null };
  await refuses(t, signed, { cell: withKey(notYet) });
});

t.test('a key whose period is over signs nothing, whatever date it puts into it', async (t) => {
  const until = { validFrom: '2026-01-01T00:00:00Z', validUntil: '2026-11-22T16:00:00.251Z' };
  const expiresAt = NOW + 1_000 * 365 * 24 * 60 * MINUTE;
  const backdated = await signStatement({ ...statement, epoch: 2 ** 52, expiresAt }, registryKey);
  await t.resolves(verify(backdated, { cell: withKey(until) }), 'while the key stands');
  await refuses(t, backdated, { cell: withKey(until), now: NOW + 1 });
});

t.test('a statement of a cell that has been withdrawn is refused', async (t) => {
  await t.resolves(verify(signed, { cell: cell({ withdrawnAt: '2026-11-22T16:00:01Z' }) }));
  await refuses(t, signed, { cell: cell({ withdrawnAt: '2026-11-22T16:00:00Z' }) });
});

t.test('a statement of a cell that is not yet admitted is refused', async (t) => {
  await refuses(t, signed, { cell: cell({ admittedAt: '2026-11-22T16:00:01Z' }) });
});

t.test('a statement of another cell is refused', async (t) => {
  await refuses(t, signed, { cell: cell({ did: 'did:web:passport.eastvale.example' }) });
  const claims = { iss: 'did:web:passport.eastvale.example' };
  await refuses(t, resigned(signed, { claims, signWith: byRegistry }));
});

t.test('a change feed is not taken for a snapshot, nor a snapshot for a change feed', async (t) => {
  const changes = await signStatement({ ...statement, kind: 'changes' }, registryKey);
  await t.resolves(verify(changes, { kind: 'changes' }));
  await refuses(t, changes);
  await refuses(t, signed, { kind: 'changes' });
});

t.test('a statement whose claims are of a wrong shape is refused', async (t) => {
  const broken = [
    { epoch: -1 },
    { epoch: '42' },
    { since: 43 },
    { since: 1 },
    { records: {} },
    { issuedAt: NOW + 2_000 },
    { expiresAt: NOW - 1, exp: Math.floor((NOW - 1) / 1_000) },
    { exp: 'never' },
  ];
  for (const claims of broken) {
    await refuses(t, resigned(signed, { claims, signWith: byRegistry }));
  }
  await refuses(t, resigned(signed, { claims: '[]', signWith: byRegistry }));
});

t.test('a statement longer than eight million characters is refused unread', async (t) => {
  const records = ['x'.repeat(7 * 1024 * 1024)];
  await refuses(t, await signStatement({ ...statement, records }, registryKey));
});

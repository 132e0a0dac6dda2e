import t from 'tap';
import { signAnswer, verifyAnswer } from '../signed-answer.ts';
import { signStatement } from '../statement.ts';
import { CELL_DID, cell, NOW, newKey, registryKey, tampered } from './helper.ts';

const query = Buffer.from('{"entity_id":"did:web:passport.northmoor.example:trusts:ZZA01"}');
const answer = { authorized: true, time_evaluated: '2026-11-22T16:00:00Z' };
const options = { answer, query, issuer: CELL_DID, issuedAt: NOW, expiresAt: NOW + 60_000 };
const signed = await signAnswer(options, registryKey);
const verify = (text: string, changes: { query?: Buffer; now?: number } = {}) =>
  verifyAnswer(text, { cell: cell(), query, now: NOW, ...changes });
const refused = { code: 'REGISTRY_STATEMENT_INVALID' };

t.test('a signed answer comes back to the query that it answers', async (t) => {
  t.same(await verify(signed), { answer, issuedAt: NOW, expiresAt: NOW + 60_000 });
});

t.test('an answer to another query is refused, even if it differs by a space only', async (t) => {
  await t.resolves(verify(signed));
  await t.rejects(verify(signed, { query: Buffer.from(`${query.toString()} `) }), refused);
});

t.test('a tampered answer is refused', async (t) => {
  await t.resolves(verify(signed));
  await t.rejects(verify(tampered(signed, { answer: { authorized: false } })), refused);
});

t.test('an answer by another key is refused', async (t) => {
  await t.resolves(verify(signed));
  await t.rejects(verify(await signAnswer(options, newKey())), refused);
});

t.test('an answer that has expired is stale', async (t) => {
  await t.resolves(verify(signed, { now: NOW + 59_999 }));
  await t.rejects(verify(signed, { now: NOW + 60_000 }), { code: 'REGISTRY_STALE' });
});

t.test('a snapshot is not taken for an answer', async (t) => {
  const { issuer, issuedAt, expiresAt } = options;
  const statement = { kind: 'snapshot', epoch: 1, since: 0, records: [] } as const;
  const snapshot = await signStatement({ ...statement, issuer, issuedAt, expiresAt }, registryKey);
  await t.resolves(verify(signed));
  await t.rejects(verify(snapshot), refused);
});

import t from 'tap';
import { change, post, REVOKE } from './batches.ts';
import { copies } from './copies.ts';
import { buildReady, mint, send } from './helper.ts';

const KEY = 'one-key-of-two-people';
const person = (subject: string) => ({ subject, acr: 'AAL3_ANY' });

t.test('the people of one portal do not answer for each other', async (test) => {
  const issuer = await buildReady(test);
  await copies(issuer, 3, { batch: 'b1' });
  const maker = { person: person('person-1') };
  const body = { select: { batch: 'b1' }, ...REVOKE };
  const proposed = await send(issuer, { url: '/v1/status-batches', body, ...maker });
  const { id } = proposed.json<{ id: string }>();
  await send(issuer, { url: `/v1/status-batches/${id}/confirmation`, ...maker });
  const approve = (subject: string) =>
    send(issuer, {
      url: `/v1/status-batches/${id}/approval`,
      person: person(subject),
      scopes: ['credentials:approve'],
      key: KEY,
    });
  const approved = await approve('person-2');
  test.equal(approved.statusCode, 200, approved.body);
  const again = await approve('person-2');
  test.equal(again.body, approved.body, 'who answered is answered so again');
  const other = await approve('person-1');
  test.equal(other.statusCode, 422);
  test.equal(other.json().code, 'IDEMPOTENCY_KEY_REUSED');
});

t.test('a person is not answered what a machine of the trust was answered', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const url = `/v1/credentials/${id}/status`;
  const body = { status: 'suspended', reason: 'unspecified' };
  const machine = await send(issuer, { url, body, key: KEY });
  test.equal(machine.statusCode, 200);
  test.equal((await send(issuer, { url, body, key: KEY })).body, machine.body);
  const somebody = await send(issuer, { url, body, key: KEY, person: person('person-1') });
  test.equal(somebody.json().code, 'IDEMPOTENCY_KEY_REUSED');
  test.equal((await change(issuer, id, 'active')).statusCode, 200);
  test.equal((await post(issuer, url, body)).statusCode, 200);
});

import { randomUUID } from 'node:crypto';
import t from 'tap';
import { buildReady, mint } from './helper.ts';
import { audited, changesTo, eventsOf, recordOf, settle, step } from './lifecycles.ts';

t.test('of an acceptance and a withdrawal at once exactly one wins', async (test) => {
  const issuer = await buildReady(test);
  const won = { accepted: 0, withdrawn: 0 };
  for (let round = 0; round < 12; round += 1) {
    const id = await mint(issuer);
    const events = round % 2 === 0 ? ['accepted', 'withdrawn'] : ['withdrawn', 'accepted'];
    const answers = await Promise.all(events.map((event) => step(issuer, id, event)));
    test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 409]));
    const { lifecycle, status } = await recordOf(issuer, id);
    test.equal(status, lifecycle === 'withdrawn' ? 'revoked' : 'active');
    test.equal((await eventsOf(issuer, id)).length, 1);
    won[lifecycle as keyof typeof won] += 1;
  }
  test.equal(won.accepted + won.withdrawn, 12);
  test.equal(await audited(issuer, 'credential.revoked'), won.withdrawn);
});

t.test('a withdrawal that has begun to revoke lets no acceptance in between', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const codes: number[] = [];
  issuer.statusLists.state.afterChange = async () => {
    codes.push((await step(issuer, id, 'accepted')).statusCode);
  };
  test.equal((await step(issuer, id, 'withdrawn')).statusCode, 200);
  test.same(codes, [409], 'asked once, while the list had it and the mirror not');
  test.match(await recordOf(issuer, id), { lifecycle: 'withdrawn', status: 'revoked' });
});

t.test(
  'twenty calls with one key are one event, and so are twenty with their own',
  async (test) => {
    const issuer = await buildReady(test);
    for (const keyOf of [() => 'the-same', () => randomUUID()]) {
      const key = keyOf();
      const id = await mint(issuer);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          step(issuer, id, 'withdrawn', { key: n === 0 ? key : keyOf() }),
        ),
      );
      test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
      test.equal(new Set(answers.map(({ body }) => body)).size, 1);
      test.equal((await eventsOf(issuer, id)).length, 1);
      test.equal(await changesTo(issuer, id, 'revoked'), 1);
    }
    test.equal(await audited(issuer, 'credential.withdrawn'), 2);
    test.equal(await audited(issuer, 'credential.revoked'), 2);
  },
);

t.test(
  'a withdrawal whose status lists are down is finished by the worker, in the name of who asked',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    const person = { subject: 'person-1', acr: 'AAL3_ANY' };
    issuer.statusLists.state.down = true;
    const key = randomUUID();
    const answer = await step(issuer, id, 'withdrawn', { person, key });
    test.equal(answer.statusCode, 503);
    test.match(await recordOf(issuer, id), { lifecycle: 'withdrawn', status: 'active' });
    test.equal((await step(issuer, id, 'accepted')).statusCode, 409, 'nothing leads back');

    test.equal((await settle(issuer.core)).length, 1, 'still down');
    issuer.statusLists.state.down = false;
    test.same(await settle(issuer.core), []);
    test.equal((await recordOf(issuer, id)).status, 'active', 'what failed waits a second first');
    issuer.time.now += 1_000;
    test.same(await settle(issuer.core), []);
    test.match(await recordOf(issuer, id), { lifecycle: 'withdrawn', status: 'revoked' });
    const [change] = await issuer.admin('select * from issuer.credential_status_changes');
    test.match(change, { reason: 'withdrawn', client_id: 'client-ZZA01', person: 'person-1' });

    const retried = await step(issuer, id, 'withdrawn', { person, key });
    test.equal(retried.statusCode, 200);
    test.match(retried.json(), { lifecycle: 'withdrawn', status: 'revoked' });
    test.equal((await eventsOf(issuer, id)).length, 1);
    test.equal(await audited(issuer, 'credential.withdrawn'), 1);
    test.equal(await audited(issuer, 'credential.revoked'), 1);
  },
);

t.test(
  'a process that ends between the list and its mirror leaves nothing that the next does not mend',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    issuer.statusLists.state.afterChange = () => Promise.reject(new Error('killed'));
    test.equal((await step(issuer, id, 'withdrawn')).statusCode, 500);
    issuer.statusLists.state.afterChange = async () => {};
    const next = issuer.newCore();
    test.same(await settle(next), []);
    test.match(await recordOf(issuer, id), { lifecycle: 'withdrawn', status: 'revoked' });
    test.same(await settle(next), []);
    test.equal(await changesTo(issuer, id, 'revoked'), 1);
    test.equal(await audited(issuer, 'credential.revoked'), 1);
  },
);

t.test('a step whose audit row is refused is not taken', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  await issuer.admin(`create function issuer.no_audit() returns trigger language plpgsql as $$
    begin raise exception 'no'; end $$`);
  await issuer.admin(`create trigger no_audit before insert on issuer.audit
    for each row execute function issuer.no_audit()`);
  for (const event of ['accepted', 'withdrawn', 'archived']) {
    test.equal((await step(issuer, id, event)).statusCode, 503, event);
  }
  test.match(await recordOf(issuer, id), {
    lifecycle: 'provided',
    archived: false,
    status: 'active',
  });
  test.same(await eventsOf(issuer, id), []);
  await issuer.admin('drop trigger no_audit on issuer.audit');
  test.equal((await step(issuer, id, 'accepted')).statusCode, 200);
});

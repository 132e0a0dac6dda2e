import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { build, type Changes, countCommits, type Ledger, many, newCredential } from './helper.ts';

async function untilCommitting({ admin }: Ledger): Promise<void> {
  const sleeping = () =>
    admin(`select 1 from pg_stat_activity
    where wait_event = 'PgSleep' and datname = current_database()`);
  while ((await sleeping()).length === 0) await sleep(10);
}

const taken = newCredential({});
const canary = (table: string) => (ledger: Ledger) =>
  ledger.admin(`create function issuer.canary() returns trigger language plpgsql as $$
      begin if new::text like '%canary%' then raise exception 'caught'; end if; return new; end $$;
    create trigger canary before insert on issuer.${table} for each row execute function issuer.canary()`);
const faults: {
  name: string;
  changes: Changes;
  outcome: object;
  arrange?: (ledger: Ledger) => Promise<unknown>;
}[] = [
  { name: 'an id in use', changes: { id: taken.id }, outcome: { value: 'id-taken' } },
  {
    name: 'an index in use',
    changes: { listPairId: taken.listPairId, listIndex: taken.listIndex },
    outcome: { reason: { code: '23505', constraint: 'credentials_list_index' } },
  },
  {
    name: 'a digest of another length',
    changes: { digest: Buffer.from('short') },
    outcome: { reason: { code: '23514' } },
  },
  {
    name: 'a character that the database does not keep',
    changes: { employeeId: 'E-\0' },
    outcome: { reason: { code: '22021' } },
  },
  {
    name: 'a record that a trigger refuses',
    changes: { employeeId: 'canary' },
    outcome: { reason: { message: 'caught' } },
    arrange: canary('credentials'),
  },
  {
    name: 'an audit row that a trigger refuses',
    changes: { requestedBy: 'canary' },
    outcome: { reason: { code: 'SERVICE_UNAVAILABLE' } },
    arrange: canary('audit'),
  },
];

for (const { name, changes, outcome, arrange } of faults) {
  t.test(
    `${name} fails its own call, and no other that would have shared the commit`,
    async (t) => {
      const ledger = await build(t, 100);
      await ledger.issue(taken);
      await arrange?.(ledger);
      const calls = many(12, (n) =>
        ledger.issue(n === 5 ? { ...changes, key: 'bad' } : { key: `key-${n}` }),
      );
      const outcomes = await Promise.allSettled(calls);
      t.match(outcomes.splice(5, 1), [outcome]);
      t.match(
        outcomes,
        many(11, () => ({ value: { status: 201 } })),
      );
      t.equal((await countCommits(ledger)).credentials, 12, 'eleven, and the one before');
      const [rows] = await ledger.admin('select count(*)::int n from issuer.audit');
      t.match(rows, { n: 12 });
      const keys = await ledger.admin(`select key from issuer.idempotency_keys where key = 'bad'`);
      t.same(keys, [], 'a failure is not remembered');
    },
  );
}

t.test('when the database is lost all that share the commit are told to come again', async (t) => {
  const ledger = await build(t, 1_000);
  const keys = many(10, (n) => `key-${n}`);
  const first = ledger.issue({ key: 'key-0' });
  await untilCommitting(ledger);
  const outcomes = Promise.allSettled(keys.slice(1).map((key) => ledger.issue({ key })));
  t.match(await first, { status: 201 });
  await untilCommitting(ledger);
  await ledger.admin(`select pg_terminate_backend(pid) from pg_stat_activity
    where wait_event = 'PgSleep' and datname = current_database()`);
  t.match(
    await outcomes,
    many(9, () => ({ reason: { code: 'SERVICE_UNAVAILABLE' } })),
  );
  t.match(await countCommits(ledger), { credentials: 1 });
  const retried = await Promise.all(keys.map((key) => ledger.issue({ key })));
  t.match(
    retried,
    many(10, () => ({ status: 201 })),
  );
  t.match(await countCommits(ledger), { credentials: 10 });
});

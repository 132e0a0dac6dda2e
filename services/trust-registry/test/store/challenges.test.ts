import t from 'tap';
import { asRole, createKysely, createPool } from '#kit/database';
import { purgeChallenges } from '../../src/store/challenges.ts';
import type { Tables } from '../../src/store/tables.ts';
import { buildNorthmoor, DAY, NOW } from '../helper.ts';
import { challengeFor } from '../people.ts';

t.test(
  'challenges that no change can still carry are deleted, by the jobs role alone',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const options = { url: registry.databaseUrl, applicationName: 'test', onError: () => {} };
    const pool = createPool(options);
    t.teardown(() => pool.end());
    const db = createKysely<Tables>(pool);
    await challengeFor(registry, 'ZZA01');
    registry.clock.now = NOW + 2 * DAY;
    await challengeFor(registry, 'ZZA01');
    await t.rejects(
      db.transaction().execute((trx) => purgeChallenges(trx, new Date(NOW + 2 * DAY))),
      { code: '42501' },
    );
    await asRole(db, 'trust_registry_jobs', (trx) => purgeChallenges(trx, new Date(NOW + 2 * DAY)));
    const left = await registry.query('select expires_at from trust_registry.key_challenges');
    t.same(left, [{ expires_at: new Date(NOW + 3 * DAY) }]);
  },
);

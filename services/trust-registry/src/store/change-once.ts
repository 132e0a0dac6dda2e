import type { Kysely } from 'kysely';
import { appendAudit } from '#ledger/audit';
import { clientScope, createIdempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { inClient } from '#kit/database';
import type { ChangeOnce } from '../domain/ports.ts';
import { createRegistryChanges } from './registry-changes.ts';
import type { Tables } from './tables.ts';

export function createChangeOnce(options: { db: Kysely<Tables>; clock: Clock }): ChangeOnce {
  const { db, clock } = options;
  const idempotency = createIdempotency<Tables>({ clock });
  return ({ clientId, idempotencyKey, ...request }, { change, answer }) =>
    idempotency.answerOnce(
      {
        transact: (fn) => inClient(db, clientId, fn),
        scope: clientScope(clientId),
        key: idempotencyKey,
        request,
      },
      async () => ({
        async write(trx) {
          const { result, event } = await change(createRegistryChanges(trx));
          const { status, body } = answer(result);
          await appendAudit(trx, clock(), [{ ...event, clientId }]);
          return { status, contentType: 'application/json', body: JSON.stringify(body) };
        },
      }),
    );
}

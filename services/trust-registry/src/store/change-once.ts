import type { Kysely } from 'kysely';
import { appendAudit } from '#ledger/audit';
import { clientScope, createIdempotency } from '#ledger/idempotency';
import { inClient } from '#kit/database';
import type { Clock } from '#vc/clock';
import type { ChangeOnce } from '../domain/ports.ts';
import { createRegistryChanges } from './registry-changes.ts';
import type { Tables } from './tables.ts';

export function createChangeOnce(options: { db: Kysely<Tables>; clock: Clock }): ChangeOnce {
  const { db, clock } = options;
  const idempotency = createIdempotency<Tables>({ clock });
  return ({ clientId, odsCode, person, idempotencyKey, ...request }, { change, answer }) => {
    // people share the program they sign in to, and must not find each other's answers
    const actor = person === undefined ? clientId : `${clientId}#${person}`;
    return idempotency.answerOnce(
      {
        transact: (fn) => inClient(db, actor, fn),
        scope: clientScope(actor),
        key: idempotencyKey,
        request,
      },
      async () => ({
        async write(trx) {
          const { result, events } = await change(createRegistryChanges(trx));
          const { status, body } = answer(result);
          if (events.length > 0) {
            const audited = events.map(({ action, subject }) => ({
              action,
              clientId,
              odsCode,
              subject: person === undefined ? subject : { ...subject, person },
            }));
            await appendAudit(trx, clock(), audited);
          }
          return { status, contentType: 'application/json', body: JSON.stringify(body) };
        },
      }),
    );
  };
}

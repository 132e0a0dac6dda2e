import type { Kysely, Transaction } from 'kysely';
import { inClient } from '#kit/database';
import { clientScope, createIdempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import type { ChangeRequest, StoredAnswer } from '../domain/ports.ts';
import type { Tables } from './tables.ts';

type Write = (trx: Transaction<Tables>, at: number) => Promise<StoredAnswer>;
export type Commit = (change: ChangeRequest, write: Write) => Promise<StoredAnswer>;

/** Runs an administrator's change once for its idempotency key: change, audit row and answer in one transaction. */
export function createCommit(db: Kysely<Tables>, clock: Clock): Commit {
  const idempotency = createIdempotency<Tables>({ clock });
  return async ({ callerId, person, idempotencyKey: key, request }, write) => {
    // the people of one portal do not answer for each other
    const actor = person === undefined ? callerId : `${callerId}/${person}`;
    const { status, contentType, body } = await idempotency.answerOnce(
      {
        transact: (work) => inClient(db, actor, work),
        scope: clientScope(actor),
        key,
        request,
      },
      async () => ({ write: (trx) => write(trx, clock()) }),
    );
    return { status, contentType, body };
  };
}

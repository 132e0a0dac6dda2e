import type { Kysely } from 'kysely';
import { appendAudit } from '#ledger/audit';
import type { AnyIssuerDeps } from '../domain/conformance/issue-any-credential.ts';

/** Commits to the audit chain what is signed for public test suites; nothing else is kept of it. */
export function createTestSignatures<DB>(db: Kysely<DB>): Pick<AnyIssuerDeps, 'record'> {
  return {
    record: ({ digest, at }) =>
      db.transaction().execute((trx) =>
        appendAudit(trx, at, [
          {
            action: 'credential.signed-for-tests',
            clientId: 'test-suite',
            subject: { digest },
          },
        ]),
      ),
  };
}

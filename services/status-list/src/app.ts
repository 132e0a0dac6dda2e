import { STATUS_LIST_OPERATIONS } from '#api/examples/status-list';
import { requireAccess } from '#kit/auth';
import { observeRequests } from '#kit/metrics';
import { createServer, type Server } from '#kit/server';
import type { Deps } from './deps.ts';
import { changeStatus } from './routes/change-status.ts';
import { changeStatuses } from './routes/change-statuses.ts';
import { getStatusList } from './routes/get-status-list.ts';
import { leaseIndexes } from './routes/lease-indexes.ts';

export async function buildApp(deps: Deps): Promise<Server> {
  const app = await createServer({
    name: 'status-list',
    description:
      'Leases status indexes, records revocation and suspension, publishes signed lists.',
    tags: {
      'Status lists': 'The signed lists that say which credentials are revoked or suspended.',
      Internal: 'For the issuer alone.',
    },
    operations: STATUS_LIST_OPERATIONS,
    logger: deps.logger,
    traffic: deps.traffic,
  });
  observeRequests(app, deps.metrics);
  requireAccess(app, deps.verifyToken);
  leaseIndexes(app, deps);
  changeStatus(app, deps);
  changeStatuses(app, deps);
  getStatusList(app, deps);
  return app;
}

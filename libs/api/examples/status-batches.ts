import type { DescribedOperations } from '#kit/openapi-examples';

/** Names and examples of what the issuer service does. */
export const STATUS_BATCH_OPERATIONS: DescribedOperations = {
  'POST /v1/status-batches': {
    operationId: 'proposeStatusBatch',
    examples: {
      duplicates: {
        body: {
          select: { batch: 'import-2026-11' },
          status: 'revoked',
          reason: 'issued-in-error',
          holderText: 'Your trust issued these twice.',
          internalNote: 'duplicate import',
        },
        status: 201,
        answer: {
          id: '7bf52a14-1842-460f-a224-add2a0197483',
          state: 'previewed',
          status: 'revoked',
          reason: 'issued-in-error',
          count: 30,
          changed: 0,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:54Z',
          expiresAt: '2026-11-23T02:48:54Z',
          decidedBy: null,
          undoUntil: null,
        },
      },
      again: {
        body: {
          select: { batch: 'import-2026-11' },
          status: 'suspended',
          reason: 'under-investigation',
        },
        status: 201,
        answer: {
          id: '1b803e65-a601-4d7a-a1d9-ec4e9466a5f1',
          state: 'previewed',
          status: 'suspended',
          reason: 'under-investigation',
          count: 30,
          changed: 0,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:56Z',
          expiresAt: '2026-11-23T02:48:56Z',
          decidedBy: null,
          undoUntil: null,
        },
      },
    },
  },
  'GET /v1/status-batches': {
    operationId: 'listStatusBatches',
    examples: {
      newest: {
        parameters: { limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              id: '7bf52a14-1842-460f-a224-add2a0197483',
              state: 'previewed',
              status: 'revoked',
              reason: 'issued-in-error',
              count: 30,
              changed: 0,
              refused: 0,
              approvalNeeded: true,
              proposedBy: 'p-19ae6c75',
              proposedAt: '2026-11-23T01:48:54Z',
              expiresAt: '2026-11-23T02:48:54Z',
              decidedBy: null,
              undoUntil: null,
            },
          ],
          next: null,
        },
      },
    },
  },
  'GET /v1/status-batches/{id}': {
    operationId: 'getStatusBatch',
    examples: {
      duplicates: {
        parameters: { id: '7bf52a14-1842-460f-a224-add2a0197483' },
        status: 200,
        answer: {
          id: '7bf52a14-1842-460f-a224-add2a0197483',
          state: 'previewed',
          status: 'revoked',
          reason: 'issued-in-error',
          count: 30,
          changed: 0,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:54Z',
          expiresAt: '2026-11-23T02:48:54Z',
          decidedBy: null,
          undoUntil: null,
        },
      },
    },
  },
  'GET /v1/status-batches/{id}/credentials': {
    operationId: 'listStatusBatchCredentials',
    examples: {
      duplicates: {
        parameters: { id: '7bf52a14-1842-460f-a224-add2a0197483', limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              id: '16274c6c-463a-4424-90b7-992dddf96afd',
              employeeId: 'EMP-00417',
              type: 'FireSafetyCredential',
              outcome: 'waiting',
            },
          ],
          next: '1',
        },
      },
    },
  },
  'POST /v1/status-batches/{id}/confirmation': {
    operationId: 'confirmStatusBatch',
    examples: {
      duplicates: {
        parameters: { id: '7bf52a14-1842-460f-a224-add2a0197483' },
        status: 200,
        answer: {
          id: '7bf52a14-1842-460f-a224-add2a0197483',
          state: 'awaiting-approval',
          status: 'revoked',
          reason: 'issued-in-error',
          count: 30,
          changed: 0,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:54Z',
          expiresAt: '2026-11-23T02:48:54Z',
          decidedBy: null,
          undoUntil: null,
        },
      },
    },
  },
  'POST /v1/status-batches/{id}/approval': {
    operationId: 'approveStatusBatch',
    examples: {
      duplicates: {
        parameters: { id: '7bf52a14-1842-460f-a224-add2a0197483' },
        status: 200,
        answer: {
          id: '7bf52a14-1842-460f-a224-add2a0197483',
          state: 'running',
          status: 'revoked',
          reason: 'issued-in-error',
          count: 30,
          changed: 0,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:54Z',
          expiresAt: '2026-11-23T02:48:54Z',
          decidedBy: 'p-83f1d4b6',
          undoUntil: null,
        },
      },
    },
  },
  'POST /v1/status-batches/{id}/undo': {
    operationId: 'undoStatusBatch',
    examples: {
      duplicates: {
        parameters: { id: '7bf52a14-1842-460f-a224-add2a0197483' },
        status: 200,
        answer: {
          id: '7bf52a14-1842-460f-a224-add2a0197483',
          state: 'running',
          status: 'revoked',
          reason: 'issued-in-error',
          count: 30,
          changed: 30,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:54Z',
          expiresAt: '2026-11-23T02:48:54Z',
          decidedBy: 'p-83f1d4b6',
          undoUntil: '2026-11-23T01:49:05Z',
        },
      },
    },
  },
  'POST /v1/status-batches/{id}/rejection': {
    operationId: 'rejectStatusBatch',
    examples: {
      again: {
        parameters: { id: '1b803e65-a601-4d7a-a1d9-ec4e9466a5f1' },
        status: 200,
        answer: {
          id: '1b803e65-a601-4d7a-a1d9-ec4e9466a5f1',
          state: 'rejected',
          status: 'suspended',
          reason: 'under-investigation',
          count: 30,
          changed: 0,
          refused: 0,
          approvalNeeded: true,
          proposedBy: 'p-19ae6c75',
          proposedAt: '2026-11-23T01:48:56Z',
          expiresAt: '2026-11-23T02:48:56Z',
          decidedBy: 'p-83f1d4b6',
          undoUntil: null,
        },
      },
    },
  },
};

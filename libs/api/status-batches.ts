import { Type } from 'typebox';
import {
  BatchLabelSchema,
  CredentialStateSchema,
  EmployeeIdSchema,
  statusTexts,
} from './issuer.ts';
import {
  CredentialTypeNameSchema,
  DateTimeSchema,
  StatusReasonSchema,
  UuidSchema,
} from './wire.ts';

// How the issuer changes the status of many credentials: previewed, confirmed, approved, and for a while undone.

const closed = { additionalProperties: false };

/** `POST /v1/status-batches`: which credentials, and what shall become of them. Nothing changes yet. */
export const ProposeStatusBatchSchema = Type.Object(
  {
    select: Type.Object(
      {
        batch: Type.Optional(BatchLabelSchema),
        keyThumbprint: Type.Optional(Type.String({ maxLength: 64 })),
        type: Type.Optional(CredentialTypeNameSchema),
        catalogueVersion: Type.Optional(Type.String({ maxLength: 20 })),
        provider: Type.Optional(
          Type.String({ maxLength: 200, description: 'of the trustFramework block' }),
        ),
        employeeId: Type.Optional(EmployeeIdSchema),
      },
      { ...closed, minProperties: 1, description: 'all that are given must fit' },
    ),
    status: CredentialStateSchema,
    reason: StatusReasonSchema,
    ...statusTexts,
  },
  closed,
);
export const StatusBatchStateSchema = Type.Enum([
  'previewed',
  'awaiting-approval',
  'running',
  'undo-window',
  'done',
  'undone',
  'rejected',
  'expired',
]);
export const StatusBatchSchema = Type.Object({
  id: UuidSchema,
  state: StatusBatchStateSchema,
  status: CredentialStateSchema,
  reason: StatusReasonSchema,
  /** credentials that the selection holds and the change would touch; fixed at the preview */
  count: Type.Integer(),
  changed: Type.Integer({ description: 'done so far' }),
  refused: Type.Integer({ description: 'could not be changed: revoked meanwhile' }),
  approvalNeeded: Type.Boolean(),
  proposedBy: Type.String({ description: 'the client, or the person when one signed in' }),
  proposedAt: DateTimeSchema,
  expiresAt: DateTimeSchema,
  decidedBy: Type.Union([Type.String(), Type.Null()]),
  undoUntil: Type.Union([DateTimeSchema, Type.Null()], {
    description: 'of a revocation: until then the credentials are suspended and it can be undone',
  }),
});
export type StatusBatch = Type.Static<typeof StatusBatchSchema>;
/** `GET /v1/status-batches`: newest first. */
export const StatusBatchPageSchema = Type.Object({
  items: Type.Array(StatusBatchSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});
/** `GET /v1/status-batches/{id}/credentials`: the preview's list, and how far each is. */
export const StatusBatchItemPageSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      id: UuidSchema,
      employeeId: EmployeeIdSchema,
      type: CredentialTypeNameSchema,
      outcome: Type.Enum(['waiting', 'suspended', 'changed', 'refused', 'undone']),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()]),
});

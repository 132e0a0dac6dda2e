import { Type } from 'typebox';
import type { TokenSource } from '#kit/token-source';
import type { HttpClient } from '#kit/http-client';
import {
  createJsonCall,
  DateTimeSchema,
  OdsCodeSchema,
  StatusReasonSchema,
  UuidSchema,
} from './wire.ts';

const closed = { additionalProperties: false };

export const StatusPurposeSchema = Type.Union([
  Type.Literal('revocation'),
  Type.Literal('suspension'),
]);
export type StatusPurpose = Type.Static<typeof StatusPurposeSchema>;

/**
 * A list that says both in two bits (0 valid, 1 revoked, 2 suspended, 3 reserved): `message` is a W3C Bitstring
 * Status List, `token` an IETF Token Status List.
 */
export const TwoBitFormSchema = Type.Union([Type.Literal('message'), Type.Literal('token')]);
export type TwoBitForm = Type.Static<typeof TwoBitFormSchema>;
export type ListForm = StatusPurpose | TwoBitForm;

/**
 * Asks for indexes for one trust. Each is given once for ever, whether used or not. A two-bit list that is asked for
 * is published from then on, and before this is answered.
 */
export const LeaseRequestSchema = Type.Object(
  { odsCode: OdsCodeSchema, forms: Type.Optional(Type.Array(TwoBitFormSchema)) },
  closed,
);
export const LeaseSchema = Type.Object({
  listPairId: UuidSchema,
  revocationList: Type.String({ description: 'URL of the revocation list credential' }),
  suspensionList: Type.String({ description: 'URL of the suspension list credential' }),
  messageList: Type.Optional(Type.String({ description: 'URL, when it was asked for' })),
  tokenList: Type.Optional(Type.String({ description: 'URL, when it was asked for' })),
  indexes: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
});
export type Lease = Type.Static<typeof LeaseSchema>;

/** Sets or clears one bit of one trust's pair. `revocation` is never cleared. */
export const StatusChangeRequestSchema = Type.Object(
  {
    odsCode: OdsCodeSchema,
    listPairId: UuidSchema,
    index: Type.Integer({ minimum: 0 }),
    purpose: StatusPurposeSchema,
    value: Type.Boolean(),
    reason: StatusReasonSchema,
    clientId: Type.String({
      // it goes into the audit chain, which takes identifiers only
      pattern: '^[\\x21-\\x7e]{1,200}$',
      description: 'the client that asked the issuer',
    }),
  },
  closed,
);
export type StatusChangeRequest = Type.Static<typeof StatusChangeRequestSchema>;
export const StatusChangeSchema = Type.Object({
  value: Type.Boolean(),
  changed: Type.Boolean({ description: 'false when the bit already stood so' }),
  changedAt: DateTimeSchema,
});
export type StatusChange = Type.Static<typeof StatusChangeSchema>;

/** Many changes of one trust in one call; each has its own outcome, in order. */
export const StatusChangeBatchRequestSchema = Type.Object(
  {
    odsCode: OdsCodeSchema,
    clientId: StatusChangeRequestSchema.properties.clientId,
    changes: Type.Array(
      Type.Object(
        {
          listPairId: UuidSchema,
          index: Type.Integer({ minimum: 0 }),
          purpose: StatusPurposeSchema,
          value: Type.Boolean(),
          reason: StatusReasonSchema,
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  closed,
);
export type StatusChangeBatchRequest = Type.Static<typeof StatusChangeBatchRequestSchema>;
export const StatusChangeBatchSchema = Type.Object({
  outcomes: Type.Array(
    Type.Union([
      StatusChangeSchema,
      Type.Object({ refused: Type.String({ description: 'the code' }), detail: Type.String() }),
    ]),
  ),
});
export type StatusChangeBatch = Type.Static<typeof StatusChangeBatchSchema>;

const callForLease = createJsonCall(LeaseSchema);
const callForChange = createJsonCall(StatusChangeSchema);
const callForChanges = createJsonCall(StatusChangeBatchSchema);

export interface StatusListClient {
  lease(odsCode: string, forms?: readonly TwoBitForm[]): Promise<Lease>;
  /** @throws VcError STATUS_CHANGE_REFUSED, NOT_FOUND, SERVICE_UNAVAILABLE */
  change(change: StatusChangeRequest): Promise<StatusChange>;
  /** @throws VcError SERVICE_UNAVAILABLE; refusals of single changes are among the outcomes */
  changeMany(batch: StatusChangeBatchRequest): Promise<StatusChangeBatch>;
}

export function createStatusListClient(options: {
  baseUrl: string;
  http: HttpClient;
  token: TokenSource;
}): StatusListClient {
  const { baseUrl, http, token } = options;
  return {
    lease: (odsCode, forms = []) =>
      callForLease({
        http,
        token,
        method: 'POST',
        url: `${baseUrl}/internal/leases`,
        body: { odsCode, ...(forms.length > 0 && { forms }) },
        timeoutMs: 10_000,
      }),
    change: (change) =>
      callForChange({
        http,
        token,
        method: 'POST',
        url: `${baseUrl}/internal/status-changes`,
        body: change,
      }),
    changeMany: (batch) =>
      callForChanges({
        http,
        token,
        method: 'POST',
        url: `${baseUrl}/internal/status-change-batches`,
        body: batch,
        timeoutMs: 30_000,
      }),
  };
}

import { Type } from 'typebox';
import type { TokenSource } from '#kit/auth';
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

/** Asks for indexes for one trust. Each is given once for ever, whether used or not. */
export const LeaseRequestSchema = Type.Object({ odsCode: OdsCodeSchema }, closed);
export const LeaseSchema = Type.Object({
  listPairId: UuidSchema,
  revocationList: Type.String({ description: 'URL of the revocation list credential' }),
  suspensionList: Type.String({ description: 'URL of the suspension list credential' }),
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

const callForLease = createJsonCall(LeaseSchema);
const callForChange = createJsonCall(StatusChangeSchema);

export interface StatusListClient {
  lease(odsCode: string): Promise<Lease>;
  /** @throws VcError STATUS_CHANGE_REFUSED, NOT_FOUND, SERVICE_UNAVAILABLE */
  change(change: StatusChangeRequest): Promise<StatusChange>;
}

export function createStatusListClient(options: {
  baseUrl: string;
  http: HttpClient;
  token: TokenSource;
}): StatusListClient {
  const { baseUrl, http, token } = options;
  return {
    lease: (odsCode) =>
      callForLease({
        http,
        token,
        method: 'POST',
        url: `${baseUrl}/internal/leases`,
        body: { odsCode },
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
  };
}

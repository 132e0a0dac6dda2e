import { Type } from 'typebox';
import type { HttpClient } from '#kit/http-client';
import {
  createJsonCall,
  CredentialTypeNameSchema,
  DateTimeSchema,
  OdsCodeSchema,
  PageQuerySchema,
  PublicKeyMultibaseSchema,
  UuidSchema,
} from './wire.ts';

export const KeyPurposeSchema = Type.Union([
  Type.Literal('assertion'),
  Type.Literal('status'),
  Type.Literal('receipt'),
]);
export type KeyPurpose = Type.Static<typeof KeyPurposeSchema>;

export const ORGANISATION_STATUSES = [
  'invited',
  'registered',
  'suspended',
  'closed',
  'merged',
] as const;
export const OrganisationStatusSchema = Type.Enum(ORGANISATION_STATUSES);
export type OrganisationStatus = (typeof ORGANISATION_STATUSES)[number];

/** `network`: organisations of several ICSs that take part together. */
export const OrganisationKindSchema = Type.Enum(['ics', 'network', 'trust']);
export const SystemApproachSchema = Type.Enum(['full-ics', 'part-ics', 'network']);
export const StaffGroupSchema = Type.Enum(['temporary-mover', 'postgraduate-doctor-in-training']);
export const RequestPurposeSchema = Type.Enum(['recruitment', 'rotation', 'temporary-assignment']);

export const OrganisationSchema = Type.Object({
  odsCode: OdsCodeSchema,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  kind: OrganisationKindSchema,
  icsOdsCode: Type.Union([OdsCodeSchema, Type.Null()]),
  admittedBy: Type.Union([OdsCodeSchema, Type.Null()], {
    description: 'the ICS or network that admitted it; null for the ICS of the cell itself',
  }),
  systemApproach: Type.Union([SystemApproachSchema, Type.Null()], {
    description: 'how an ICS or network takes part; null for a trust',
  }),
  status: OrganisationStatusSchema,
  statusHistory: Type.Array(
    Type.Object({
      status: OrganisationStatusSchema,
      validFrom: DateTimeSchema,
      mergedInto: Type.Union([OdsCodeSchema, Type.Null()]),
    }),
    { description: 'oldest first; each counts until the next begins' },
  ),
  did: Type.String(),
});
export type Organisation = Type.Static<typeof OrganisationSchema>;

export const RegisteredKeySchema = Type.Object({
  thumbprint: Type.String({ description: 'RFC 7638, base64url' }),
  publicKeyMultibase: PublicKeyMultibaseSchema,
  verificationMethod: Type.String(),
  purpose: KeyPurposeSchema,
  validFrom: DateTimeSchema,
  validUntil: Type.Union([DateTimeSchema, Type.Null()]),
  state: Type.Union([Type.Literal('active'), Type.Literal('retired'), Type.Literal('compromised')]),
});
export type RegisteredKey = Type.Static<typeof RegisteredKeySchema>;

export const AccreditationSchema = Type.Object({
  id: UuidSchema,
  credentialType: CredentialTypeNameSchema,
  action: Type.Union([Type.Literal('issue'), Type.Literal('request')]),
  validFrom: DateTimeSchema,
  validUntil: Type.Union([DateTimeSchema, Type.Null()]),
  withdrawnAt: Type.Union([DateTimeSchema, Type.Null()]),
  withdrawnForCause: Type.Boolean(),
  staffGroups: Type.Array(StaffGroupSchema, { description: 'empty: every staff group' }),
  purposes: Type.Array(RequestPurposeSchema, {
    description: 'of a request: what it may be for; empty for issue',
  }),
  claims: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'of a request: the claims that may be asked for; null: all of the type',
  }),
});
export type Accreditation = Type.Static<typeof AccreditationSchema>;

/** A lead employer employs the doctors in training who work at the host. */
export const LeadEmploymentSchema = Type.Object({
  id: UuidSchema,
  leadEmployer: OdsCodeSchema,
  host: OdsCodeSchema,
  staffGroup: StaffGroupSchema,
  validFrom: DateTimeSchema,
  validUntil: Type.Union([DateTimeSchema, Type.Null()]),
});
export type LeadEmployment = Type.Static<typeof LeadEmploymentSchema>;

const record = {
  organisation: OrganisationSchema,
  keys: Type.Array(RegisteredKeySchema),
  accreditations: Type.Array(AccreditationSchema),
  leadEmployments: Type.Array(LeadEmploymentSchema, {
    description: 'those in which it is the lead employer or the host',
  }),
  epoch: Type.Integer({ description: 'of the registry when this record last changed' }),
};
/** One organisation, as snapshots and change feeds carry it. */
export const RegistryRecordSchema = Type.Object(record);
export type RegistryRecord = Type.Static<typeof RegistryRecordSchema>;

/** All that a verifier needs to know of an issuer, in one answer. No personal data. */
export const TrustRecordSchema = Type.Object({ ...record, asOf: DateTimeSchema });
export type TrustRecord = Type.Static<typeof TrustRecordSchema>;

export const OrganisationPageSchema = Type.Object({
  items: Type.Array(OrganisationSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** `name` is a literal part of the name, whatever its case: `%` and `_` stand for themselves. */
export const OrganisationQuerySchema = Type.Object({
  ...PageQuerySchema,
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  ics: Type.Optional(OdsCodeSchema),
  ods: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{1,10}$', description: 'how it begins' })),
  kind: Type.Optional(OrganisationKindSchema),
  status: Type.Optional(OrganisationStatusSchema),
});

/** A moment in the past: what was true then, and with `knownAt` what was known then. */
export const MomentQuerySchema = {
  at: Type.Optional(DateTimeSchema),
};

const trqpRequest = {
  entity_id: Type.String({ maxLength: 500 }),
  authority_id: Type.String({ maxLength: 500 }),
  action: Type.String({ maxLength: 100 }),
  resource: Type.String({ maxLength: 500 }),
  context: Type.Optional(
    Type.Object(
      {
        time: Type.Optional(Type.String({ maxLength: 40 })),
        locator: Type.Optional(Type.String({ maxLength: 500 })),
        known_at: Type.Optional(
          Type.String({
            maxLength: 40,
            description: 'answers from what was known then; left out: from what is known now',
          }),
        ),
        purpose: Type.Optional(
          Type.String({ maxLength: 100, description: 'of a request: what it is for' }),
        ),
        claims: Type.Optional(
          Type.String({ maxLength: 500, description: 'of a request: claims, by comma' }),
        ),
      },
      { additionalProperties: Type.String({ maxLength: 500 }) },
    ),
  ),
};
const trqpResponse = {
  entity_id: Type.String(),
  authority_id: Type.String(),
  action: Type.String(),
  resource: Type.String(),
  time_requested: Type.Optional(DateTimeSchema),
  time_evaluated: DateTimeSchema,
  message: Type.Optional(Type.String()),
  context: Type.Optional(Type.Record(Type.String(), Type.String())),
};
/** ToIP Trust Registry Query Protocol v2, `POST /authorization`. */
export const AuthorizationQuerySchema = Type.Object(trqpRequest);
export const AuthorizationAnswerSchema = Type.Object({
  ...trqpResponse,
  authorized: Type.Boolean(),
});
/** TRQP v2, `POST /recognition`: whether this cell recognises another. */
export const RecognitionQuerySchema = Type.Object(trqpRequest);
export const RecognitionAnswerSchema = Type.Object({ ...trqpResponse, recognized: Type.Boolean() });

const callForRecord = createJsonCall(TrustRecordSchema);

export interface TrustRegistryClient {
  /** @throws VcError NOT_FOUND for an unknown trust, SERVICE_UNAVAILABLE when the registry did not answer */
  loadTrust(odsCode: string): Promise<TrustRecord>;
}

export function createTrustRegistryClient(options: {
  baseUrl: string;
  http: HttpClient;
}): TrustRegistryClient {
  const { baseUrl, http } = options;
  return {
    loadTrust: (odsCode) =>
      callForRecord({
        http,
        method: 'GET',
        url: `${baseUrl}/v1/organisations/${encodeURIComponent(odsCode)}`,
        timeoutMs: 3_000,
      }),
  };
}

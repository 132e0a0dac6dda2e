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

const closed = { additionalProperties: false };

export const KeyPurposeSchema = Type.Union([
  Type.Literal('assertion'),
  Type.Literal('status'),
  Type.Literal('receipt'),
]);
export type KeyPurpose = Type.Static<typeof KeyPurposeSchema>;

export const OrganisationStatusSchema = Type.Union([
  Type.Literal('registered'),
  Type.Literal('suspended'),
  Type.Literal('closed'),
]);

export const OrganisationSchema = Type.Object({
  odsCode: OdsCodeSchema,
  name: Type.String({ minLength: 1, maxLength: 200 }),
  kind: Type.Union([Type.Literal('ics'), Type.Literal('trust')]),
  icsOdsCode: Type.Union([OdsCodeSchema, Type.Null()]),
  status: OrganisationStatusSchema,
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
});
export type Accreditation = Type.Static<typeof AccreditationSchema>;

/** All that a verifier needs to know of an issuer, in one answer. No personal data. */
export const TrustRecordSchema = Type.Object({
  organisation: OrganisationSchema,
  keys: Type.Array(RegisteredKeySchema),
  accreditations: Type.Array(AccreditationSchema),
  asOf: DateTimeSchema,
});
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
  kind: Type.Optional(Type.Union([Type.Literal('ics'), Type.Literal('trust')])),
});

export const RegisterOrganisationSchema = Type.Object(
  {
    odsCode: OdsCodeSchema,
    name: Type.String({ minLength: 1, maxLength: 200 }),
    kind: Type.Union([Type.Literal('ics'), Type.Literal('trust')]),
    icsOdsCode: Type.Optional(OdsCodeSchema),
  },
  closed,
);
/** `closed` is final. The reason is kept for administrators and never published. */
export const ChangeOrganisationStatusSchema = Type.Object(
  { status: OrganisationStatusSchema, reason: Type.String({ minLength: 1, maxLength: 500 }) },
  closed,
);
export const RegisterKeySchema = Type.Object(
  {
    publicKeyMultibase: PublicKeyMultibaseSchema,
    purpose: KeyPurposeSchema,
    validFrom: Type.Optional(DateTimeSchema),
    validUntil: Type.Optional(DateTimeSchema),
  },
  closed,
);
export const ChangeKeyStateSchema = Type.Object(
  { state: Type.Union([Type.Literal('retired'), Type.Literal('compromised')]) },
  closed,
);
/** Every purpose of one key. */
export const RegisteredKeysSchema = Type.Object({ items: Type.Array(RegisteredKeySchema) });
export const AccreditSchema = Type.Object(
  {
    credentialType: CredentialTypeNameSchema,
    action: Type.Union([Type.Literal('issue'), Type.Literal('request')]),
    validFrom: Type.Optional(DateTimeSchema),
    validUntil: Type.Optional(DateTimeSchema),
    backdated: Type.Optional(
      Type.Literal(true, { description: 'a validFrom in the past is meant' }),
    ),
  },
  closed,
);
export const WithdrawAccreditationSchema = Type.Object(
  { forCause: Type.Boolean(), reason: Type.String({ minLength: 1, maxLength: 500 }) },
  closed,
);

/** ToIP Trust Registry Query Protocol v2, `POST /authorization`. */
export const AuthorizationQuerySchema = Type.Object({
  entity_id: Type.String({ maxLength: 500 }),
  authority_id: Type.String({ maxLength: 500 }),
  action: Type.String({ maxLength: 100 }),
  resource: Type.String({ maxLength: 500 }),
  context: Type.Optional(
    Type.Object(
      {
        time: Type.Optional(Type.String({ maxLength: 40 })),
        locator: Type.Optional(Type.String({ maxLength: 500 })),
      },
      { additionalProperties: Type.String({ maxLength: 500 }) },
    ),
  ),
});
export const AuthorizationAnswerSchema = Type.Object({
  entity_id: Type.String(),
  authority_id: Type.String(),
  action: Type.String(),
  resource: Type.String(),
  authorized: Type.Boolean(),
  time_requested: Type.Optional(DateTimeSchema),
  time_evaluated: DateTimeSchema,
  message: Type.Optional(Type.String()),
  context: Type.Optional(Type.Record(Type.String(), Type.String())),
});

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

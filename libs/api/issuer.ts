import { type TSchema, Type } from 'typebox';
import type { TokenSource } from '#kit/auth';
import type { HttpClient } from '#kit/http-client';
import { StatusPurposeSchema } from './status-list.ts';
import { KeyPurposeSchema } from './trust-registry.ts';
import {
  createJsonCall,
  CredentialTypeNameSchema,
  DateTimeSchema,
  DocumentSchema,
  OdsCodeSchema,
  PageQuerySchema,
  PublicKeyMultibaseSchema,
  StatusReasonSchema,
  UuidSchema,
} from './wire.ts';

const closed = { additionalProperties: false };

/** The same schema, saying what it is for here. */
function described<T extends TSchema>(schema: T, description: string): T {
  return { ...schema, description };
}

/** The employer's own identifier of a person in its HR system. */
export const EmployeeIdSchema = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\w.:@/-]+$',
  description: "the employer's own identifier of the person",
});

/** The caller's own name of what it mints together; later status changes can select by it. */
export const BatchLabelSchema = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\w.:-]+$',
  description: 'your own name of a batch',
});
/** Why, for the holder and for the employer's own file. Both are kept by the issuer alone. */
export const statusTexts = {
  holderText: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: 'what the holder is told' }),
  ),
  internalNote: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1_000, description: 'never shown to the holder' }),
  ),
};

export const HolderChallengeSchema = Type.Object({
  challenge: Type.String(),
  domain: Type.String({ description: 'to be signed beside the challenge' }),
  expiresAt: DateTimeSchema,
});
/** `verifiablePresentation`: empty of credentials, signed for `authentication` over challenge and domain. */
export const BindHolderSchema = Type.Object(
  { employeeId: EmployeeIdSchema, verifiablePresentation: DocumentSchema },
  closed,
);
export const HolderSchema = Type.Object({
  id: UuidSchema,
  employeeId: EmployeeIdSchema,
  did: Type.String(),
  boundAt: DateTimeSchema,
});

/** `POST /v1/credentials`: a workforce record in the dsp-api format, or typed claims. */
export const MintCredentialSchema = Type.Object(
  {
    employeeId: EmployeeIdSchema,
    record: Type.Optional(described(DocumentSchema, 'one record; `recordType` says which')),
    type: Type.Optional(described(CredentialTypeNameSchema, 'a type of the credential catalogue')),
    claims: Type.Optional(described(DocumentSchema, 'its claims, without `id`')),
    validFrom: Type.Optional(described(DateTimeSchema, 'left out: from now')),
    validUntil: Type.Optional(described(DateTimeSchema, 'left out: no end')),
    batch: Type.Optional(BatchLabelSchema),
  },
  closed,
);
/** VCALM 1.0 `POST /credentials/issue`. */
export const IssueCredentialSchema = Type.Object(
  {
    credential: DocumentSchema,
    options: Type.Optional(
      Type.Object(
        {
          credentialId: Type.Optional(Type.String({ maxLength: 200 })),
          mandatoryPointers: Type.Optional(Type.Array(Type.String())),
        },
        closed,
      ),
    ),
  },
  closed,
);
export const VerifiableCredentialAnswerSchema = Type.Object({
  verifiableCredential: DocumentSchema,
});

export const CredentialStateSchema = Type.Union([
  Type.Literal('active'),
  Type.Literal('suspended'),
  Type.Literal('revoked'),
]);
export const CredentialSummarySchema = Type.Object({
  id: UuidSchema,
  employeeId: EmployeeIdSchema,
  type: CredentialTypeNameSchema,
  holder: Type.String(),
  issuedAt: DateTimeSchema,
  validUntil: Type.Union([DateTimeSchema, Type.Null()]),
  status: CredentialStateSchema,
});
export const CredentialPageSchema = Type.Object({
  items: Type.Array(CredentialSummarySchema),
  next: Type.Union([Type.String(), Type.Null()]),
});
export const SearchCredentialsSchema = Type.Object(
  {
    ...PageQuerySchema,
    employeeId: Type.Optional(EmployeeIdSchema),
    type: Type.Optional(CredentialTypeNameSchema),
    status: Type.Optional(CredentialStateSchema),
  },
  closed,
);

/** `POST /v1/credentials/{id}/status`: what the credential shall be from now on, and why. */
export const ChangeCredentialStatusSchema = Type.Object(
  { status: CredentialStateSchema, reason: StatusReasonSchema, ...statusTexts },
  closed,
);
/** `GET /v1/credentials/{id}/status-changes`: oldest first, for the trust that issued it. */
export const CredentialStatusChangesSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      status: CredentialStateSchema,
      reason: StatusReasonSchema,
      holderText: Type.Union([Type.String(), Type.Null()]),
      internalNote: Type.Union([Type.String(), Type.Null()]),
      clientId: Type.String(),
      person: Type.Union([Type.String(), Type.Null()], {
        description: '`sub`, when a person did it',
      }),
      changedAt: DateTimeSchema,
    }),
  ),
});

export const CredentialStatusAnswerSchema = Type.Object({
  id: UuidSchema,
  status: CredentialStateSchema,
  reason: StatusReasonSchema,
  changedAt: DateTimeSchema,
});
/** VCALM 1.0 `POST /credentials/status`; has no reason and records `unspecified`. */
export const UpdateCredentialStatusSchema = Type.Object(
  {
    credentialId: Type.String({ maxLength: 200 }),
    credentialStatus: Type.Object(
      {
        id: Type.Optional(Type.String()),
        type: Type.String(),
        statusPurpose: StatusPurposeSchema,
        statusListIndex: Type.Optional(Type.String()),
        statusListCredential: Type.Optional(Type.String()),
      },
      closed,
    ),
    status: Type.Boolean(),
    indexAllocator: Type.Optional(Type.String()),
  },
  closed,
);

/** `POST /v1/keys`: makes a trust's key here; the registry must pin it before it is used. */
export const CreateKeySchema = Type.Object(
  {
    odsCode: OdsCodeSchema,
    purpose: KeyPurposeSchema,
    challenge: Type.Optional(
      Type.String({
        maxLength: 200,
        description:
          'of `POST /v1/key-challenges` of the trust registry: the answer has `keyProof`',
      }),
    ),
  },
  closed,
);
export const KeySchema = Type.Object({
  odsCode: OdsCodeSchema,
  purpose: KeyPurposeSchema,
  publicKeyMultibase: PublicKeyMultibaseSchema,
  verificationMethod: Type.String(),
  keyProof: Type.Optional(
    Type.String({ description: 'the key signed the challenge: `proof` of `pin-key`' }),
  ),
  createdAt: DateTimeSchema,
});

const listVersion = {
  version: Type.Integer({ minimum: 1, description: 'milliseconds since the epoch: validFrom' }),
  previousVersion: Type.Integer({
    minimum: 0,
    description: 'the highest that the caller knows was allotted before; 0 for none',
  }),
};

/** `POST /internal/status-list-credentials`: signs a status list. It builds the credential itself and takes no document. */
export const SignStatusListSchema = Type.Object(
  {
    listId: UuidSchema,
    odsCode: OdsCodeSchema,
    purpose: Type.Union([StatusPurposeSchema, Type.Literal('message')]),
    ...listVersion,
    encodedList: Type.String({ pattern: '^u[A-Za-z0-9_-]+$', maxLength: 200_000 }),
  },
  closed,
);
export type SignStatusListRequest = Type.Static<typeof SignStatusListSchema>;

/** `POST /internal/status-list-tokens`: the same for an IETF Token Status List of two bits an entry. */
export const SignStatusListTokenSchema = Type.Object(
  {
    listId: UuidSchema,
    odsCode: OdsCodeSchema,
    ...listVersion,
    lst: Type.String({
      pattern: '^[A-Za-z0-9_-]+$',
      maxLength: 200_000,
      description: 'zlib, base64url',
    }),
  },
  closed,
);
export type SignStatusListTokenRequest = Type.Static<typeof SignStatusListTokenSchema>;
export const StatusListTokenAnswerSchema = Type.Object({
  token: Type.String({ description: 'a JWT, `typ` statuslist+jwt' }),
});

const callForSignedList = createJsonCall(VerifiableCredentialAnswerSchema);
const callForSignedToken = createJsonCall(StatusListTokenAnswerSchema);

export interface IssuerClient {
  /**
   * @throws VcError CONFLICT when a version as high was signed before, STATUS_LIST_FENCED when a version above
   *   `previousVersion` was: the caller's database lacks it; SERVICE_UNAVAILABLE
   */
  signStatusList(request: SignStatusListRequest): Promise<Record<string, unknown>>;
  /** @throws VcError as signStatusList */
  signStatusListToken(request: SignStatusListTokenRequest): Promise<string>;
}

export function createIssuerClient(options: {
  baseUrl: string;
  http: HttpClient;
  token: TokenSource;
}): IssuerClient {
  const { baseUrl, http, token } = options;
  return {
    async signStatusList(request) {
      const url = `${baseUrl}/internal/status-list-credentials`;
      const answer = await callForSignedList({ http, token, method: 'POST', url, body: request });
      return answer.verifiableCredential;
    },
    async signStatusListToken(request) {
      const url = `${baseUrl}/internal/status-list-tokens`;
      const answer = await callForSignedToken({ http, token, method: 'POST', url, body: request });
      return answer.token;
    },
  };
}

import { type TSchema, Type } from 'typebox';
import type { TokenSource } from '#kit/token-source';
import type { HttpClient } from '#kit/http-client';
import { StatusPurposeSchema } from './status-list.ts';
import { KeyPurposeSchema } from './trust-registry.ts';
import {
  AnyFormSchema,
  createJsonCall,
  CredentialFormSchema,
  CredentialTypeNameSchema,
  DateTimeSchema,
  DocumentSchema,
  OdsCodeSchema,
  PageQuerySchema,
  PublicKeyMultibaseSchema,
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

/** In which forms; the first is the answer's `verifiableCredential`. */
export const FormsSchema = Type.Array(CredentialFormSchema, {
  minItems: 1,
  maxItems: 8,
  uniqueItems: true,
  description: 'left out: as the trust has set for the type, else vcdm2-ed25519-2020',
});
export const SUPERSEDE_REASONS = ['details-changed', 'renewed', 'corrected'] as const;
export const InternalNoteSchema = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'only the issuer sees it',
});
/** The older credential, which is suspended once the newer one is committed. The newer one names it. */
export const SupersedesSchema = Type.Object(
  {
    credentialId: UuidSchema,
    reason: Type.Enum(SUPERSEDE_REASONS),
    internalNote: Type.Optional(InternalNoteSchema),
  },
  closed,
);

/** `POST /v1/credentials`: a workforce record in the dsp-api format, or typed claims. */
export const MintCredentialSchema = Type.Object(
  {
    employeeId: EmployeeIdSchema,
    record: Type.Optional(described(DocumentSchema, 'one record; `recordType` says which')),
    type: Type.Optional(described(CredentialTypeNameSchema, 'a type of the credential catalogue')),
    claims: Type.Optional(described(DocumentSchema, 'its claims, without `id`')),
    validFrom: Type.Optional(described(DateTimeSchema, 'left out: from now')),
    validUntil: Type.Optional(described(DateTimeSchema, 'left out: no end')),
    version: Type.Optional(
      Type.String({
        pattern: '^\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}$',
        description: "of the catalogue's type; left out: the newest that is approved",
      }),
    ),
    forms: Type.Optional(FormsSchema),
    supersedes: Type.Optional(SupersedesSchema),
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

/** One credential, in one form or several: one family under one id and one status. */
export const IssuedFamilySchema = Type.Object({
  verifiableCredential: AnyFormSchema,
  otherForms: Type.Optional(
    Type.Array(Type.Object({ form: CredentialFormSchema, verifiableCredential: AnyFormSchema }), {
      description: 'there when more than one form was asked for, in their order',
    }),
  ),
});

export const CredentialStateSchema = Type.Union([
  Type.Literal('active'),
  Type.Literal('suspended'),
  Type.Literal('revoked'),
]);
/** How far a credential came with its holder. `withdrawn` and `superseded` are ends. */
export const LifecycleSchema = Type.Enum(['provided', 'accepted', 'withdrawn', 'superseded']);
export const CredentialSummarySchema = Type.Object({
  id: UuidSchema,
  employeeId: EmployeeIdSchema,
  type: CredentialTypeNameSchema,
  holder: Type.String(),
  issuedAt: DateTimeSchema,
  validUntil: Type.Union([DateTimeSchema, Type.Null()]),
  status: CredentialStateSchema,
  lifecycle: LifecycleSchema,
  archived: Type.Boolean(),
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
    archived: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'true: those in the archive, instead of the rest',
      }),
    ),
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

import { Type } from 'typebox';
import { DateTimeSchema, DocumentSchema } from './wire.ts';

const closed = { additionalProperties: false };

export const ProblemDetailsSchema = Type.Object({
  type: Type.String(),
  title: Type.String({ description: 'the stable code' }),
  detail: Type.String(),
  pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the submitted document' })),
});

/** VCALM 1.0 `POST /challenges`. */
export const ChallengeSchema = Type.Object({ challenge: Type.String() });

/** VCALM 1.0 `POST /credentials/verify`. */
export const VerifyCredentialSchema = Type.Object(
  {
    verifiableCredential: DocumentSchema,
    options: Type.Optional(
      Type.Object(
        {
          returnResults: Type.Optional(Type.Boolean()),
          returnProblemDetails: Type.Optional(Type.Boolean()),
          returnCredential: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
  },
  closed,
);
/** VCALM 1.0 `POST /presentations/verify`. */
export const VerifyPresentationSchema = Type.Object(
  {
    verifiablePresentation: DocumentSchema,
    options: Type.Optional(
      Type.Object(
        {
          challenge: Type.Optional(Type.String({ maxLength: 200 })),
          domain: Type.Optional(Type.String({ maxLength: 500 })),
          returnPresentation: Type.Optional(Type.Boolean()),
          returnResults: Type.Optional(Type.Boolean()),
          returnProblemDetails: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** VCALM's result objects; `problemDetails` is always there when `verified` is false. */
export const CredentialResultSchema = Type.Object({
  verified: Type.Boolean(),
  problemDetails: Type.Optional(Type.Array(ProblemDetailsSchema)),
  results: Type.Optional(DocumentSchema),
  credential: Type.Optional(DocumentSchema),
});
export const PresentationResultSchema = Type.Object({
  verified: Type.Boolean(),
  problemDetails: Type.Optional(Type.Array(ProblemDetailsSchema)),
  results: Type.Optional(DocumentSchema),
  verifiablePresentation: Type.Optional(DocumentSchema),
});

export const OutcomeSchema = Type.Union([
  Type.Literal('pass'),
  Type.Literal('fail'),
  Type.Literal('unknown'),
  Type.Literal('not-run'),
]);
export type Outcome = Type.Static<typeof OutcomeSchema>;

export const CHECK_NAMES = [
  'size',
  'data-model',
  'context',
  'proof',
  'issuer-key',
  'issuer-accredited',
  'validity',
  'status',
  'schema',
  'holder-binding',
  'challenge',
  'domain',
  'duplicate',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** One check of one document. `code` is there unless it passed plainly; with `pass` it is a warning. */
export const CheckSchema = Type.Object({
  check: Type.Enum(CHECK_NAMES),
  outcome: OutcomeSchema,
  code: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String({ description: 'a sentence that a recruiter understands' })),
  pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the submitted document' })),
});
export type Check = Type.Static<typeof CheckSchema>;

export const CredentialVerificationSchema = Type.Object({
  credentialId: Type.Union([Type.String(), Type.Null()]),
  type: Type.Union([Type.String(), Type.Null()]),
  issuer: Type.Union([Type.String(), Type.Null()]),
  overall: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('unknown')]),
  checks: Type.Array(CheckSchema),
  statusList: Type.Optional(
    Type.Object({ version: Type.Integer(), fetchedAt: DateTimeSchema, ageMs: Type.Integer() }),
  ),
});
export type CredentialVerification = Type.Static<typeof CredentialVerificationSchema>;

/** `POST /v1/verifications`: one credential, or one presentation with its challenge and domain. */
export const VerificationRequestSchema = Type.Object(
  {
    verifiableCredential: Type.Optional(DocumentSchema),
    verifiablePresentation: Type.Optional(DocumentSchema),
    options: Type.Optional(
      Type.Object(
        { challenge: Type.String({ maxLength: 200 }), domain: Type.String({ maxLength: 500 }) },
        { ...closed, description: 'what a presentation must be signed over; not for a credential' },
      ),
    ),
  },
  {
    ...closed,
    // One of the two, said so that a refusal names what is wrong with the one that was sent.
    oneOf: [{ required: ['verifiableCredential'] }, { required: ['verifiablePresentation'] }],
    dependentRequired: {
      verifiablePresentation: ['options'],
      options: ['verifiablePresentation'],
    },
  },
);
export const VerificationSchema = Type.Object({
  scope: Type.Union([Type.Literal('credential'), Type.Literal('presentation')]),
  overall: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('unknown')]),
  checkedAt: DateTimeSchema,
  holder: Type.Union([Type.String(), Type.Null()]),
  checks: Type.Array(CheckSchema),
  credentials: Type.Array(CredentialVerificationSchema),
});
export type Verification = Type.Static<typeof VerificationSchema>;

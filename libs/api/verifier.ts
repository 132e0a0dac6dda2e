import { Type } from 'typebox';
import { AnyFormSchema, DateTimeSchema, DocumentSchema, UuidSchema } from './wire.ts';

const closed = { additionalProperties: false };

export const ProblemDetailsSchema = Type.Object({
  type: Type.String(),
  title: Type.String({ description: 'the stable code' }),
  detail: Type.String(),
  pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the submitted document' })),
});

/** VCALM 1.0 `POST /challenges`. */
export const ChallengeSchema = Type.Object({ challenge: Type.String() });

/** VCALM 1.0 `POST /credentials/verify`; JWT and SD-JWT as an EnvelopedVerifiableCredential, or as bare text. */
export const VerifyCredentialSchema = Type.Object(
  {
    verifiableCredential: AnyFormSchema,
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
    verifiablePresentation: AnyFormSchema,
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
  credential: Type.Optional(AnyFormSchema),
});
export const PresentationResultSchema = Type.Object({
  verified: Type.Boolean(),
  problemDetails: Type.Optional(Type.Array(ProblemDetailsSchema)),
  results: Type.Optional(DocumentSchema),
  verifiablePresentation: Type.Optional(AnyFormSchema),
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
  'parse',
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

/** Three outcomes that are easily confused, and one for what could not be told. */
export const VERDICTS = [
  'accepted',
  'genuine-not-accepted',
  'not-genuine',
  'undetermined',
] as const;
const judgement = {
  verdict: Type.Enum(VERDICTS, {
    description:
      'accepted: every check passed; genuine-not-accepted: it is what its issuer signed, and something else fails; not-genuine: it is not; undetermined: that, or whether it is accepted, could not be told',
  }),
  sentence: Type.String({ description: 'the verdict and its reason in one plain sentence' }),
};

export const CredentialVerificationSchema = Type.Object({
  credentialId: Type.Union([Type.String(), Type.Null()]),
  type: Type.Union([Type.String(), Type.Null()]),
  issuer: Type.Union([Type.String(), Type.Null()]),
  format: Type.Union([Type.Enum(['ldp_vc', 'jwt_vc_json', 'dc+sd-jwt']), Type.Null()], {
    description: 'null: none that is known here',
  }),
  overall: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('unknown')]),
  ...judgement,
  checks: Type.Array(CheckSchema),
  registry: Type.Optional(
    Type.Object(
      {
        authority: Type.String({ description: 'the DID of the cell whose registry was relied on' }),
        epoch: Type.Integer(),
        asOf: DateTimeSchema,
        ageMs: Type.Integer(),
      },
      { description: 'what of the registry was relied on, and how old it is' },
    ),
  ),
  statusList: Type.Optional(
    Type.Object({ version: Type.Integer(), fetchedAt: DateTimeSchema, ageMs: Type.Integer() }),
  ),
});
export type CredentialVerification = Type.Static<typeof CredentialVerificationSchema>;

/** `POST /v1/verifications`: one credential, or one presentation with its challenge and domain. */
export const VerificationRequestSchema = Type.Object(
  {
    verifiableCredential: Type.Optional(AnyFormSchema),
    verifiablePresentation: Type.Optional(AnyFormSchema),
    options: Type.Optional(
      Type.Object(
        { challenge: Type.String({ maxLength: 200 }), domain: Type.String({ maxLength: 500 }) },
        { ...closed, description: 'what a presentation must be signed over; not for a credential' },
      ),
    ),
    watch: Type.Optional(
      Type.Boolean({
        description:
          'tell this trust by `/v1/events` when the status of what passed changes; left out: yes for a presentation, no for a bare credential and with `at`, where it is refused',
      }),
    ),
    at: Type.Optional({
      ...DateTimeSchema,
      description:
        'verify credentials as of this past time: key, registry, validity and status of then, by what is known now; the challenge of a presentation is used and must be fresh all the same',
    }),
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
/** What the schema above lets through. */
export type VerificationRequest = {
  /** tell this trust when the status of what passed changes */
  watch?: boolean;
  /** RFC 3339: as of this past time */
  at?: string;
} & (
  | { verifiableCredential: Record<string, unknown> | string }
  | {
      verifiablePresentation: Record<string, unknown> | string;
      options: { challenge: string; domain: string };
    }
);
export const VerificationSchema = Type.Object({
  scope: Type.Union([Type.Literal('credential'), Type.Literal('presentation')]),
  overall: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('unknown')]),
  ...judgement,
  checkedAt: DateTimeSchema,
  at: Type.Optional({ ...DateTimeSchema, description: 'the past time, when one was asked for' }),
  holder: Type.Union([Type.String(), Type.Null()]),
  checks: Type.Array(CheckSchema),
  credentials: Type.Array(CredentialVerificationSchema),
});
export type Verification = Type.Static<typeof VerificationSchema>;

/** CloudEvents 1.0, structured JSON. Ids only: no claim, no name. */
export const EVENT_TYPE = 'example.staffpassport.credential.status-changed.v1';
export const EventSchema = Type.Object({
  specversion: Type.Literal('1.0'),
  id: UuidSchema,
  source: Type.String({ description: 'the verifier: `{PUBLIC_ORIGIN}/verifier`' }),
  type: Type.Literal(EVENT_TYPE),
  subject: Type.String({ description: 'the id of the credential' }),
  time: DateTimeSchema,
  datacontenttype: Type.Literal('application/json'),
  data: Type.Object({
    credentialId: Type.String(),
    issuer: Type.String(),
    statusPurpose: Type.Union([Type.Literal('revocation'), Type.Literal('suspension')]),
    value: Type.Boolean({ description: 'true: revoked or suspended; false: the suspension ended' }),
    statusListVersion: Type.Integer(),
  }),
});
export type Event = Type.Static<typeof EventSchema>;
/** `GET /v1/events`: oldest first; `next` is there also at the end, to go on from later. */
export const EventPageSchema = Type.Object({
  items: Type.Array(EventSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** `POST /v1/webhooks`: where a trust wants its events sent. */
export const CreateWebhookSchema = Type.Object(
  {
    url: Type.String({ maxLength: 500, description: 'https, a public host' }),
    description: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
);
export const WebhookSchema = Type.Object({
  id: UuidSchema,
  url: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  state: Type.Enum(['active', 'ended']),
  createdAt: DateTimeSchema,
  waiting: Type.Integer({ description: 'events not yet delivered' }),
  deadLetters: Type.Integer(),
});
export const WebhookPageSchema = Type.Object({ items: Type.Array(WebhookSchema) });
/** `GET /v1/webhooks/{id}/deliveries`: each event's way to one webhook. */
export const DeliverySchema = Type.Object({
  eventId: UuidSchema,
  state: Type.Enum(['waiting', 'delivered', 'dead']),
  attempts: Type.Integer(),
  lastAttemptAt: Type.Union([DateTimeSchema, Type.Null()]),
  lastAnswer: Type.Union([Type.String(), Type.Null()], {
    description: 'an HTTP status, or why there was none',
  }),
  nextAttemptAt: Type.Union([DateTimeSchema, Type.Null()]),
});
export const DeliveryPageSchema = Type.Object({
  items: Type.Array(DeliverySchema),
  next: Type.Union([Type.String(), Type.Null()]),
});
/** `POST /v1/webhooks/{id}/replay`: sends events again: all dead letters, or all since one. */
export const ReplaySchema = Type.Object(
  { since: Type.Optional(UuidSchema) },
  { ...closed, description: '`since` is an event id; left out: the dead letters' },
);
export const WebhookKeysSchema = Type.Object(
  { keys: Type.Array(DocumentSchema) },
  { description: 'a JWK set (RFC 7517); `kid` is the `keyid` of the signatures' },
);
export const ReplayAnswerSchema = Type.Object({ replayed: Type.Integer() });

import { Type } from 'typebox';
import {
  CredentialStateSchema,
  CredentialSummarySchema,
  FormsSchema,
  InternalNoteSchema,
  LifecycleSchema,
  statusTexts,
} from './issuer.ts';
import { StatusPurposeSchema } from './status-list.ts';
import {
  AnyFormSchema,
  CredentialFormSchema,
  DateTimeSchema,
  DocumentSchema,
  UuidSchema,
  StatusReasonSchema,
} from './wire.ts';

const closed = { additionalProperties: false };

export const REISSUE_REASONS = [
  'wallet-lost',
  'key-changed',
  'key-compromise',
  'form-needed',
] as const;
/** `GET /v1/credentials/{id}`: all that is recorded of it but its documents. */
export const CredentialRecordSchema = Type.Object({
  ...CredentialSummarySchema.properties,
  catalogueVersion: Type.String(),
  forms: Type.Array(CredentialFormSchema, {
    description: 'the first is the one of `GET /credentials/{id}`',
  }),
  supersedes: Type.Union([UuidSchema, Type.Null()]),
  supersededBy: Type.Union([UuidSchema, Type.Null()]),
});
/** `GET /v1/credentials/{id}/forms/{form}` */
export const CredentialInFormSchema = Type.Object({
  form: CredentialFormSchema,
  verifiableCredential: AnyFormSchema,
});
/** `GET /v1/credentials/{id}/records`: the claims in the Digital Staff Passport API format. */
export const WorkforceRecordsSchema = Type.Object({ records: Type.Array(DocumentSchema) });

export const LIFECYCLE_REASONS = {
  accepted: ['accepted-by-holder'],
  withdrawn: ['issued-in-error', 'updated-information-to-follow', 'information-no-longer-valid'],
  archived: ['replaced-by-newer', 'no-longer-needed', 'duplicate', 'employment-ended'],
  restored: ['archived-in-error', 'needed-again'],
} as const;
/**
 * `POST /v1/credentials/{id}/lifecycle`: a step of its life. Withdrawing is for what was not accepted yet, and
 * revokes it; archiving and restoring change no status.
 */
export const ChangeLifecycleSchema = Type.Object(
  {
    event: Type.Enum(['accepted', 'withdrawn', 'archived', 'restored']),
    reason: Type.Enum(
      Object.values(LIFECYCLE_REASONS).flatMap((reasons): readonly string[] => reasons),
      {
        description:
          'accepted: accepted-by-holder. withdrawn: issued-in-error, updated-information-to-follow, information-no-longer-valid. archived: replaced-by-newer, no-longer-needed, duplicate, employment-ended. restored: archived-in-error, needed-again',
      },
    ),
    internalNote: Type.Optional(InternalNoteSchema),
  },
  closed,
);
export const LifecycleAnswerSchema = Type.Object({
  id: UuidSchema,
  lifecycle: LifecycleSchema,
  archived: Type.Boolean(),
  status: CredentialStateSchema,
});
/** `GET /v1/credentials/{id}/lifecycle-events`: oldest first, for the trust that issued it. */
export const LifecycleEventsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      event: Type.Enum(['accepted', 'withdrawn', 'superseded', 'reissued', 'archived', 'restored']),
      reason: Type.String(),
      internalNote: Type.Union([Type.String(), Type.Null()]),
      clientId: Type.String(),
      person: Type.Union([Type.String(), Type.Null()]),
      happenedAt: DateTimeSchema,
    }),
  ),
});
/** `POST /v1/credentials/{id}/reissue`: the same claims, signed again for the holder as now bound; supersedes it. */
export const ReissueCredentialSchema = Type.Object(
  {
    reason: Type.Enum(REISSUE_REASONS),
    internalNote: Type.Optional(InternalNoteSchema),
    forms: Type.Optional({ ...FormsSchema, description: 'left out: those of the older one' }),
  },
  closed,
);

const DefaultFormsSchema = {
  ...FormsSchema,
  description: 'the first is the one that is answered first',
};
/** `PUT /v1/form-defaults/{type}`: `type` is one of the catalogue, or `default` for all without their own. */
export const SetFormDefaultSchema = Type.Object({ forms: DefaultFormsSchema }, closed);
export const FormDefaultsSchema = Type.Object({
  items: Type.Array(
    Type.Object({ type: Type.String(), forms: DefaultFormsSchema, changedAt: DateTimeSchema }),
  ),
});

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

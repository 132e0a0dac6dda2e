import { type TSchema, Type } from 'typebox';
import {
  KeyPurposeSchema,
  OrganisationKindSchema,
  RequestPurposeSchema,
  StaffGroupSchema,
  SystemApproachSchema,
} from './trust-registry.ts';
import {
  CredentialTypeNameSchema,
  DateTimeSchema,
  DocumentSchema,
  OdsCodeSchema,
  PageQuerySchema,
  PublicKeyMultibaseSchema,
  UuidSchema,
} from './wire.ts';

// How the trust registry is changed: operations that one person proposes and another approves.

const closed = { additionalProperties: false };
const ReasonSchema = Type.String({ minLength: 1, maxLength: 500, description: 'never published' });
const period = {
  validFrom: Type.Optional(DateTimeSchema),
  validUntil: Type.Optional(DateTimeSchema),
};

function operation<N extends string, P extends Record<string, TSchema>>(name: N, properties: P) {
  return Type.Object(
    { operation: Type.Literal(name), odsCode: OdsCodeSchema, ...properties },
    closed,
  );
}

/** Registers an organisation as `invited`: known by its ODS code, not yet trusted. */
export const InviteOrganisationSchema = operation('invite-organisation', {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  kind: OrganisationKindSchema,
  icsOdsCode: Type.Optional(OdsCodeSchema),
  admittedBy: Type.Optional(OdsCodeSchema),
  systemApproach: Type.Optional(SystemApproachSchema),
});
/** `registered` from `invited` needs a complete checklist. `closed` and `merged` are final. */
export const ChangeOrganisationStatusSchema = operation('change-organisation-status', {
  status: Type.Enum(['registered', 'suspended', 'closed', 'merged']),
  mergedInto: Type.Optional(OdsCodeSchema),
  reason: ReasonSchema,
});
/** `proof`: a compact JWS of the key over a challenge of this registry; see `KeyChallengeSchema`. */
export const PinKeySchema = operation('pin-key', {
  publicKeyMultibase: PublicKeyMultibaseSchema,
  purpose: KeyPurposeSchema,
  proof: Type.String({ minLength: 1, maxLength: 2_000 }),
  ...period,
});
export const RetireKeySchema = operation('retire-key', {
  thumbprint: Type.String({ maxLength: 64 }),
});
export const AccreditSchema = operation('accredit', {
  credentialType: CredentialTypeNameSchema,
  action: Type.Union([Type.Literal('issue'), Type.Literal('request')]),
  ...period,
  backdated: Type.Optional(Type.Literal(true, { description: 'a validFrom in the past is meant' })),
  evidence: Type.Optional(
    Type.String({ maxLength: 500, description: 'where the evidence is kept; never published' }),
  ),
  staffGroups: Type.Optional(Type.Array(StaffGroupSchema, { uniqueItems: true })),
  purposes: Type.Optional(Type.Array(RequestPurposeSchema, { uniqueItems: true })),
  claims: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 100, uniqueItems: true }),
  ),
});
export const WithdrawAccreditationSchema = operation('withdraw-accreditation', {
  id: UuidSchema,
  forCause: Type.Boolean(),
  reason: ReasonSchema,
});
/** `odsCode` is the lead employer. */
export const RelateLeadEmployerSchema = operation('relate-lead-employer', {
  host: OdsCodeSchema,
  staffGroup: StaffGroupSchema,
  ...period,
});
export const EndLeadEmployerSchema = operation('end-lead-employer', { id: UuidSchema });
/** A person, by the `sub` of their tokens, who may propose and approve for the organisation. */
export const NameSignatorySchema = operation('name-signatory', {
  subject: Type.String({ minLength: 1, maxLength: 200 }),
});
export const EndSignatorySchema = operation('end-signatory', {
  subject: Type.String({ minLength: 1, maxLength: 200 }),
});
const ContactSchema = Type.Object(
  {
    email: Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$' }),
    phone: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { ...closed, description: "a team's address, not a person's" },
);
export const SetContactsSchema = operation('set-contacts', {
  humanResources: ContactSchema,
  occupationalHealth: ContactSchema,
  education: ContactSchema,
});
/** `GET /v1/organisations/{odsCode}/contacts`: whom at an organisation another one asks, as `set-contacts` named them. */
const TeamContactSchema = Type.Object(
  { email: Type.String(), phone: Type.Union([Type.String(), Type.Null()]) },
  { description: "a team's address, not a person's" },
);
export const ContactsSchema = Type.Object({
  humanResources: TeamContactSchema,
  occupationalHealth: TeamContactSchema,
  education: TeamContactSchema,
});
export type Contacts = Type.Static<typeof ContactsSchema>;
export const SignOffInformationGovernanceSchema = operation('sign-off-information-governance', {
  reference: Type.String({ minLength: 1, maxLength: 500 }),
});

const OPERATIONS = [
  InviteOrganisationSchema,
  ChangeOrganisationStatusSchema,
  PinKeySchema,
  RetireKeySchema,
  AccreditSchema,
  WithdrawAccreditationSchema,
  RelateLeadEmployerSchema,
  EndLeadEmployerSchema,
  NameSignatorySchema,
  EndSignatorySchema,
  SetContactsSchema,
  SignOffInformationGovernanceSchema,
] as const;
// A union by its `operation`: what is wrong is told about the operation that was meant, not about all of them.
export const OperationSchema = Type.Unsafe<Type.Static<(typeof OPERATIONS)[number]>>({
  type: 'object',
  required: ['operation'],
  discriminator: { propertyName: 'operation' },
  oneOf: [...OPERATIONS],
});
export type Operation = Type.Static<typeof OperationSchema>;

/** `POST /v1/changes`: operations that are approved, and then done, together. */
export const ProposeChangeSchema = Type.Object(
  {
    operations: Type.Array(OperationSchema, { minItems: 1, maxItems: 200 }),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  closed,
);
export const ChangeStateSchema = Type.Enum(['proposed', 'approved', 'rejected', 'expired']);
export const RegistryChangeSchema = Type.Object({
  id: UuidSchema,
  state: ChangeStateSchema,
  operations: Type.Array(DocumentSchema),
  note: Type.Union([Type.String(), Type.Null()]),
  proposedBy: Type.String({ description: '`sub` of the person' }),
  proposedAt: DateTimeSchema,
  expiresAt: DateTimeSchema,
  decidedBy: Type.Union([Type.String(), Type.Null()]),
  decidedAt: Type.Union([DateTimeSchema, Type.Null()]),
  /** what came of each operation: ids that were made */
  results: Type.Array(DocumentSchema),
  epoch: Type.Union([Type.Integer(), Type.Null()], {
    description: 'of the registry after it; null before approval',
  }),
});
export type RegistryChange = Type.Static<typeof RegistryChangeSchema>;
export const RegistryChangePageSchema = Type.Object({
  items: Type.Array(RegistryChangeSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});
export const RegistryChangeQuerySchema = Type.Object({
  ...PageQuerySchema,
  state: Type.Optional(ChangeStateSchema),
  odsCode: Type.Optional(OdsCodeSchema),
});
export const DecideChangeSchema = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 500 })) },
  closed,
);

/**
 * `POST /v1/key-challenges`, to be signed by the key that is to be pinned: a compact JWS (EdDSA) with
 * `typ` staff-passport-key-proof+jwt and the claims `iss` the organisation's DID, `aud` the cell's DID, `nonce` the
 * challenge, `iat`, and `sub` the publicKeyMultibase; `#trust/key-proof` makes and checks it.
 */
export const KeyChallengeRequestSchema = Type.Object({ odsCode: OdsCodeSchema }, closed);
export const KeyChallengeSchema = Type.Object({
  challenge: Type.String(),
  audience: Type.String({ description: "the cell's DID" }),
  issuer: Type.String({ description: "the organisation's DID" }),
  expiresAt: DateTimeSchema,
});

/** `POST /v1/organisations/{odsCode}/test-issue`: a credential signed with its pinned key while it is invited. */
export const TestIssueSchema = Type.Object({ verifiableCredential: DocumentSchema }, closed);
export const CHECKLIST_ITEMS = [
  'did-control',
  'keys-pinned',
  'contacts',
  'information-governance',
  'accredited',
  'test-issue',
] as const;
export const ChecklistSchema = Type.Object({
  complete: Type.Boolean(),
  items: Type.Array(
    Type.Object({
      item: Type.Enum(CHECKLIST_ITEMS),
      done: Type.Boolean(),
      doneAt: Type.Union([DateTimeSchema, Type.Null()]),
      detail: Type.String(),
    }),
  ),
});

/** What one caller may do at once, because it only takes trust away. */
export const EmergencySchema = Type.Object({ reason: ReasonSchema }, closed);

import type { JsonObject } from '#vc/data-model';

/** What an edition may be used for: drafts for nothing yet, deprecated ones no longer for issuing. */
export const EDITION_STATUSES = ['draft', 'approved', 'deprecated'] as const;
export type EditionStatus = (typeof EDITION_STATUSES)[number];

/** Why a field needs care: what screens hide first, and what a holder is told before it is shared. */
export const SENSITIVITIES = [
  'personal',
  'contact',
  'identity-document',
  'health',
  'criminal-offence',
  'pay',
  'third-party',
  'employment',
] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

/** Who may issue a type, by what it is to the person; the registry says which organisation may. */
export const ISSUING_ROLES = [
  'employer',
  'host',
  'occupational-health',
  'training-body',
  'self-declared',
] as const;
export type IssuerRole = (typeof ISSUING_ROLES)[number];

/** How a credential of the type came to be known: all of the trust framework block but provider and time. */
export interface TrustFrameworkDefaults {
  origin: string;
  assurancePolicy: string;
  assuranceOutcome: string;
  verifier: string;
  verificationMethod: string;
  pedigree: string;
}

/** One field as people see it: a plain-English label, what it holds, and why it needs care, if it does. */
export interface CredentialField {
  label: string;
  description: string;
  sensitivity?: Sensitivity;
}

/** A level of a core skill, with the competency that the framework names for it. */
export interface CoreSkillVariant {
  subjectLevel: string;
  competencyName: string;
}

/** One version of one credential type as it is published: a file of `contexts/editions`. */
export interface EditionFile {
  type: string;
  /** semver */
  version: string;
  group: string;
  title: string;
  description: string;
  issuedBy: string;
  mayIssue: IssuerRole[];
  provenance: string;
  trustFramework: TrustFrameworkDefaults;
  /** JSON Schema 2020-12 of the claims: `credentialSubject` without `id` */
  schema: JsonObject;
  /** claims that stand openly in an SD-JWT; the holder may withhold every other one */
  alwaysDisclosed: string[];
  sensitivity: Record<string, Sensitivity>;
  /** `summary`: one sentence with the names of claims in braces */
  rendering: { summary: string };
  /** claims that pass the schema; invented people and organisations */
  example: JsonObject;
  /** core skills only */
  subjectName?: string;
  variants?: CoreSkillVariant[];
  /** health evidence only: how the codes of its events begin */
  codePrefixes?: string[];
}

/** An edition with what stands about it in the index, and its fields as people see them. */
export interface CredentialTypeEntry extends EditionFile {
  status: EditionStatus;
  /** keyed by claim name; taken from the schema's annotations */
  fields: Record<string, CredentialField>;
}

export function toEntry(edition: EditionFile, status: EditionStatus): CredentialTypeEntry {
  return { ...edition, status, fields: fieldsOf(edition) };
}

function fieldsOf({ schema, sensitivity }: EditionFile): Record<string, CredentialField> {
  const properties = schema['properties'] as Record<string, { title: string; description: string }>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const field = { label: property.title, description: property.description };
      const care = sensitivity[name];
      return [name, care === undefined ? field : { ...field, sensitivity: care }];
    }),
  );
}

/** Every member that an edition must have, in the order in which it is written. */
export const EDITION_MEMBERS = [
  'type',
  'version',
  'group',
  'title',
  'description',
  'issuedBy',
  'mayIssue',
  'provenance',
  'trustFramework',
  'alwaysDisclosed',
  'sensitivity',
  'rendering',
  'schema',
  'example',
] as const satisfies (keyof EditionFile)[];

import type { Edition } from './edition.ts';

/** One claim of SD-JWT VC Type Metadata. */
export interface ClaimMetadata {
  path: string[];
  display: { locale: string; label: string; description: string }[];
  /** whether every credential of the type has the claim */
  mandatory: boolean;
  sd: 'always' | 'never';
}

/** SD-JWT VC Type Metadata (draft-ietf-oauth-sd-jwt-vc §4). */
export interface TypeMetadata {
  vct: string;
  name: string;
  description: string;
  display: {
    locale: string;
    name: string;
    description: string;
    rendering: { simple: { background_color: string; text_color: string } };
  }[];
  claims: ClaimMetadata[];
}

const LOCALE = 'en-GB';
// 12.6:1, so that a card is readable for everyone (WCAG 2.2 asks 4.5:1).
const COLOURS = { background_color: '#003c5f', text_color: '#ffffff' };

/**
 * The type as wallets show it. Disclosure is by whole claims, so a path has one step. The draft has dropped JSON
 * Schemas from type metadata: the credential's own `credentialSchema` names it.
 */
export function buildTypeMetadata({ entry, vct }: Edition): TypeMetadata {
  const { title: name, description } = entry;
  const required = (entry.schema['required'] ?? []) as string[];
  return {
    vct,
    name,
    description,
    display: [{ locale: LOCALE, name, description, rendering: { simple: COLOURS } }],
    claims: Object.entries(entry.fields).map(([claim, field]) => ({
      path: [claim],
      display: [{ locale: LOCALE, label: field.label, description: field.description }],
      mandatory: required.includes(claim),
      sd: entry.alwaysDisclosed.includes(claim) ? 'never' : 'always',
    })),
  };
}

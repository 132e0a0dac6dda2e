import type { Test } from 'tap';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import type { Check } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs, issueText } from '../forms.ts';
import {
  presentJsonLd,
  type PresentAsOptions,
  presentJwt,
  presentSdJwt,
} from '../presentations.ts';
import { createWorld, type World } from '../world.ts';

export const JSON_LD = CREDENTIAL_FORMS.filter((form) => form.startsWith('vcdm'));
export const TEXT: readonly CredentialForm[] = ['jwt_vc_json', 'dc+sd-jwt'];

export type Break = (
  world: World,
  whole: Submitted,
  form: CredentialForm,
) => Submitted | Promise<Submitted>;

interface Refusal {
  /** that of a check that fails */
  code: string;
  forms?: readonly CredentialForm[];
}

/** Of each form the unbroken credential passes; the broken one, in the same world, is refused with this code. */
export async function refuses(
  t: Test,
  what: string,
  arrange: Break,
  { code, forms = CREDENTIAL_FORMS }: Refusal,
): Promise<void> {
  for (const form of forms) {
    const world = createWorld();
    const whole = await issueAs(world, form);
    const good = await verifyCredential(whole, world.ports);
    t.equal(good.overall, 'pass', `${form} ${failuresOf(good.checks).join()}`);
    const bad = await verifyCredential(await arrange(world, whole, form), world.ports);
    t.equal(bad.overall, 'fail', `${form}: ${what}`);
    t.ok(
      failuresOf(bad.checks).includes(code),
      `${form}: ${what} is ${failuresOf(bad.checks).join()}`,
    );
  }
}

/** As `refuses`, of forms that are objects. */
export function refusesJsonLd(
  t: Test,
  what: string,
  change: (copy: JsonObject, world: World, form: CredentialForm) => JsonObject | void,
  { code, forms = JSON_LD }: Refusal,
): Promise<void> {
  const arrange: Break = (world, whole, form) => {
    const copy = structuredClone(whole) as JsonObject;
    return change(copy, world, form) ?? copy;
  };
  return refuses(t, what, arrange, { code, forms });
}

/** Codes of the checks that failed. */
export function failuresOf(checks: readonly Check[]): string[] {
  return checks.flatMap(({ outcome, code }) => (outcome === 'fail' && code ? [code] : []));
}

/** The proofs of a document, each to be changed in place. */
export function proofsOf({ proof }: JsonObject): JsonObject[] {
  return (Array.isArray(proof) ? proof : [proof]) as JsonObject[];
}

type Present = (world: World, options?: PresentAsOptions) => Promise<Submitted>;

/** One credential of the holder in each form of a presentation. */
export const PRESENTATIONS: Readonly<Record<string, Present>> = {
  'JSON-LD of VCDM 2.0': async (world, options) =>
    presentJsonLd(world, '2.0', [await issueAs(world, 'vcdm2-ed25519-2020')], options),
  'JSON-LD of VCDM 1.1': async (world, options) =>
    presentJsonLd(world, '1.1', [await issueAs(world, 'vcdm1-eddsa-rdfc-2022')], options),
  jwt_vp_json: async (world, options) =>
    presentJwt(world, [await issueAs(world, 'jwt_vc_json')], options),
  'SD-JWT with a KB-JWT': async (world, options) =>
    presentSdJwt(world, await issueText(world, 'dc+sd-jwt'), options),
};

/** A credential that is text, as it is. */
export function textOf(whole: Submitted): string {
  if (typeof whole === 'string') return whole;
  throw new TypeError('it is no text');
}

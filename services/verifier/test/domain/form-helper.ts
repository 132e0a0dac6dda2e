import type { Test } from 'tap';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import type { CheckName } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { type FormOptions, issueAs } from '../forms.ts';
import { checkOf, createWorld, type World } from '../world.ts';

export type Arrange = (world: World, form: CredentialForm) => Promise<Submitted> | Submitted;

export const JWT: readonly CredentialForm[] = ['jwt_vc_json'];
export const SD_JWT: readonly CredentialForm[] = ['dc+sd-jwt'];

interface Expected {
  check: CheckName;
  code: string;
  forms?: readonly CredentialForm[];
}

/** Of every form the unbroken credential passes; the broken one fails this check with this code. */
export async function breaksInEveryForm(
  t: Test,
  arrange: Arrange,
  { check, code, forms = CREDENTIAL_FORMS }: Expected,
): Promise<void> {
  for (const form of forms) {
    const world = createWorld();
    const good = await verifyCredential(await issueAs(world, form), world.ports);
    t.equal(good.overall, 'pass', `${form} ${JSON.stringify(good.checks)}`);
    t.equal(checkOf(good, check).outcome, 'pass');

    const another = createWorld();
    const broken = await arrange(another, form);
    const bad = await verifyCredential(broken, another.ports);
    t.equal(bad.overall, 'fail', form);
    t.same(checkOf(bad, check), { outcome: 'fail', code }, `${form} ${JSON.stringify(bad.checks)}`);
  }
}

/** As its issuer signed it. */
export const issuedWith =
  (options: FormOptions): Arrange =>
  (world, form) =>
    issueAs(world, form, options);

/** Not built as it must be: it fails before anything of it is believed. */
export function malformedAs(
  t: Test,
  forms: readonly CredentialForm[],
  arrange: Arrange,
): Promise<void> {
  const check = 'data-model';
  return breaksInEveryForm(t, arrange, { forms, check, code: 'MALFORMED_VALUE_ERROR' });
}

/** What is arranged so passes, of each of the forms. */
export async function passes(
  t: Test,
  forms: readonly CredentialForm[],
  arrange: Arrange,
): Promise<void> {
  for (const form of forms) {
    const world = createWorld();
    const result = await verifyCredential(await arrange(world, form), world.ports);
    t.equal(result.overall, 'pass', `${form} ${JSON.stringify(result.checks)}`);
  }
}

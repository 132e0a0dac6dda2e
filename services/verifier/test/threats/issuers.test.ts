import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { VcError } from '#vc/error';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { accredit, createTrust, DAY, NOON } from '../trust.ts';
import { checkOf, createWorld, FRESHNESS_MS, STALE_LIMIT_MS, type World } from '../world.ts';
import { failuresOf, refuses } from './helper.ts';

/** From the next look at the registry on. */
function accreditedAs(world: World, change: object): void {
  world.trust.record.accreditations = [{ ...accredit('ResuscitationCredential'), ...change }];
  world.now += FRESHNESS_MS + 1_000;
}

async function silent(): Promise<never> {
  throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
}

const later = toDateTimeStamp(NOON + 1_000);
const earlier = toDateTimeStamp(NOON - DAY);

t.test('V15: an issuer is known, and accredited for the type when it signed', async (t) => {
  await refuses(
    t,
    'of nobody that is known',
    (world, _, form) => issueAs(world, form, { by: createTrust('ZZX99') }),
    {
      code: 'ISSUER_NOT_REGISTERED',
    },
  );
  await refuses(
    t,
    'of a type for which its issuer is not accredited',
    (world, _, form) => issueAs(world, form, { type: 'FireSafetyCredential' }),
    { code: 'ISSUER_NOT_ACCREDITED' },
  );
  for (const [what, change, code] of [
    ['whose accreditation had lapsed', { validUntil: earlier }, 'ISSUER_NOT_ACCREDITED'],
    ['whose accreditation had been withdrawn', { withdrawnAt: earlier }, 'ISSUER_NOT_ACCREDITED'],
    ['whose accreditation had not begun', { validFrom: later }, 'ISSUER_NOT_ACCREDITED'],
    [
      'whose accreditation was withdrawn for cause since',
      { withdrawnAt: later, withdrawnForCause: true },
      'ISSUER_ACCREDITATION_WITHDRAWN',
    ],
  ] as const) {
    await refuses(
      t,
      what,
      (world, whole) => {
        accreditedAs(world, change);
        return whole;
      },
      { code },
    );
  }
});

t.test('V15: what lapsed since it signed passes with a warning', async (t) => {
  for (const form of CREDENTIAL_FORMS) {
    const world = createWorld();
    const whole = await issueAs(world, form);
    const before = await verifyCredential(whole, world.ports);
    t.same(checkOf(before, 'issuer-accredited'), { outcome: 'pass', code: undefined }, form);
    accreditedAs(world, { validUntil: later });
    const after = await verifyCredential(whole, world.ports);
    t.equal(after.overall, 'pass', `${form} ${failuresOf(after.checks).join()}`);
    t.equal(checkOf(after, 'issuer-accredited').code, 'ISSUER_ACCREDITATION_LAPSED', form);
  }
});

t.test('V15: of a registry that is silent too long nothing is concluded', async (t) => {
  for (const form of CREDENTIAL_FORMS) {
    const never = createWorld();
    never.registry.fetch = silent;
    const unheard = await verifyCredential(await issueAs(never, form), never.ports);
    t.equal(unheard.overall, 'unknown', `${form} with a registry that was never reached`);
    t.equal(checkOf(unheard, 'issuer-accredited').code, 'REGISTRY_UNAVAILABLE', form);

    const world = createWorld();
    const whole = await issueAs(world, form, { validUntil: NOON + DAY });
    t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
    world.registry.fetch = silent;
    world.now = NOON + STALE_LIMIT_MS - 1_000;
    const still = await verifyCredential(whole, world.ports);
    t.equal(still.overall, 'pass', `${form} up to the limit`);
    t.equal(still.registry?.ageMs, STALE_LIMIT_MS - 1_000, 'and the answer says how old');
    world.now = NOON + STALE_LIMIT_MS + 1_000;
    const stale = await verifyCredential(whole, world.ports);
    t.equal(stale.overall, 'unknown', `${form} past it`);
    t.equal(checkOf(stale, 'issuer-accredited').code, 'REGISTRY_STALE', form);
  }
});

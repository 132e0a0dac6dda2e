import t from 'tap';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { type FormOptions, issueAs } from '../forms.ts';
import { DAY, NOON } from '../trust.ts';
import { createWorld } from '../world.ts';
import { failuresOf } from './helper.ts';

const YEAR_9999 = Date.parse('9999-12-31T23:59:59Z');
const seconds = (count: number) => NOON + count * 1_000;

type Edge = [what: string, options: FormOptions, code: string | undefined];

/** In every form; the times of a JWT are whole seconds. */
const EDGES: readonly Edge[] = [
  ['begins now', { validFrom: NOON }, undefined],
  ['begins in 59 s', { validFrom: seconds(59) }, undefined],
  ['begins in 60 s', { validFrom: seconds(60) }, undefined],
  ['begins in 61 s', { validFrom: seconds(61) }, 'CREDENTIAL_NOT_YET_VALID'],
  [
    'begins tomorrow',
    { validFrom: NOON + DAY, validUntil: NOON + 2 * DAY },
    'CREDENTIAL_NOT_YET_VALID',
  ],
  ['begins in 9999', { validFrom: YEAR_9999, validUntil: YEAR_9999 }, 'CREDENTIAL_NOT_YET_VALID'],
  ['ends in 9999', { validUntil: YEAR_9999 }, undefined],
  ['began in 1970', { validFrom: 0, validUntil: NOON + DAY }, undefined],
  ['ended in 1970', { validFrom: 0, validUntil: 1_000 }, 'CREDENTIAL_EXPIRED'],
  ['ended yesterday', { validFrom: NOON - 2 * DAY, validUntil: NOON - DAY }, 'CREDENTIAL_EXPIRED'],
  ['ended a second ago', { validFrom: NOON - DAY, validUntil: seconds(-1) }, 'CREDENTIAL_EXPIRED'],
  ['ended 59 s ago', { validFrom: NOON - DAY, validUntil: seconds(-59) }, 'CREDENTIAL_EXPIRED'],
  ['ends in a second', { validFrom: NOON - DAY, validUntil: seconds(1) }, undefined],
  ['was signed in 60 s', { created: seconds(60), validFrom: NOON }, undefined],
  ['was signed in 61 s', { created: seconds(61), validFrom: NOON }, 'PROOF_CREATED_INVALID'],
];

t.test(
  'V14: validity begins up to a minute early and never lasts longer, in every form',
  async (t) => {
    for (const form of CREDENTIAL_FORMS) {
      for (const [what, options, code] of EDGES) {
        const world = createWorld();
        const { overall, checks } = await verifyCredential(
          await issueAs(world, form, options),
          world.ports,
        );
        t.same(failuresOf(checks), code === undefined ? [] : [code], `${form} ${what}`);
        t.equal(overall, code === undefined ? 'pass' : 'fail', `${form} ${what}`);
      }
    }
  },
);

t.test(
  'V14: validUntil is the last moment that counts, and exp the first that does not',
  async (t) => {
    for (const [form, last] of [
      ...CREDENTIAL_FORMS.filter((one) => one.startsWith('vcdm')).map((one) => [one, 0] as const),
      ['jwt_vc_json', -1],
      ['dc+sd-jwt', -1],
    ] as const) {
      const world = createWorld();
      const validUntil = NOON + DAY;
      const whole = await issueAs(world, form, { validUntil });
      for (const [at, code] of [
        [validUntil + last, undefined],
        [validUntil + last + 1, 'CREDENTIAL_EXPIRED'],
      ] as const) {
        world.now = at;
        const { checks } = await verifyCredential(whole, world.ports);
        t.same(
          failuresOf(checks),
          code === undefined ? [] : [code],
          `${form} at ${at - validUntil}`,
        );
      }
    }
  },
);

/** In how many ways a time can be said, or not. Each is signed by the issuer as it stands. */
const SPELLINGS: readonly [text: string, isTime: boolean][] = [
  ['2026-11-22T12:00:00Z', true],
  ['2026-11-22T12:00:00.000Z', true],
  ['2026-11-22T12:00:00.123456789Z', true],
  ['2026-11-22T17:30:00+05:30', true],
  ['2026-11-22T00:00:00-12:00', true],
  ['2026-11-22T12:00:00+00:00', true],
  ['2026-11-22T12:00:60Z', false],
  ['2016-12-31T23:59:60Z', false],
  ['2026-11-22T12:00:00', false],
  ['2026-11-22', false],
  ['2026-11-22T12:00Z', false],
  ['2026-11-22T24:00:00Z', false],
  ['2026-02-29T12:00:00Z', false],
  ['2026-11-22 12:00:00Z', false],
  ['2026-11-22t12:00:00z', false],
  ['2026-11-22T12:00:00+15:00', false],
  ['12026-11-22T12:00:00Z', false],
  ['-0001-11-22T12:00:00Z', false],
  ['1795348800', false],
  ['', false],
];

t.test('V14: a time has a zone and no leap second, whatever its issuer signed', async (t) => {
  for (const form of ['vcdm2-ed25519-2020', 'vcdm1-ed25519-2020'] satisfies CredentialForm[]) {
    const member = form.startsWith('vcdm2') ? 'validFrom' : 'issuanceDate';
    for (const [text, isTime] of SPELLINGS) {
      const world = createWorld();
      const whole = await issueAs(world, form);
      const spelt = isTime
        ? await issueAs(world, form, { change: { [member]: text } })
        : { ...(whole as object), [member]: text };
      const { checks } = await verifyCredential(spelt, world.ports);
      t.same(failuresOf(checks), isTime ? [] : ['MALFORMED_VALUE_ERROR'], `${form} ${text}`);
    }
  }
});

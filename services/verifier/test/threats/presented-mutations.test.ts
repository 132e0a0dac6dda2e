import { isDeepStrictEqual } from 'node:util';
import { assert, asyncProperty, nat } from 'fast-check';
import t from 'tap';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { verify } from '../domain/presentation-helper.ts';
import { issueAs } from '../forms.ts';
import { presentJsonLd, presentJwt, presentSdJwt } from '../presentations.ts';
import { createWorld, type World } from '../world.ts';
import { changed, changes } from './changes.ts';
import { documentOf, RUNS, SEED, treeOf } from './corpus.ts';
import { isPresentedAsWell } from './equivalences.ts';

const PRESENTED = 5;

/** Each form in what its holders present it in, and every text in JSON-LD too. */
const WAYS: readonly { form: CredentialForm; way: 'JSON-LD' | 'its own' }[] = [
  ...CREDENTIAL_FORMS.map((form) => ({ form, way: 'JSON-LD' as const })),
  { form: 'jwt_vc_json', way: 'its own' },
  { form: 'dc+sd-jwt', way: 'its own' },
];

async function presentationOf(world: World, { form, way }: (typeof WAYS)[number], index: number) {
  const one = await issueAs(world, form, { index });
  if (way === 'its own' && form === 'dc+sd-jwt') return presentSdJwt(world, one as string);
  const both = [one, await issueAs(world, form, { index: index + PRESENTED })];
  if (way === 'its own') return presentJwt(world, both);
  const suite = form.endsWith('2022') ? 'eddsa-rdfc-2022' : 'Ed25519Signature2020';
  return presentJsonLd(world, form.startsWith('vcdm1') ? '1.1' : '2.0', both, { suite });
}

// more than tap's 30 s on a loaded machine
t.setTimeout(600_000);

t.test('V1: of a presentation in any form nothing that changes verifies', async (t) => {
  t.comment(`SEED=${SEED} RUNS=${RUNS}`);
  for (const chosen of WAYS) {
    const name = `${chosen.form} in ${chosen.way}`;
    const world = createWorld();
    // Nobody else asks: that a challenge counts once is V10.
    world.ports.challenges = { create: async () => {}, burn: async () => 'burned' };
    const corpus: Submitted[] = [];
    for (let index = 0; index < PRESENTED; index += 1) {
      const whole = await presentationOf(world, chosen, index);
      const { overall, checks } = await verify(world, whole);
      t.equal(overall, 'pass', `${name} ${JSON.stringify(checks)}`);
      corpus.push(whole);
    }
    const trees = corpus.map(treeOf);
    let refused = 0;
    await assert(
      asyncProperty(nat(PRESENTED - 1), nat(PRESENTED - 1), changes, async (which, donor, made) => {
        const whole = corpus[which] ?? '';
        const document = documentOf(changed(trees[which] ?? {}, made, trees[donor] ?? {}), whole);
        if (document === undefined || isDeepStrictEqual(document, whole)) return true;
        if (isPresentedAsWell(document, whole)) return true;
        refused += 1;
        return (await verify(world, document)).overall !== 'pass';
      }),
      { seed: SEED, numRuns: Math.ceil(RUNS / 4) },
    );
    t.ok(refused > RUNS / 8, `${name}: ${refused} changed documents were refused`);
  }
});

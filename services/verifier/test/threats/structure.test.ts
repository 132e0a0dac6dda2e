import { isDeepStrictEqual } from 'node:util';
import { assert, asyncProperty, nat } from 'fast-check';
import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { createWorld } from '../world.ts';
import { changed, changes } from './changes.ts';
import { CORPUS, corpusOf, documentOf, RUNS, SEED, treeOf } from './corpus.ts';
import { isSignedAsWell } from './equivalences.ts';
import { failuresOf, JSON_LD } from './helper.ts';
import { mutate, MUTATIONS, NAMES, pathsIn, rename } from './mutations.ts';

// more than tap's 30 s on a loaded machine
t.setTimeout(600_000);

t.test('V1: no value that is put otherwise anywhere in JSON-LD verifies', async (t) => {
  for (const form of JSON_LD) {
    const world = createWorld();
    const whole = (await issueAs(world, form)) as JsonObject;
    const good = await verifyCredential(whole, world.ports);
    t.equal(good.overall, 'pass', `${form} ${failuresOf(good.checks).join()}`);
    let refused = 0;
    for (const { document, what } of otherwise(whole)) {
      if (isDeepStrictEqual(document, whole) || isSignedAsWell(document, whole, form)) continue;
      const { overall } = await verifyCredential(document, world.ports);
      if (overall !== 'fail') t.fail(`${form}: ${what} is ${overall}`);
      refused += 1;
    }
    t.ok(refused > 1_200, `${form}: ${refused} changed documents were refused`);
  }
});

function* otherwise(whole: JsonObject) {
  for (const path of pathsIn(whole)) {
    const at = `/${path.join('/')}`;
    for (const [what, mutation] of Object.entries(MUTATIONS)) {
      yield { document: mutate(whole, path, mutation), what: `${at} ${what}` };
    }
    for (const name of NAMES) {
      const document = rename(whole, path, name);
      yield { document, what: `${at} has another name` };
      const both = { ...whole, ...document };
      if (path.length === 1) yield { document: both, what: `${at} has two names` };
    }
  }
}

t.test('V1: of fifty credentials in any form nothing that changes verifies', async (t) => {
  t.comment(`SEED=${SEED} RUNS=${RUNS}`);
  for (const form of CREDENTIAL_FORMS) {
    const world = createWorld();
    const corpus = await corpusOf(world, form);
    const trees = corpus.map(treeOf);
    for (const [at, whole] of corpus.entries()) {
      const { overall, checks } = await verifyCredential(whole, world.ports);
      if (overall !== 'pass') t.fail(`${form} ${at} ${JSON.stringify(checks)}`);
      const again = documentOf(trees[at] ?? {}, whole);
      if (!isDeepStrictEqual(again, whole)) t.fail(`${form} ${at} is not what its tree says`);
    }
    let refused = 0;
    await assert(
      asyncProperty(nat(CORPUS - 1), nat(CORPUS - 1), changes, async (which, donor, made) => {
        const whole = corpus[which] ?? '';
        const document = documentOf(changed(trees[which] ?? {}, made, trees[donor] ?? {}), whole);
        // Refused unread, the same in other words, or something that its issuer signed as well.
        if (document === undefined || isDeepStrictEqual(document, whole)) return true;
        if (isSignedAsWell(document, whole, form) || corpus.includes(document)) return true;
        refused += 1;
        return (await verifyCredential(document, world.ports)).overall !== 'pass';
      }),
      { seed: SEED, numRuns: RUNS },
    );
    t.ok(refused > RUNS / 2, `${form}: ${refused} changed documents were refused`);
  }
});

import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { asArray, isJsonObject, type JsonObject } from '#vc/data-model';
import { issueAs } from '../forms.ts';
import { presentJsonLd } from '../presentations.ts';
import { checkOf, createWorld, tampered } from '../world.ts';
import { breaksInEveryForm } from './form-helper.ts';
import { verify } from './presentation-helper.ts';

const JSON_LD = CREDENTIAL_FORMS.filter((form) => form.startsWith('vcdm'));
const UNSIGNED = { '@index': 'is a consultant', '@language': 'en' };

// JSON-LD drops these without a word, in safe mode too: the signature holds with them and without.
for (const [keyword, text] of Object.entries(UNSIGNED)) {
  for (const member of ['credentialStatus', 'credentialSchema', 'proof']) {
    t.test(`${keyword} in ${member}, which nobody signed, fails`, (t) =>
      breaksInEveryForm(
        t,
        async (world, form) =>
          tampered((await issueAs(world, form)) as JsonObject, (copy) => {
            const [first] = asArray(copy[member]).filter(isJsonObject);
            if (first !== undefined) first[keyword] = text;
          }),
        { forms: JSON_LD, check: 'context', code: 'UNKNOWN_TERM' },
      ),
    );
  }
}

t.test('What stands unsigned in the proof of a presentation fails', async (t) => {
  const world = createWorld();
  const whole = await presentJsonLd(world, '2.0', [await issueAs(world, 'vcdm2-ed25519-2020')]);
  const more = tampered(whole, (copy) => {
    (copy['proof'] as JsonObject)['@index'] = 'is a consultant';
  });
  const result = await verify(world, more);
  t.equal(result.overall, 'fail');
  t.same(checkOf(result, 'context'), { outcome: 'fail', code: 'UNKNOWN_TERM' });
  t.equal((await verify(world, whole)).overall, 'pass');
});

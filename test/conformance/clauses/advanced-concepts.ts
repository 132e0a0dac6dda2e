import type { Test } from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import {
  credentialOf,
  isIssued,
  isNotVerified,
  isRefused,
  isVerified,
  type Tried,
  V2,
} from './documents.ts';

const DIGEST = 'uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA';
const SRI = 'sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU';
const RAW = 'uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ';
const V2_OF_2024 = 'uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k';
const TERM = 'https://terms.example/#OfThisDocument';
const PRESSED = { id: 'https://images.example/1.png', digestMultibase: `uEi${'A'.repeat(43)}` };

/** VCDM 2.0 §5, each clause at issue. */
export async function advancedConcepts(t: Test, { client, issuer, party }: Tried): Promise<void> {
  const issue = (change: JsonObject) => client.issue(credentialOf(issuer, change));

  await t.test('a context that redefines a protected term is refused', async (t) => {
    const first = { '@protected': true, OfThisDocument: TERM };
    const type = ['VerifiableCredential', 'OfThisDocument'];
    isIssued(t, await issue({ '@context': [V2, first], type }), 'a term of its own');
    const changed: JsonValue[] = [
      [V2, { VerifiableCredential: 'https://terms.example/#Other' }],
      [V2, first, { OfThisDocument: 'https://terms.example/#Other' }],
    ];
    for (const context of changed) {
      isRefused(t, await issue({ '@context': context, type }), JSON.stringify(context));
    }
  });

  await t.test(
    'terms that nothing defines are signed under the context that says so',
    async (t) => {
      const undefinedTerms = 'https://www.w3.org/ns/credentials/undefined-terms/v2';
      const credentialSubject = { id: 'did:example:1', wordOfMine: 'kept' };
      isRefused(t, await issue({ credentialSubject }), 'without it');
      const answer = await issue({ '@context': [V2, undefinedTerms], credentialSubject });
      isIssued(t, answer, 'with it');
      isVerified(t, await client.verify(answer.body['verifiableCredential']), 'what was issued');
    },
  );

  await t.test(
    'related resources are objects with a digest, by digestSRI or digestMultibase',
    async (t) => {
      const good: JsonObject[] = [
        { id: V2, digestSRI: SRI },
        { id: V2, digestMultibase: DIGEST },
        { id: V2, digestMultibase: RAW, mediaType: 'application/ld+json' },
        { id: V2, digestMultibase: V2_OF_2024 },
        { ...PRESSED, mediaType: 'image/png' },
      ];
      for (const resource of good) {
        isIssued(t, await issue({ relatedResource: resource }), JSON.stringify(resource));
        isIssued(t, await issue({ relatedResource: [resource] }), 'and in a list');
      }
      isRefused(t, await issue({ relatedResource: [V2, 'https://images.example/1.png'] }), 'texts');
    },
  );

  await t.test('a related resource without an id, or one that is no URL, is refused', async (t) => {
    const { id: _, ...nameless } = PRESSED;
    isIssued(t, await issue({ relatedResource: [PRESSED] }), 'with its id');
    isRefused(t, await issue({ relatedResource: [nameless] }), 'without');
    isRefused(t, await issue({ relatedResource: [{ ...PRESSED, id: 'no url' }] }), 'no URL');
  });

  await t.test('a related resource that is listed twice is refused', async (t) => {
    const other = { ...PRESSED, id: 'https://images.example/2.png' };
    isIssued(t, await issue({ relatedResource: [PRESSED, other] }), 'two');
    isRefused(t, await issue({ relatedResource: [PRESSED, PRESSED] }), 'one twice');
  });

  await t.test('a related resource without a digest is refused', async (t) => {
    const { digestMultibase: _, ...bare } = PRESSED;
    isRefused(t, await issue({ relatedResource: [bare] }), 'none');
    isRefused(t, await issue({ relatedResource: [{ ...bare, digestSRI: 'odd' }] }), 'unreadable');
  });

  await t.test(
    'a digest that is not the resource’s is refused, and is found when verified',
    async (t) => {
      const wrong: JsonObject[] = [
        { id: V2, digestSRI: SRI.replace('Hrj', 'Hra') },
        { id: V2, digestMultibase: DIGEST.replace('Vzt', 'Vza') },
        { id: V2, digestMultibase: RAW.replace('c7W', 'c7X') },
      ];
      isVerified(
        t,
        await client.verify(await party.issue(made([{ id: V2, digestSRI: SRI }]))),
        'good',
      );
      for (const resource of wrong) {
        isRefused(t, await issue({ relatedResource: [resource] }), JSON.stringify(resource));
        isNotVerified(t, await client.verify(await party.issue(made([resource]))), 'verified');
      }
    },
  );

  await t.test('of the members that are kept for extensions each says its type', async (t) => {
    for (const member of ['renderMethod', 'confidenceMethod']) {
      isIssued(t, await issue({ [member]: { type: TERM } }), member);
      isRefused(t, await issue({ [member]: { id: 'https://things.example/1' } }), member);
    }
  });

  function made(relatedResource: JsonValue): JsonObject {
    return credentialOf(party.did, { relatedResource });
  }
}

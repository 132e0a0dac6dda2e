import t, { type Test } from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import {
  isIssued,
  isNotVerified,
  isRefused,
  isVerified,
  type Tried,
  withoutUndefined,
} from './clauses/documents.ts';
import { CLAUSES, credentialOf, EXAMPLES, V1 } from './clauses/vcdm-1.1.ts';
import { type SuiteAnswer, startConformance } from './helper.ts';
import { createParty } from './party.ts';

// What the suite for VCDM 1.0 and 1.1 asks of issuers and verifiers. It calls programs, not services, so that each of
// its documents is sent here to the routes that would make or read it.

const REFUSALS = ['MALFORMED_VALUE_ERROR', 'CONTEXT_NOT_ALLOWED', 'UNKNOWN_TERM'];

/** That it was not the proof which was found out: the same document with a good one would not be taken either. */
function isFoundOut(t: Test, answer: SuiteAnswer, what: string): void {
  isNotVerified(t, answer, what);
  const [problem] = (answer.body['problemDetails'] ?? []) as { title: string }[];
  t.ok(REFUSALS.includes(problem?.title ?? ''), `${what}: ${answer.text}`);
}

async function credentials(t: Test, { client, issuer, party }: Tried): Promise<void> {
  for (const { name, good, bad = [], completed = [] } of CLAUSES) {
    await t.test(name, async (t) => {
      for (const [what, change] of good) {
        const issued = await client.issue(credentialOf(issuer, change));
        isIssued(t, issued, what);
        const own = issued.body['verifiableCredential'] as JsonObject;
        t.match(own, credentialOf(issuer, { ...change, '@context': [V1] }), 'as it was sent');
        isVerified(t, await client.verify(own), `${what}, of ours`);
        const { issuer: _, ...unsigned } = credentialOf(party.did, change);
        isVerified(t, await client.verify(await party.issue(unsigned)), `${what}, of another`);
      }
      const whole = await party.issue(credentialOf(party.did));
      isVerified(t, await client.verify(whole), 'unbroken it verifies');
      for (const [what, change] of [...bad, ...completed]) {
        const broken = withoutUndefined({ ...whole, ...change });
        isFoundOut(t, await client.verify(broken), what);
      }
      for (const [what, change] of bad) {
        isRefused(t, await client.issue(credentialOf(issuer, change)), what);
      }
      for (const [what, change] of completed) {
        isIssued(t, await client.issue(credentialOf(issuer, change)), what);
      }
    });
  }
}

async function proofs(t: Test, { client, issuer, party }: Tried): Promise<void> {
  await t.test('a credential has a proof, which says its type', async (t) => {
    const own = (await client.issue(credentialOf(issuer))).body[
      'verifiableCredential'
    ] as JsonObject;
    for (const whole of [own, await party.issue(credentialOf(party.did))]) {
      isVerified(t, await client.verify(whole), 'with it');
      const { proof, ...unsecured } = whole;
      t.type((proof as JsonObject)['type'], 'string');
      const { type: _, ...untyped } = proof as JsonObject;
      for (const broken of [unsecured, { ...whole, proof: untyped }, { ...whole, proof: {} }]) {
        isNotVerified(t, await client.verify(broken), JSON.stringify(broken['proof'] ?? 'none'));
      }
    }
  });

  await t.test('a credential that has expired, or is not issued yet, is not valid', async (t) => {
    for (const change of [
      { expirationDate: '2011-01-01T19:23:24Z' },
      { issuanceDate: '2098-01-01T19:23:24Z' },
    ]) {
      const answer = await client.issue(credentialOf(issuer, change));
      isIssued(t, answer, 'it is issued');
      const document = answer.body['verifiableCredential'];
      isNotVerified(t, await client.verify(document), JSON.stringify(change));
    }
  });
}

async function presentations(t: Test, { client, party }: Tried): Promise<void> {
  const presentationOf = async (change: JsonObject = {}): Promise<JsonObject> => {
    const presented: JsonValue = [await party.issue(credentialOf(party.did))];
    return {
      '@context': [V1, EXAMPLES],
      id: 'urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5',
      type: ['VerifiablePresentation'],
      verifiableCredential: presented,
      ...change,
    };
  };

  await t.test('a presentation is of its type, with credentials and a proof', async (t) => {
    const whole = await party.present(await presentationOf());
    isVerified(t, await client.verifyPresentation(whole), 'unbroken it verifies');
    const single = (whole['verifiableCredential'] as JsonObject[])[0] ?? {};
    const one = await party.present(await presentationOf({ verifiableCredential: single }));
    isVerified(t, await client.verifyPresentation(one), 'also of one that is in no array');
    for (const change of [
      { type: ['VerifiablePreso'] },
      { type: [] },
      { '@context': [EXAMPLES, V1] },
      { '@context': [] },
      { verifiableCredential: 'a credential' },
      { holder: 'nobody' },
      { id: ['urn:uuid:1', 'urn:uuid:2'] },
    ]) {
      const what = JSON.stringify(change);
      isFoundOut(t, await client.verifyPresentation({ ...whole, ...change }), what);
    }
    const { proof, ...unsecured } = whole;
    const empty = { ...unsecured, verifiableCredential: [{}] };
    isFoundOut(t, await client.verifyPresentation(empty), 'a credential that says nothing');
    const { type: _, ...untyped } = proof as JsonObject;
    for (const broken of [{}, untyped]) {
      isNotVerified(
        t,
        await client.verifyPresentation({ ...unsecured, proof: broken }),
        'its proof',
      );
    }
    isNotVerified(
      t,
      await client.verifyPresentation(unsecured, { challenge: 'given-by-a-suite' }),
      'without a proof where one is asked for',
    );
  });
}

t.setTimeout(300_000);
const suite = await startConformance(t);
const party = createParty();

for (const scheme of ['http', 'https'] as const) {
  const tried = { client: suite[scheme], issuer: suite.issuer, party };
  await t.test(`over ${scheme}: VCDM 1.1 §4 and §5, credentials`, (t) => credentials(t, tried));
  await t.test(`over ${scheme}: VCDM 1.1 §4.7 and §4.6, proofs and validity`, (t) =>
    proofs(t, tried),
  );
  await t.test(`over ${scheme}: VCDM 1.1 §4.10, presentations`, (t) => presentations(t, tried));
}

import type { Test } from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import {
  credentialOf,
  EXAMPLES,
  isIssued,
  isNotVerified,
  isVerified,
  OUT,
  presentationOf,
  type Tried,
  V2,
} from './documents.ts';

const TERM = { OfThisDocument: 'https://terms.example/#OfThisDocument' };
const OTHER = 'did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj';

/** VCDM 2.0 §4.13 and §7, and that what is issued is secured and verifies (§1.3). */
export async function presentations(t: Test, { client, issuer, party }: Tried): Promise<void> {
  const present = async (change: JsonObject = {}) => {
    const credential = credentialOf(party.did);
    return party.present(presentationOf({ verifiableCredential: [credential], ...change }));
  };
  const verify = (presentation: unknown) => client.verifyPresentation(presentation);

  await t.test('what is issued has all that is demanded, is secured, and verifies', async (t) => {
    const answer = await client.issue(credentialOf(issuer));
    isIssued(t, answer, 'it is issued');
    const credential = answer.body['verifiableCredential'] as JsonObject;
    for (const member of ['@context', 'type', 'issuer', 'credentialSubject', 'proof']) {
      t.hasOwnProp(credential, member);
    }
    isVerified(t, await client.verify(credential), 'it verifies');
    isVerified(t, await client.verify(credential, {}), 'without options too');
    isVerified(t, await client.verify(credential, { returnResults: true }), 'and with results');
    const { proof: _, ...unsecured } = credential;
    isNotVerified(t, await client.verify(unsecured), 'unsecured it does not');
  });

  await t.test(
    'a document that is neither credential nor presentation is not verified',
    async (t) => {
      for (const document of [{ type: ['SomethingElse'] }, {}, [], 'text', null]) {
        isNotVerified(t, await client.verify(document), JSON.stringify(document));
        isNotVerified(t, await verify(document), JSON.stringify(document));
      }
    },
  );

  await t.test('a presentation and its credentials are verified, signed or unsigned', async (t) => {
    const signed = await present();
    isVerified(t, await verify(signed), 'signed, with a challenge that nobody here gave out');
    const asked = { challenge: 'given-by-a-suite', domain: 'suites.example', checks: ['proof'] };
    isVerified(t, await client.verifyPresentation(signed, asked), 'and asked for');
    const { proof: _, ...unsigned } = signed;
    isVerified(t, await verify(unsigned), 'unsigned');
    isVerified(t, await verify(await party.present(presentationOf())), 'of nothing');
    const proof = {
      ...(signed['proof'] as JsonObject),
      proofValue: 'z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh',
    };
    isNotVerified(t, await verify({ ...signed, proof }), 'with another signature');
    const changed = { ...signed, holder: 'did:example:other' };
    isNotVerified(t, await verify(changed), 'with a holder whom nobody signed');
  });

  await t.test('the contexts of a presentation begin with that of the data model', async (t) => {
    isVerified(t, await verify(await present({ '@context': [V2, EXAMPLES] })), 'two URLs');
    const type = ['VerifiablePresentation', 'OfThisDocument'];
    isVerified(t, await verify(await present({ '@context': [V2, TERM], type })), 'an object');
    const whole = await present();
    isVerified(t, await verify(whole), 'the unbroken one');
    const broken: JsonValue[] = [
      OUT,
      [EXAMPLES],
      [EXAMPLES, V2],
      [V2, 'https://unknown.example'],
      [V2, 'https ://no-url/contexts/1'],
      [V2, 52],
    ];
    for (const context of broken) {
      const { '@context': _, ...rest } = whole;
      const document = context === OUT ? rest : { ...rest, '@context': context };
      isNotVerified(t, await verify(document), JSON.stringify(context));
      const { proof: _proof, ...unsigned } = document;
      isNotVerified(t, await verify(unsigned), `${JSON.stringify(context)}, unsigned`);
    }
  });

  await t.test('one type of a presentation is VerifiablePresentation', async (t) => {
    const url = ['VerifiablePresentation', 'https://terms.example/#Sheaf'];
    isVerified(t, await verify(await present({ type: url })), 'beside a URL');
    const types: JsonValue[] = [OUT, [], ['https://terms.example/#Sheaf'], ['OfNoContext'], 7];
    for (const type of types) {
      const broken = presentationOf({ type });
      isNotVerified(t, await verify(broken), JSON.stringify(type));
    }
  });

  await t.test('the id of a presentation is one URL', async (t) => {
    const { proof: _, ...whole } = await present({ id: 'https://things.example/presentations/1' });
    isVerified(t, await verify(await present({ id: 'urn:uuid:1' })), 'a URN');
    for (const id of [null, 'no url', ['did:example:1', 'did:example:2']]) {
      isNotVerified(t, await verify({ ...whole, id }), JSON.stringify(id));
    }
  });

  await t.test('what is presented are credentials, each of which is verified', async (t) => {
    const credential = await party.issue(credentialOf(party.did));
    const both = [
      credential,
      (await client.issue(credentialOf(issuer))).body['verifiableCredential'],
    ];
    isVerified(t, await verify(await present({ verifiableCredential: both as JsonValue })), 'two');
    const { type: _, ...untyped } = credential;
    const { proof: _proof, ...unsecured } = credential;
    const broken = [untyped, unsecured, 'https://things.example/1', 52, null];
    for (const one of [...broken, { ...credential, credentialSubject: { id: 'did:example:x' } }]) {
      const document = presentationOf({ verifiableCredential: [one] });
      isNotVerified(t, await verify(document), JSON.stringify(one));
    }
  });

  await t.test(
    'a holder is a URL, or an object with one as its id, and the one who signed',
    async (t) => {
      isVerified(t, await verify(await present({ holder: party.did })), 'a URL');
      isVerified(t, await verify(await present({ holder: { id: party.did } })), 'an object');
      for (const holder of [{}, { id: null }, 'no url', 52, OTHER, 'did:example:acme']) {
        const { proof: _, ...unsigned } = await present();
        const isUrl = typeof holder === 'string' && holder.startsWith('did:');
        const document = isUrl ? await present({ holder }) : { ...unsigned, holder };
        isNotVerified(t, await verify(document), JSON.stringify(holder));
      }
    },
  );

  await t.test('an envelope that is broken, or holds what nobody signed, is refused', async (t) => {
    const id = 'data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AAAA';
    const whole: JsonObject = { '@context': V2, type: 'EnvelopedVerifiableCredential', id };
    const presented = { ...whole, type: 'EnvelopedVerifiablePresentation' };
    const changes: JsonObject[] = [
      { '@context': [] },
      { '@context': EXAMPLES },
      { id: 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA' },
      { type: 'VerifiableCredential' },
      { type: 'VerifiablePresentation' },
      { type: null },
      {},
    ];
    for (const change of changes) {
      const credential = { ...whole, ...change };
      isNotVerified(t, await client.verify(credential), JSON.stringify(change));
      isNotVerified(t, await verify({ ...presented, ...change }), JSON.stringify(change));
      const document = presentationOf({ verifiableCredential: [credential] });
      isNotVerified(t, await verify(document), `presented: ${JSON.stringify(change)}`);
    }
  });
}

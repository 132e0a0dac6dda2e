import { createHmac } from 'node:crypto';
import t from 'tap';
import { publicJwk } from '#did/keys';
import { signKeyBinding } from '#proofs/key-binding';
import type { Signer } from '#proofs/signer';
import { signingInputOf } from '#vc/compact-jws';
import type { CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { httpsForm, issueAs, issueText } from '../forms.ts';
import { accredit, createHolder, createTrust, DAY } from '../trust.ts';
import { checkOf, type World, createWorld } from '../world.ts';
import { breaksInEveryForm, issuedWith, JWT, malformedAs, passes, SD_JWT } from './form-helper.ts';

const TEXTS: readonly CredentialForm[] = ['jwt_vc_json', 'dc+sd-jwt'];
/** The claims of a text, signed anew by the trust under another header. */
async function underHeader(world: World, text: string, change: JsonObject): Promise<string> {
  const [jwt = '', ...rest] = text.split('~');
  const [header = {}, claims = {}] = jwt.split('.').map(decode);
  const input = signingInputOf({ ...header, ...change }, claims);
  return [await signed(input, world.trust.assertion), ...rest].join('~');
}

async function signed(input: string, signer: Signer): Promise<string> {
  const signature = await signer.sign({ data: Buffer.from(input) });
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

function decode(encoded: string): JsonObject {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString()) as JsonObject;
  } catch {
    return {};
  }
}

t.test('A text under its own header, signed anew, passes', (t) =>
  passes(t, TEXTS, async (world, form) => underHeader(world, await issueText(world, form), {})),
);

t.test('A JWT is no SD-JWT and an SD-JWT no JWT', async (t) => {
  await malformedAs(t, JWT, async (world, form) => `${await issueText(world, form)}~`);
  await malformedAs(
    t,
    SD_JWT,
    async (world, form) => (await issueText(world, form)).split('~')[0] ?? '',
  );
});

t.test('A JWT under the typ of the other form, or of a status list, fails', async (t) => {
  for (const typ of ['dc+sd-jwt', 'JWT', 'statuslist+jwt', 'at+jwt', 'kb+jwt']) {
    const forms = TEXTS.filter((form) => (form === 'dc+sd-jwt' ? typ !== form : typ !== 'JWT'));
    await malformedAs(t, forms, async (world, form) =>
      underHeader(world, await issueText(world, form), { typ }),
    );
  }
});

t.test('A text without a signature, or with one of a shared secret, fails', async (t) => {
  for (const alg of ['none', 'HS256']) {
    await malformedAs(t, TEXTS, async (world, form) => {
      const [jwt = '', ...rest] = (await issueText(world, form)).split('~');
      const [header = {}, claims = {}] = jwt.split('.').map(decode);
      const input = signingInputOf({ ...header, alg }, claims);
      const publicKey = world.trust.assertion.id.split('#')[1] ?? '';
      const secret = Buffer.from(publicJwk(publicKey).x, 'base64url');
      const signature = createHmac('sha256', secret).update(input).digest('base64url');
      return [`${input}.${signature}`, ...rest].join('~');
    });
  }
});

t.test('A text whose issuer and key are of different trusts fails', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => {
      const other = createTrust('ZZC03');
      world.trusts.push(other);
      return issueAs(world, form, { by: other, signer: world.trust.assertion });
    },
    { check: 'proof', code: 'INVALID_VERIFICATION_METHOD' },
  ),
);

t.test('Claims of a JWT that say something else than its credential fail', async (t) => {
  for (const jwtClaims of [
    { iss: createTrust('ZZC03').did },
    { sub: createHolder().did },
    { jti: 'urn:uuid:0a000000-0000-4000-8000-000000000001' },
    { nbf: 0 },
    { exp: 4_000_000_000 },
  ]) {
    await malformedAs(t, JWT, issuedWith({ jwtClaims }));
  }
});

t.test('The issuer of an SD-JWT may be named by its DID', (t) =>
  passes(t, SD_JWT, (world, form) => issueAs(world, form, { jwtClaims: { iss: world.trust.did } })),
);

t.test('An issuer in another spelling is none', async (t) => {
  for (const spelt of [
    (iss: string) => `${iss}/`,
    (iss: string) => iss.replace('https:', 'http:'),
    (iss: string) => iss.replace('passport', 'PASSPORT'),
    (iss: string) => `${iss}?a=b`,
    (iss: string) => `${iss}#a`,
    (iss: string) => iss.replace('https://', 'https://user@'),
    (iss: string) => iss.replace('/trusts/', '/a/../trusts/'),
  ]) {
    await malformedAs(t, SD_JWT, (world, form) =>
      issueAs(world, form, { jwtClaims: { iss: spelt(httpsForm(world.trust.did)) } }),
    );
  }
});

t.test('An SD-JWT without what it must say fails', async (t) => {
  for (const name of ['iss', 'sub', 'jti', 'nbf', 'vct']) {
    await malformedAs(t, SD_JWT, async (world, form) => {
      const [jwt = '', ...rest] = (await issueText(world, form)).split('~');
      const [header = {}, claims = {}] = jwt.split('.').map(decode);
      const { [name]: _, ...others } = claims;
      const input = signingInputOf(header, others);
      return [await signed(input, world.trust.assertion), ...rest].join('~');
    });
  }
});

t.test('An SD-JWT that is bound to another key than its subject’s fails', (t) =>
  malformedAs(t, SD_JWT, (world, form) => {
    const [, stranger = ''] = createHolder().signer.id.split('#');
    return issueAs(world, form, { jwtClaims: { cnf: { jwk: publicJwk(stranger) } } });
  }),
);

t.test('An SD-JWT that is bound to no key fails', (t) =>
  malformedAs(t, SD_JWT, issuedWith({ jwtClaims: { cnf: undefined } })),
);

t.test('An SD-JWT whose vct is not known has words of no fixed meaning', async (t) => {
  for (const vct of [
    'https://evil.example/vct/ResuscitationCredential/1',
    'https://staffpassport.example/vct/NoSuchCredential/1',
    'https://staffpassport.example/vct/ResuscitationCredential/9',
  ]) {
    await breaksInEveryForm(t, issuedWith({ jwtClaims: { vct } }), {
      forms: SD_JWT,
      check: 'context',
      code: 'CONTEXT_NOT_ALLOWED',
    });
  }
});

t.test('An SD-JWT whose vct and schema are of different types fails', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => {
      // accredited for what it says that it is
      world.trust.record.accreditations.push(accredit('FireSafetyCredential'));
      const vct = 'https://staffpassport.example/vct/FireSafetyCredential/1';
      return issueAs(world, form, { jwtClaims: { vct } });
    },
    { forms: SD_JWT, check: 'schema', code: 'SCHEMA_MISMATCH' },
  ),
);

t.test('A claim that the type does not have fails, also beside withheld ones', async (t) => {
  for (const withhold of [false, true]) {
    await breaksInEveryForm(
      t,
      async (world, form) => {
        const text = await issueText(world, form, { jwtClaims: { evil: 'claim' } });
        return withhold ? `${text.split('~')[0]}~` : text;
      },
      { forms: SD_JWT, check: 'schema', code: 'SCHEMA_MISMATCH' },
    );
  }
});

t.test('What a holder withholds does not fail', (t) =>
  passes(t, SD_JWT, async (world, form) => {
    const [jwt, ...disclosures] = (await issueText(world, form)).split('~');
    t.ok(disclosures.length > 1, 'there is something to withhold');
    return `${jwt}~`;
  }),
);

t.test('A field that verifiers always need cannot be withheld', (t) =>
  breaksInEveryForm(
    t,
    async (world, form) => {
      const disclosable = ['subjectLevel'];
      return `${(await issueText(world, form, { disclosable })).split('~')[0]}~`;
    },
    { forms: SD_JWT, check: 'schema', code: 'SCHEMA_MISMATCH' },
  ),
);

t.test(
  'With a KB-JWT at its end, which nobody would look at, an SD-JWT is no credential',
  async (t) => {
    const world = createWorld();
    const sdJwt = await issueText(world, 'dc+sd-jwt');
    t.equal((await verifyCredential(sdJwt, world.ports)).overall, 'pass');
    const stale = await signKeyBinding({
      sdJwt,
      signer: createHolder().signer,
      audience: 'https://elsewhere.example',
      nonce: 'another',
      issuedAt: 0,
    });
    for (const keyBinding of [stale, 'a.b.c']) {
      const result = await verifyCredential(sdJwt + keyBinding, world.ports);
      t.same(checkOf(result, 'data-model'), { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
    }
  },
);

t.test('What is no credential in any form has no format', async (t) => {
  const world = createWorld();
  for (const text of ['a', 'a.b.c', '~', 'a.b.c~', 'eyJhbGciOiJub25lIn0.e30.']) {
    const result = await verifyCredential(text, world.ports);
    t.equal(result.overall, 'fail');
    t.equal(result.format, null);
    t.same(checkOf(result, 'parse'), { outcome: 'fail', code: 'PARSING_ERROR' });
    t.equal(checkOf(result, 'data-model').outcome, 'not-run');
  }
  const { checks } = await verifyCredential('x'.repeat(65_537), world.ports);
  t.match(checks[0], { check: 'size', code: 'TOO_COMPLEX' });
});

for (const [form, pointer] of [
  ['vcdm2-proof-set', '/validUntil'],
  ['vcdm1-proof-set', '/expirationDate'],
  ['jwt_vc_json', '/vc/expirationDate'],
  ['dc+sd-jwt', '/exp'],
] as const) {
  t.test(`Of an expired ${form} the pointer leads to ${pointer}`, async (t) => {
    const world = createWorld();
    const credential = await issueAs(world, form);
    world.now += 2 * DAY;
    const { checks } = await verifyCredential(credential, world.ports);
    t.equal(checks.find(({ check }) => check === 'validity')?.pointer, pointer);
  });
}

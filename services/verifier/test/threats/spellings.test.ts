import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import t, { type Test } from 'tap';
import { thumbprint } from '#did/keys';
import { decodeBase58btc } from '#did/multibase';
import { createDidResolver } from '#did/resolver';
import { multibaseOfPublicJwk } from '#did/verification-key';
import { signJwt } from '#proofs/jwt';
import { verifyKeyBinding } from '#proofs/key-binding';
import { createEd25519Signer, type Signer } from '#proofs/signer';
import { encodeBitstring, setBit } from '#status/bitstring';
import { encodeTokenStatusList, setTokenStatus } from '#status/token-status-list';
import { signGenesis, verifyGenesis } from '#trust/genesis';
import { signStatement, verifyStatement } from '#trust/statement';
import { toDateTimeStamp } from '#vc/clock';
import { signingInputOf } from '#vc/compact-jws';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { verify } from '../domain/presentation-helper.ts';
import { issueAs, issueText } from '../forms.ts';
import { presentSdJwt } from '../presentations.ts';
import { publishTokenList } from '../token-lists.ts';
import { createCell, NOON, ORIGIN } from '../trust.ts';
import { createWorld, publishList } from '../world.ts';
import { proofsOf } from './helper.ts';
import { spellingsOf } from './spellings.ts';

const KEYS = [
  { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  {
    kty: 'EC',
    crv: 'P-256',
    x: 'acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0',
    y: '_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE',
  },
];

/** Reads what has a part in a spelling; false, or an error, where it is refused. */
type Read = (spelt: string) => unknown;

/** The part as it is written is read; in no other spelling of the same bytes is it. */
async function hasOneSpelling(
  t: Test,
  part: string,
  read: Read,
  others = spellingsOf(part),
): Promise<void> {
  t.ok(await isRead(read, part), 'as it is written');
  t.ok(others.length >= 6, `${others.length} other spellings`);
  for (const other of others) {
    t.notOk(await isRead(read, other), JSON.stringify(other.slice(-12)));
  }
}

async function isRead(read: Read, spelt: string): Promise<boolean> {
  try {
    return (await read(spelt)) !== false;
  } catch {
    return false;
  }
}

/** Each part of a JWS is spelt otherwise; header and claims by whoever signs it, over that spelling. */
async function everyPart(
  t: Test,
  jws: string,
  signer: Pick<Signer, 'sign'>,
  read: (jws: string) => unknown,
): Promise<void> {
  const [header = '', claims = '', signature = ''] = jws.split('.');
  const signed = async (input: string) => {
    const made = await signer.sign({ data: Buffer.from(input) });
    return read(`${input}.${Buffer.from(made).toString('base64url')}`);
  };
  await hasOneSpelling(t, header, (spelt) => signed(`${spelt}.${claims}`));
  await hasOneSpelling(t, claims, (spelt) => signed(`${header}.${spelt}`));
  await hasOneSpelling(t, signature, (spelt) => read(`${header}.${claims}.${spelt}`));
}

t.test('V1: each part of a jwt_vc_json has one spelling', async (t) => {
  const world = createWorld();
  await everyPart(t, await issueText(world, 'jwt_vc_json'), world.trust.assertion, async (jws) =>
    passes(await verifyCredential(jws, world.ports)),
  );
});

t.test('V1: each part of the JWT of an SD-JWT has one spelling', async (t) => {
  const world = createWorld();
  const [jws = '', ...rest] = (await issueText(world, 'dc+sd-jwt')).split('~');
  await everyPart(t, jws, world.trust.assertion, async (one) =>
    passes(await verifyCredential([one, ...rest].join('~'), world.ports)),
  );
});

t.test('V1: a disclosure has one spelling, whichever its issuer signed', async (t) => {
  const world = createWorld();
  const [jws = '', first = '', ...rest] = (await issueText(world, 'dc+sd-jwt')).split('~');
  const { _sd: digests, ...claims } = decoded(jws.split('.')[1]);
  await hasOneSpelling(t, first, async (spelt) => {
    const _sd = (digests as string[]).map((one) =>
      one === digestOf(first) ? digestOf(spelt) : one,
    );
    const signer = world.trust.assertion;
    const signed = await signJwt({ typ: 'dc+sd-jwt', claims: { ...claims, _sd }, signer });
    return passes(await verifyCredential([signed, spelt, ...rest].join('~'), world.ports));
  });
});

t.test('V1: each part of a KB-JWT has one spelling', async (t) => {
  const world = createWorld();
  world.ports.challenges = { create: async () => {}, burn: async () => 'burned' };
  const whole = await presentSdJwt(world, await issueText(world, 'dc+sd-jwt'));
  const end = whole.lastIndexOf('~') + 1;
  await everyPart(t, whole.slice(end), world.holder.signer, async (jws) =>
    passes(await verify(world, whole.slice(0, end) + jws)),
  );
});

t.test('V1: an encodedList has one spelling', async (t) => {
  const { bits } = createWorld().trust;
  let encoded = '';
  // one whose last character has bits that no byte has
  for (let index = 100; encoded === '' || encoded.length % 4 === 0; index += 1) {
    setBit(bits.revocation, index);
    encoded = encodeBitstring(bits.revocation).slice(1);
  }
  await hasOneSpelling(t, encoded, async (spelt) => {
    const world = createWorld();
    world.lists.fetch = (url) => publishList(world, { url, encodedList: `u${spelt}` });
    return passes(await verifyCredential(await issueAs(world, 'vcdm2-ed25519-2020'), world.ports));
  });
});

t.test(
  'V1: the lst of a status list token has one spelling, and each part of the token',
  async (t) => {
    const { bits } = createWorld().trust.tokenList;
    let lst = '';
    for (let index = 100; lst === '' || lst.length % 4 === 0; index += 1) {
      setTokenStatus(bits, index, 1);
      lst = encodeTokenStatusList(bits);
    }
    await hasOneSpelling(t, lst, async (spelt) => {
      const world = createWorld();
      world.tokens.fetch = (url) => publishTokenList(world, { url, lst: spelt });
      return passes(await verifyCredential(await issueAs(world, 'dc+sd-jwt'), world.ports));
    });
    const world = createWorld();
    const whole = await issueText(world, 'dc+sd-jwt');
    const token = await publishTokenList(world, { url: world.trust.tokenList.url });
    await everyPart(t, token, world.trust.status, async (jws) => {
      const { trust, trusts } = world;
      const anew = Object.assign(createWorld(), { trust, trusts: trusts });
      anew.tokens.fetch = async () => jws;
      return passes(await verifyCredential(whole, anew.ports));
    });
  },
);

t.test('V1: a did:jwk and the coordinates of its key have one spelling', async (t) => {
  const { resolve } = createDidResolver({
    now: () => NOON,
    fetchDocument: () => Promise.reject(new Error('no network')),
  });
  for (const jwk of KEYS) {
    const encoded = Buffer.from(JSON.stringify(jwk)).toString('base64url');
    await hasOneSpelling(t, encoded, (spelt) => resolve(`did:jwk:${spelt}`));
    await hasOneSpelling(t, jwk.x, (x) => multibaseOfPublicJwk({ ...jwk, x }));
    if (jwk.y !== undefined)
      await hasOneSpelling(t, jwk.y, (y) => multibaseOfPublicJwk({ ...jwk, y }));
  }
});

t.test(
  'V1: the coordinates of a key to which a credential is bound have one spelling',
  async (t) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const header = { alg: 'ES256', typ: 'kb+jwt' };
    const iat = NOON / 1_000;
    const claims = { iat, aud: 'a', nonce: 'n', sd_hash: digestOf('a.b.c~') };
    const input = signingInputOf(header, claims);
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const signature = sign('sha256', Buffer.from(input), key).toString('base64url');
    const isBound = (jwk: JsonObject) =>
      verifyKeyBinding({
        sdJwt: 'a.b.c~',
        keyBinding: `${input}.${signature}`,
        jwk: { kty: 'EC', crv: 'P-256', ...jwk },
        audience: 'a',
        nonce: 'n',
        now: NOON,
      }).length === 0;
    await hasOneSpelling(t, x, (spelt) => isBound({ x: spelt, y }));
    await hasOneSpelling(t, y, (spelt) => isBound({ x, y: spelt }));
  },
);

t.test('V1: a proofValue has one spelling in base58-btc, in each suite', async (t) => {
  for (const form of ['vcdm2-ed25519-2020', 'vcdm2-eddsa-rdfc-2022'] as const) {
    const world = createWorld();
    const whole = (await issueAs(world, form)) as JsonObject;
    const value = proofsOf(whole)[0]?.['proofValue'] as string;
    const bytes = Buffer.from(decodeBase58btc(value));
    const others = [
      `z1${value.slice(1)}`,
      `${value} `,
      `${value}\n`,
      ` ${value}`,
      `${value}=`,
      `Z${value.slice(1)}`,
      value.slice(1),
      `u${bytes.toString('base64url')}`,
      `m${bytes.toString('base64')}`,
      `f${bytes.toString('hex')}`,
    ];
    const read = async (proofValue: string) => {
      const proof = { ...proofsOf(whole)[0], proofValue };
      return passes(await verifyCredential({ ...whole, proof }, world.ports));
    };
    await hasOneSpelling(t, value, read, others);
  }
});

t.test('V1: each part of a snapshot and of a genesis file has one spelling', async (t) => {
  const cell = createCell(ORIGIN, 'QZN');
  const { privateKey, publicKeyMultibase } = cell.signingKey;
  const signer = createEd25519Signer({ id: `${cell.did}#${publicKeyMultibase}`, privateKey });
  const period = { issuedAt: NOON, expiresAt: NOON + 60_000 };
  const kind = 'snapshot';
  const snapshot = await signStatement(
    { kind, issuer: cell.did, epoch: 1, since: 0, ...period, records: [] },
    cell.signingKey,
  );
  await everyPart(t, snapshot, signer, (jws) => verifyStatement(jws, { cell, kind, now: NOON }));

  const { signingKey: _private, ...admitted } = cell;
  const issuedAt = toDateTimeStamp(NOON);
  const genesis = await signGenesis({ version: 1, issuedAt, cells: [admitted] }, privateKey);
  const anchor = thumbprint(publicKeyMultibase);
  await everyPart(t, genesis, signer, (jws) => {
    // a file may end in a line feed
    if (jws.endsWith('\n') || jws.endsWith(' ')) return false;
    return verifyGenesis(jws, anchor);
  });
});

function passes({ overall }: { overall: string }): boolean {
  return overall === 'pass';
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function decoded(part = ''): JsonObject {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonObject;
}

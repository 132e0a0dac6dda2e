import t from 'tap';
import { signJwt } from '#proofs/jwt';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs, issueText } from '../forms.ts';
import { presentJwt, presentSdJwt } from '../presentations.ts';
import { createKey, pin } from '../trust.ts';
import { checkOf, createWorld } from '../world.ts';
import { breaksInEveryForm } from './form-helper.ts';
import { verify } from './presentation-helper.ts';

const NOT_ITS_PURPOSE = { check: 'issuer-key', code: 'ISSUER_KEY_NOT_REGISTERED' } as const;

t.test('The key of a trust’s status lists signs no credential in any form', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => issueAs(world, form, { signer: world.trust.status }),
    NOT_ITS_PURPOSE,
  ),
);

t.test('The key of a trust’s receipts signs no credential in any form', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => {
      const signer = createKey(world.trust.did);
      world.trust.record.keys.push(pin(signer.id, 'receipt'));
      return issueAs(world, form, { signer });
    },
    NOT_ITS_PURPOSE,
  ),
);

t.test('A trust that presents its own credential is no holder', async (t) => {
  const world = createWorld();
  const { did, assertion } = world.trust;
  const text = await issueText(world, 'jwt_vc_json');
  const own = await presentJwt(world, [text], { by: { did, signer: assertion } });
  const result = await verify(world, own);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'INVALID_DID' });
  t.equal((await verify(world, await presentJwt(world, [text]))).overall, 'pass');
});

t.test('A KB-JWT of one credential binds no other of the same holder', async (t) => {
  const world = createWorld();
  const [first, second] = [
    await issueText(world, 'dc+sd-jwt'),
    await issueText(world, 'dc+sd-jwt'),
  ];
  const presented = await presentSdJwt(world, first);
  const moved = await verify(world, second + presented.slice(first.length));
  t.same(checkOf(moved, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  t.equal((await verify(world, presented)).overall, 'pass');
});

t.test('A KB-JWT over fewer disclosures does not present more', async (t) => {
  const world = createWorld();
  const whole = await issueText(world, 'dc+sd-jwt');
  const fewer = `${whole.split('~').slice(0, -2).join('~')}~`;
  const presented = await presentSdJwt(world, fewer);
  const more = await verify(world, whole + presented.slice(fewer.length));
  t.same(checkOf(more, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  t.equal((await verify(world, presented)).overall, 'pass');
});

t.test('A KB-JWT that has expired presents nothing', async (t) => {
  const world = createWorld();
  const sdJwt = await issueText(world, 'dc+sd-jwt');
  const presented = await presentSdJwt(world, sdJwt);
  const [, claims = ''] = presented.slice(sdJwt.length).split('.');
  const until = async (exp: number) => {
    const bound = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), exp };
    return sdJwt + (await signJwt({ typ: 'kb+jwt', claims: bound, signer: world.holder.signer }));
  };
  const now = Math.floor(world.now / 1_000);
  const late = await verify(world, await until(now));
  t.same(checkOf(late, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  t.equal((await verify(world, await until(now + 1))).overall, 'pass');
});

t.test('A jwt_vp_json is no KB-JWT, and a KB-JWT no jwt_vp_json', async (t) => {
  const world = createWorld();
  const sdJwt = await issueText(world, 'dc+sd-jwt');
  const presented = await presentSdJwt(world, sdJwt);
  const jwt = await presentJwt(world, [sdJwt]);
  t.equal(checkOf(await verify(world, sdJwt + jwt), 'proof').code, 'PROOF_VERIFICATION_ERROR');
  const alone = await verify(world, presented.slice(sdJwt.length));
  t.same(checkOf(alone, 'data-model'), { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
  t.equal((await verify(world, presented)).overall, 'pass');
  const again = createWorld();
  const other = await presentJwt(again, [await issueText(again, 'dc+sd-jwt')]);
  t.equal((await verify(again, other)).overall, 'pass');
});

t.test('A JWT for somebody else’s eyes, or with a second status, is not taken', async (t) => {
  for (const jwtClaims of [
    { aud: 'https://elsewhere.example' },
    { status: { status_list: { idx: 1, uri: 'https://passport.northmoor.example/list' } } },
    { cnf: { jwk: {} } },
  ]) {
    const world = createWorld();
    const other = await issueText(world, 'jwt_vc_json', { jwtClaims });
    const result = await verifyCredential(other, world.ports);
    t.same(checkOf(result, 'data-model'), { outcome: 'fail', code: 'UNKNOWN_TERM' });
    const own = await issueText(world, 'jwt_vc_json');
    t.equal((await verifyCredential(own, world.ports)).overall, 'pass');
  }
});

t.test('An SD-JWT that names an audience is not taken', async (t) => {
  const world = createWorld();
  const jwtClaims = { aud: 'https://elsewhere.example' };
  const other = await issueText(world, 'dc+sd-jwt', { jwtClaims });
  t.equal((await verifyCredential(other, world.ports)).overall, 'fail');
  const own = await issueText(world, 'dc+sd-jwt');
  t.equal((await verifyCredential(own, world.ports)).overall, 'pass');
});

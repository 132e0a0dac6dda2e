import t from 'tap';
import { signJwt } from '#proofs/jwt';
import { sha256Digest } from '#proofs/disclosures';
import { CREDENTIALS_V1_CONTEXT, type JsonObject } from '#vc/data-model';
import { issueText } from '../forms.ts';
import { presentJsonLd } from '../presentations.ts';
import { checkOf, createWorld, DOMAIN, type World } from '../world.ts';
import { verify } from './presentation-helper.ts';

async function jwtWith(world: World, claims: JsonObject): Promise<string> {
  const { holder, now } = world;
  const vp = {
    '@context': [CREDENTIALS_V1_CONTEXT],
    type: ['VerifiablePresentation'],
    verifiableCredential: [await issueText(world, 'jwt_vc_json')],
  };
  const iat = now / 1_000;
  const said = { iss: holder.did, aud: DOMAIN, nonce: 'a-challenge', iat, vp, ...claims };
  return signJwt({ typ: 'JWT', claims: said, signer: holder.signer });
}

async function keyBindingWith(world: World, claims: JsonObject): Promise<string> {
  const sdJwt = await issueText(world, 'dc+sd-jwt');
  const iat = world.now / 1_000;
  const said = { iat, aud: DOMAIN, nonce: 'a-challenge', sd_hash: sha256Digest(sdJwt), ...claims };
  const { signer } = world.holder;
  return sdJwt + (await signJwt({ typ: 'kb+jwt', claims: said, signer, named: false }));
}

const FORMS = { jwt_vp_json: jwtWith, 'SD-JWT with a KB-JWT': keyBindingWith };

for (const [form, present] of Object.entries(FORMS)) {
  t.test(`A ${form} that has ended, or has not begun, fails`, async (t) => {
    const world = createWorld();
    const now = world.now / 1_000;
    for (const claims of [{ exp: now }, { nbf: now + 61 }]) {
      const result = await verify(world, await present(world, claims));
      t.equal(result.overall, 'fail');
      t.equal(checkOf(result, 'proof').code, 'PROOF_VERIFICATION_ERROR');
    }
    const good = await verify(world, await present(world, { exp: now + 1, nbf: now + 60 }));
    t.equal(good.overall, 'pass', JSON.stringify(good.checks));
  });

  t.test(`A ${form} over a challenge that is not the one text fails`, async (t) => {
    const world = createWorld();
    for (const nonce of [['a-challenge'], { 0: 'a-challenge' }, 1, null, '']) {
      const result = await verify(world, await present(world, { nonce }));
      t.equal(result.overall, 'fail');
      t.equal(checkOf(result, 'challenge').code, 'INVALID_CHALLENGE_ERROR');
    }
    t.equal((await verify(world, await present(world, {}))).overall, 'pass', 'none was used up');
  });
}

t.test('A jwt_vp_json may be for several, of whom the asker is one', async (t) => {
  const world = createWorld();
  for (const aud of [['https://other.example'], [], { 0: DOMAIN }, [[DOMAIN]]]) {
    const result = await verify(world, await jwtWith(world, { aud }));
    t.same(checkOf(result, 'domain'), { outcome: 'fail', code: 'INVALID_DOMAIN_ERROR' });
  }
  const aud = ['https://other.example', DOMAIN];
  t.equal((await verify(world, await jwtWith(world, { aud }))).overall, 'pass');
});

t.test('A KB-JWT is for one, so a list of audiences fails', async (t) => {
  const world = createWorld();
  for (const aud of [[DOMAIN], [DOMAIN, 'https://other.example'], []]) {
    const result = await verify(world, await keyBindingWith(world, { aud }));
    t.equal(result.overall, 'fail');
    t.same(checkOf(result, 'domain'), { outcome: 'fail', code: 'INVALID_DOMAIN_ERROR' });
    const anybody = await verify(world, await keyBindingWith(world, { aud }), {
      domain: undefined,
    });
    t.same(checkOf(anybody, 'proof'), { outcome: 'fail', code: 'INVALID_DOMAIN_ERROR' });
  }
  t.equal((await verify(world, await keyBindingWith(world, {}))).overall, 'pass');
});

t.test('What nobody signed is over no challenge and for nobody', async (t) => {
  const world = createWorld();
  const whole = await presentJsonLd(world, '2.0', [await issueText(world, 'jwt_vc_json')]);
  const { proof: _, ...unsigned } = whole;
  for (const one of [unsigned, { ...whole, proof: [] }, await issueText(world, 'dc+sd-jwt')]) {
    const result = await verify(world, one);
    t.same(checkOf(result, 'challenge'), { outcome: 'fail', code: 'INVALID_CHALLENGE_ERROR' });
    t.same(checkOf(result, 'domain'), { outcome: 'fail', code: 'INVALID_DOMAIN_ERROR' });
    t.equal(result.overall, 'fail');
  }
  t.equal((await verify(world, whole)).overall, 'pass');
});

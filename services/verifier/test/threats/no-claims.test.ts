import { Writable } from 'node:stream';
import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { issueAs, issueText } from '../forms.ts';
import { build } from '../helper.ts';
import { presentJsonLd, presentJwt, presentSdJwt } from '../presentations.ts';
import { DOMAIN, type World } from '../world.ts';

const CANARY = 'canary-of-a-claim';
const claims = { learningMethod: CANARY };

type Present = (world: World, challenge: string) => Promise<Submitted>;

const PRESENTED: readonly Present[] = [
  async (world, challenge) =>
    presentJsonLd(world, '2.0', [await issueAs(world, 'vcdm2-proof-set', { claims })], {
      challenge,
    }),
  async (world, challenge) =>
    presentJwt(world, [await issueAs(world, 'jwt_vc_json', { claims })], { challenge }),
  async (world, challenge) =>
    presentSdJwt(world, await issueText(world, 'dc+sd-jwt', { claims }), { challenge }),
];

t.test('V26: nothing of a claim or of a holder is kept, logged or audited', async (t) => {
  const logged: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const { admin, getChallenge, post, world } = await build(t, {
    logger: { level: 'trace', stream },
  });
  const URL = '/v1/verifications';
  const verify = async (body: object) => (await post(URL, body)).json();

  for (const form of CREDENTIAL_FORMS) {
    const verifiableCredential = await issueAs(world, form, { claims });
    t.equal((await verify({ verifiableCredential })).overall, 'pass', form);
    const broken =
      typeof verifiableCredential === 'string'
        ? `${verifiableCredential.slice(0, 40)}_${verifiableCredential.slice(41)}`
        : { ...verifiableCredential, name: CANARY };
    t.equal((await verify({ verifiableCredential: broken })).overall, 'fail', form);
  }
  for (const present of PRESENTED) {
    const challenge = await getChallenge();
    const verifiablePresentation = await present(world, challenge);
    const options = { challenge, domain: DOMAIN };
    t.equal((await verify({ verifiablePresentation, options })).overall, 'pass');
    t.equal((await verify({ verifiablePresentation, options })).overall, 'fail', 'a replay');
    const unasked = await post('/presentations/verify', { verifiablePresentation });
    t.equal(unasked.statusCode, 400);
  }
  const refused = await post(URL, { verifiableCredential: { name: CANARY }, [CANARY]: 1 });
  t.equal(refused.statusCode, 400);

  const tables = await admin.query(
    `select tablename as name from pg_tables where schemaname = 'verifier'`,
  );
  const kept: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await admin.query(`select t::text as text from verifier.${name} t`);
    kept.push(...rows.map(({ text }) => text));
  }
  const places = { tables: kept.join('\n'), logs: logged.join('') };
  t.match(places.tables, /challenge\.used/, 'the audit has the use of the challenge');
  t.match(places.logs, /"event":"request"/);
  for (const secret of [CANARY, world.holder.did, 'Ashmere', '1 - Assessed']) {
    for (const [place, text] of Object.entries(places)) {
      t.notOk(text.includes(secret), `${place} do not hold ${secret}`);
      const encoded = Buffer.from(secret).toString('base64url').slice(2, -2);
      t.notOk(text.includes(encoded), `${place} do not hold ${secret} encoded`);
    }
  }
});

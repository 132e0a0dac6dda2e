import t from 'tap';
import { startConformance } from './helper.ts';
import { issuing } from './data-integrity/issuing.ts';
import { chains } from './data-integrity/chains.ts';
import { refusing } from './data-integrity/refusing.ts';
import { verifying } from './data-integrity/verifying.ts';
import { SECURED } from './signed-credentials.ts';

t.setTimeout(300_000);
const suite = await startConformance(t);

for (const name of ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const) {
  await t.test(`${name}: what is issued`, (t) =>
    issuing(t, { client: suite.https, name, did: suite.issuer }),
  );
}
for (const secured of SECURED) {
  const called = `${secured.suite} by ${secured.kind}`;
  await t.test(`${called}: what verifies`, (t) => verifying(t, suite.http, secured));
  await t.test(`${called}: what does not`, (t) => refusing(t, suite.http, secured));
  if (secured.suite !== 'Ed25519Signature2020') {
    await t.test(`${called}: sets and chains of proofs`, (t) => chains(t, suite.http, secured));
  }
}

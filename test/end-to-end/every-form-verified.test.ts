import t from 'tap';
import { type Issued, readForm } from '../../services/issuer/test/forms/helper.ts';
import { verifyCredential } from '../../services/verifier/src/domain/verify-credential.ts';
import { verify } from '../../services/verifier/test/domain/presentation-helper.ts';
import { decide } from '../../services/verifier/test/forms.ts';
import { presentJsonLd } from '../../services/verifier/test/presentations.ts';
import { accredit, pin } from '../../services/verifier/test/trust.ts';
import { createWorld, type World } from '../../services/verifier/test/world.ts';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import { type EveryForm, type Family, issueEveryForm } from './issue-every-form.ts';

t.setTimeout(180_000);

const every = await issueEveryForm(t);

/** A verifier that knows the trust that issued, and where its lists are. */
function createVerifier({ families, issuedAt, issuer }: EveryForm): World {
  const world = createWorld();
  const { record, status } = world.trust;
  const [family] = families;
  if (family === undefined || world.trust.did !== issuer.did) throw new Error('another trust');
  record.keys = [pin(issuer.verificationMethod, 'assertion'), pin(status.id, 'status')];
  record.accreditations = families.map(({ entry }) => accredit(entry.type));
  const [revocation = '', suspension = ''] = listsOf(family, 'vcdm2-ed25519-2020');
  const [message = ''] = listsOf(family, 'jwt_vc_json');
  const [token = ''] = listsOf(family, 'dc+sd-jwt');
  world.trust.urls = { revocation, suspension, message };
  world.trust.tokenList.url = token;
  world.now = issuedAt;
  return world;
}

function listsOf(family: Family, form: CredentialForm): string[] {
  return readForm(inForm(family, form)).status.map(({ list }) => list);
}

function inForm({ issued }: Family, form: CredentialForm): Issued {
  const found = issued.find((one) => one.form === form);
  if (found === undefined) throw new Error(`not issued as ${form}`);
  return found;
}

for (const form of CREDENTIAL_FORMS) {
  t.test(`Each of the 32 types as ${form} verifies with our verifier`, async (t) => {
    const world = createVerifier(every);
    t.equal(every.families.length, 32);
    for (const family of every.families) {
      const { verifiableCredential } = inForm(family, form);
      const result = await verifyCredential(verifiableCredential, world.ports);
      const said = JSON.stringify(result.checks.filter(({ outcome }) => outcome !== 'pass'));
      t.equal(result.overall, 'pass', `${family.entry.type} ${said}`);
      t.match(result, { type: family.entry.type, credentialId: `urn:uuid:${family.uuid}` });
    }
  });
}

t.test('A person presents all 32 types at once, in all forms', async (t) => {
  const world = createVerifier(every);
  const credentials = every.families.map((family, at) => {
    const form = CREDENTIAL_FORMS[at % CREDENTIAL_FORMS.length] ?? 'dc+sd-jwt';
    return inForm(family, form).verifiableCredential;
  });
  const { holder: by } = every;
  const result = await verify(world, await presentJsonLd(world, '2.0', credentials, { by }));
  t.equal(result.overall, 'pass', JSON.stringify(result.checks));
  t.equal(result.holder, by.did);
  t.equal(result.credentials.length, 32);
});

t.test('One decision revokes a credential in all of its forms', async (t) => {
  const [family] = every.families;
  if (family === undefined) throw new Error('nothing was issued');
  const index = readForm(inForm(family, 'dc+sd-jwt')).status[0]?.index ?? -1;
  for (const form of CREDENTIAL_FORMS) {
    const world = createVerifier(every);
    const { verifiableCredential } = inForm(family, form);
    t.equal((await verifyCredential(verifiableCredential, world.ports)).overall, 'pass', form);
    decide(world, index, 'revoked');
    world.now += 30_000;
    const result = await verifyCredential(verifiableCredential, world.ports);
    t.match(
      result.checks.find(({ check }) => check === 'status'),
      { outcome: 'fail', code: 'CREDENTIAL_REVOKED' },
      form,
    );
  }
});

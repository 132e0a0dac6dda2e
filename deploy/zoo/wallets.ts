import { randomUUID } from 'node:crypto';
import { CREDENTIALS_V1_CONTEXT, CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { tamperWith, withNewId, type ZooForm } from './drafts.ts';
import { type Exhibit, type ExhibitRequest, fails } from './exhibit.ts';
import { goodName, named } from './names.ts';
import { asDidJwk, createOwnKey, type OwnKey, secure, signJwtBy } from './other-signers.ts';
import { aboutSomebody, askFor, DOMAIN } from './presentations.ts';
import type { Workshop } from './workshop.ts';

const JCS = 'vcdm2-eddsa-jcs-2022';

interface Wallet {
  /** in the names of its exhibits */
  form: string;
  holder: OwnKey;
  /** of the credential that it presents */
  of: ZooForm;
  present: (presentation: JsonObject, challenge: string, holder: OwnKey) => Promise<Presented>;
  context: string;
}

type Presented = JsonObject | string;

/** The forms that are verified and never issued here: of other issuers' software, and of wallets. Good and bad each. */
export async function otherSuiteExhibits(workshop: Workshop): Promise<Exhibit[]> {
  const exhibits = await byJcs(workshop);
  for (const wallet of wallets()) exhibits.push(...(await byWallet(workshop, wallet)));
  return exhibits;
}

function wallets(): Wallet[] {
  const [ed25519, p256] = [createOwnKey('ed25519'), createOwnKey('P-256')];
  const [v1, v2] = [CREDENTIALS_V1_CONTEXT, CREDENTIALS_V2_CONTEXT];
  const old = 'vcdm1-ed25519-2020';
  const present = 'vcdm2-ed25519-2020';
  return [
    {
      form: 'presentation.Ed25519Signature2018',
      holder: ed25519,
      of: old,
      context: v1,
      present: proven('Ed25519Signature2018'),
    },
    {
      form: 'presentation.eddsa-jcs-2022',
      holder: ed25519,
      of: present,
      context: v2,
      present: proven('eddsa-jcs-2022'),
    },
    {
      form: 'presentation.ecdsa-rdfc-2019',
      holder: p256,
      of: present,
      context: v2,
      present: proven('ecdsa-rdfc-2019'),
    },
    {
      form: 'presentation.jwt_vp_json.did-jwk',
      holder: asDidJwk(p256),
      of: old,
      context: v1,
      present: asJwt,
    },
  ];
}

function proven(suite: Parameters<typeof secure>[1]['suite']): Wallet['present'] {
  return (presentation, challenge, key) =>
    secure(presentation, {
      suite,
      key,
      created: Date.now(),
      purpose: 'authentication',
      options: { challenge, domain: DOMAIN },
    });
}

async function asJwt(vp: JsonObject, nonce: string, key: OwnKey): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  return signJwtBy(key, { claims: { iss: key.did, aud: DOMAIN, nonce, iat, vp } });
}

async function byWallet(workshop: Workshop, wallet: Wallet): Promise<Exhibit[]> {
  const { form, holder, of, present, context } = wallet;
  const presentation = {
    '@context': [context],
    type: ['VerifiablePresentation'],
    holder: holder.did,
    verifiableCredential: [await aboutSomebody(workshop, holder.did, of)],
  };
  const show = async (change: (presented: Presented) => Presented): Promise<ExhibitRequest> => {
    const challenge = await askFor(workshop.host);
    const verifiablePresentation = change(await present(presentation, challenge, holder));
    return { verifiablePresentation, options: { challenge, domain: DOMAIN } };
  };
  return goodAndBad(form, {
    good: await show((presented) => presented),
    bad: await show(laterThanSigned),
    found: fails('proof', 'PROOF_VERIFICATION_ERROR', 'presentation'),
  });
}

function laterThanSigned(presented: Presented): Presented {
  const id = `urn:uuid:${randomUUID()}`;
  if (typeof presented !== 'string') return { ...presented, id };
  const [header = '', claims = '', signature = ''] = presented.split('.');
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as JsonObject;
  const changed = Buffer.from(JSON.stringify({ ...said, jti: id })).toString('base64url');
  return [header, changed, signature].join('.');
}

async function byJcs({ drafts, signer, issuerKey }: Workshop): Promise<Exhibit[]> {
  const { members } = withNewId(drafts['vcdm2-eddsa-rdfc-2022']);
  const key = { id: signer.id, privateKey: issuerKey };
  const good = await secure(members, { suite: 'eddsa-jcs-2022', key, created: Date.now() });
  return goodAndBad(JCS, {
    good: { verifiableCredential: good },
    bad: { verifiableCredential: tamperWith('vcdm2-eddsa-rdfc-2022', good) },
    found: fails('proof', 'PROOF_VERIFICATION_ERROR'),
  });
}

function goodAndBad(
  form: string,
  {
    good,
    bad,
    found,
  }: { good: ExhibitRequest; bad: ExhibitRequest; found: Exhibit['expected'][0] },
): Exhibit[] {
  const name = goodName(form);
  return [
    {
      name,
      code: null,
      form,
      what: 'Nothing is wrong with it.',
      original: null,
      overall: 'pass',
      expected: [],
      request: good,
    },
    {
      ...named('PROOF_VERIFICATION_ERROR', form),
      what: 'One thing that it says was changed after it was signed.',
      original: name,
      overall: 'fail',
      expected: [found],
      request: bad,
    },
  ];
}

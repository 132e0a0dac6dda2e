import { randomUUID } from 'node:crypto';
import { didKey, didKeyMethod } from '#did/keys';
import { signPresentation } from '#proofs/add-proof';
import { signKeyBinding } from '#proofs/key-binding';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import { must } from '../local/seed.ts';
import { signDraft, withNewId, ZOO_FORMS, type ZooForm } from './drafts.ts';
import { type Exhibit, type ExhibitRequest, type Expected, fails } from './exhibit.ts';
import type { Workshop } from './workshop.ts';

export const DOMAIN = 'https://recruitment.brackendale.example';
const GOOD = 'good.presentation';
const GOOD_SD_JWT = 'good.presentation.dc+sd-jwt';

interface Presenting {
  credentials: JsonObject[];
  challenge: string;
  domain?: string;
  /** whom it names as holder, and who signs; left out: the person whom the credential is about */
  holder?: string;
  by?: Workshop['holder'];
}

/** What a wallet, or whoever has somebody's credentials, could present. Each is over a challenge of its own. */
export async function presentationExhibits(workshop: Workshop): Promise<Exhibit[]> {
  const { holder, good, host } = workshop;
  const credential = good[ZOO_FORMS[0]] as JsonObject;
  const credentials = [credential];
  const stranger = createStranger();
  const cell = workshop.issuer.split(':trusts:')[0] ?? '';
  const [one, two] = [await askFor(host), await askFor(host)];
  const used = await present(workshop, { credentials, challenge: await askFor(host) });
  must(await host.post('verifier', '/v1/verifications', used), 200);
  const show = async (found: Expected, what: string, of: Omit<Presenting, 'challenge'>) =>
    exhibit(found, what, await present(workshop, { ...of, challenge: await askFor(host) }));
  const over = (challenge: string) => present(workshop, { credentials, challenge });
  return [
    right(GOOD, 'JSON-LD', await over(await askFor(host))),
    right(GOOD_SD_JWT, 'dc+sd-jwt', await presentSdJwt(workshop, true)),
    exhibit(
      fails('challenge', 'CHALLENGE_UNKNOWN', 'presentation'),
      'It is over a challenge that this verifier never gave out.',
      await over(randomUUID()),
    ),
    exhibit(
      fails('challenge', 'CHALLENGE_USED', 'presentation'),
      'It was sent before, and its challenge is used up.',
      used,
    ),
    exhibit(
      fails('challenge', 'INVALID_CHALLENGE_ERROR', 'presentation'),
      'It is over another challenge than the one that it is to answer.',
      { ...(await over(one)), options: { challenge: two, domain: DOMAIN } },
    ),
    await show(
      fails('domain', 'INVALID_DOMAIN_ERROR', 'presentation'),
      'It was made for another verifier.',
      { credentials, domain: 'https://recruitment.elsewhere.example' },
    ),
    await show(
      fails('proof', 'INVALID_DID', 'presentation'),
      'It names as its holder a DID whose key would have to be fetched.',
      { credentials: [await aboutSomebody(workshop, cell)], holder: cell },
    ),
    await show(
      fails('holder-binding', 'HOLDER_MISMATCH'),
      'Somebody else presents it than the person whom it is about.',
      { credentials, holder: stranger.did, by: stranger },
    ),
    await show(fails('duplicate', 'DUPLICATE_CREDENTIAL'), 'It is presented twice.', {
      credentials: [credential, credential],
      by: holder,
    }),
    {
      ...exhibit(
        fails('proof', 'KEY_BINDING_MISSING', 'presentation'),
        'The wallet added no key binding, so nothing shows that it belongs to the person who presents it.',
        await presentSdJwt(workshop, false),
        'dc+sd-jwt',
      ),
      original: GOOD_SD_JWT,
      expected: [
        fails('proof', 'KEY_BINDING_MISSING', 'presentation'),
        fails('challenge', 'INVALID_CHALLENGE_ERROR', 'presentation'),
        fails('domain', 'INVALID_DOMAIN_ERROR', 'presentation'),
        fails('holder-binding', 'KEY_BINDING_MISSING'),
      ],
    },
  ];
}

/** A right credential of another subject. @param did whom it is about */
export async function aboutSomebody(
  { drafts, signer }: Pick<Workshop, 'drafts' | 'signer'>,
  did: string,
  form: ZooForm = ZOO_FORMS[0],
): Promise<JsonObject> {
  const { members, ...draft } = withNewId(drafts[form]);
  const credentialSubject = { ...(members['credentialSubject'] as JsonObject), id: did };
  const about = { ...draft, members: { ...members, credentialSubject } };
  return (await signDraft(about, signer)) as JsonObject;
}

function right(name: string, form: string, request: ExhibitRequest): Exhibit {
  const what = 'Nothing is wrong with it.';
  return { name, code: null, form, what, original: null, overall: 'pass', expected: [], request };
}

function exhibit(
  found: Expected,
  what: string,
  request: ExhibitRequest,
  form = 'JSON-LD',
): Exhibit {
  const { code, outcome: overall } = found;
  return { name: code, code, form, what, original: GOOD, overall, expected: [found], request };
}

/** A presentation in JSON-LD, and what it is to be over. */
async function present(
  { holder: self }: Workshop,
  { credentials, challenge, domain = DOMAIN, by = self, holder = by.did }: Presenting,
): Promise<Required<Pick<ExhibitRequest, 'options'>> & ExhibitRequest> {
  const verifiablePresentation = await signPresentation({
    presentation: {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiablePresentation'],
      holder,
      verifiableCredential: credentials,
    },
    signer: by.signer,
    suite: 'Ed25519Signature2020',
    challenge,
    domain,
    created: toDateTimeStamp(Date.now()),
  });
  return { verifiablePresentation, options: { challenge, domain: DOMAIN } };
}

async function presentSdJwt(
  { host, good, holder }: Workshop,
  isBound: boolean,
): Promise<ExhibitRequest> {
  const sdJwt = good['dc+sd-jwt'] as string;
  const challenge = await askFor(host);
  const options = { challenge, domain: DOMAIN };
  if (!isBound) return { verifiablePresentation: sdJwt, options };
  const keyBinding = await signKeyBinding({
    sdJwt,
    signer: holder.signer,
    audience: DOMAIN,
    nonce: challenge,
    issuedAt: Date.now(),
  });
  return { verifiablePresentation: sdJwt + keyBinding, options };
}

/** A challenge for the trust that verifies. */
export async function askFor(host: Workshop['host']): Promise<string> {
  const given = must(await host.post('verifier', '/challenges', {}), 200);
  return String(given.body['challenge']);
}

function createStranger(): Workshop['holder'] {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const signer = createEd25519Signer({ id: didKeyMethod(publicKeyMultibase), privateKey });
  return { did: didKey(publicKeyMultibase), signer };
}

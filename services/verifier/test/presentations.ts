import { signPresentation } from '#proofs/add-proof';
import { signJwt } from '#proofs/jwt';
import { signKeyBinding } from '#proofs/key-binding';
import type { ProofSuite } from '#proofs/suites';
import { toDateTimeStamp } from '#vc/clock';
import { CREDENTIALS_V1_CONTEXT, CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import type { Submitted } from '../src/domain/forms/credential.ts';
import type { Holder } from './trust.ts';
import { DOMAIN, type World } from './world.ts';

export interface PresentAsOptions {
  challenge?: string;
  domain?: string;
  /** the world's holder unless given */
  by?: Holder;
  holder?: string;
  suite?: ProofSuite;
  /** milliseconds */
  created?: number;
}

/** The credentials in JSON-LD of either version, signed by the holder; a text goes into an envelope. */
export function presentJsonLd(
  world: World,
  version: '1.1' | '2.0',
  credentials: readonly Submitted[],
  options: PresentAsOptions = {},
): Promise<JsonObject> {
  const { by = world.holder, challenge = 'a-challenge', domain = DOMAIN } = options;
  return signPresentation({
    presentation: {
      '@context': [version === '2.0' ? CREDENTIALS_V2_CONTEXT : CREDENTIALS_V1_CONTEXT],
      type: ['VerifiablePresentation'],
      holder: options.holder ?? by.did,
      verifiableCredential: credentials.map((one) =>
        typeof one === 'string' ? inEnvelope(one) : one,
      ),
    },
    signer: by.signer,
    suite: options.suite ?? 'Ed25519Signature2020',
    challenge,
    domain,
    created: toDateTimeStamp(options.created ?? world.now),
  });
}

/** A text as an EnvelopedVerifiableCredential. */
export function inEnvelope(text: string): JsonObject {
  const mediaType = text.includes('~') ? 'application/dc+sd-jwt' : 'application/jwt';
  return {
    '@context': CREDENTIALS_V2_CONTEXT,
    id: `data:${mediaType},${text}`,
    type: 'EnvelopedVerifiableCredential',
  };
}

/** The credentials as `jwt_vp_json`; not by `signJwtPresentation`, whose `iss` is whoever signs. */
export function presentJwt(
  world: World,
  credentials: readonly Submitted[],
  options: PresentAsOptions & { change?: JsonObject } = {},
): Promise<string> {
  const { by = world.holder, challenge = 'a-challenge', domain = DOMAIN } = options;
  const vp = {
    '@context': [CREDENTIALS_V1_CONTEXT],
    type: ['VerifiablePresentation'],
    holder: options.holder ?? by.did,
    verifiableCredential: [...credentials],
    ...options.change,
  };
  const iat = Math.floor((options.created ?? world.now) / 1_000);
  const claims = { iss: by.did, aud: domain, nonce: challenge, iat, vp };
  return signJwt({ typ: 'JWT', claims, signer: by.signer });
}

/** An SD-JWT with the holder's KB-JWT at its end. */
export async function presentSdJwt(
  world: World,
  sdJwt: string,
  options: PresentAsOptions = {},
): Promise<string> {
  const { by = world.holder, challenge = 'a-challenge', domain = DOMAIN } = options;
  const keyBinding = await signKeyBinding({
    sdJwt,
    signer: by.signer,
    audience: domain,
    nonce: challenge,
    issuedAt: options.created ?? world.now,
  });
  return sdJwt + keyBinding;
}

import type { KeyObject } from 'node:crypto';
import { sha256Digest } from '#proofs/disclosures';
import type { KnownSuite } from '#proofs/known-suites';
import { signingInputOf } from '#vc/compact-jws';
import { CREDENTIALS_V1_CONTEXT, type JsonObject } from '#vc/data-model';
import {
  type OwnKey as TestKey,
  secure,
  signBytes,
  signJwtBy,
} from '../../../deploy/zoo/other-signers.ts';
import type { Submitted } from '../src/domain/forms/credential.ts';
import { DOMAIN, type World } from './world.ts';

export {
  asDidJwk,
  createOwnKey as createTestKey,
  type KeyKind,
  type OwnKey as TestKey,
  secure,
  type SecureOptions,
  signJwtBy,
} from '../../../deploy/zoo/other-signers.ts';

export interface PresentSecuredOptions {
  suite: KnownSuite;
  key: TestKey;
  contexts: readonly string[];
  challenge?: string;
}

/** A presentation of credentials by whom the key is, with a proof of the suite. */
export function presentSecured(
  world: World,
  credentials: readonly JsonObject[],
  { suite, key, contexts, challenge = 'a-challenge' }: PresentSecuredOptions,
): Promise<JsonObject> {
  const presentation = {
    '@context': [...contexts],
    type: ['VerifiablePresentation'],
    holder: key.did,
    verifiableCredential: [...credentials],
  };
  return secure(presentation, {
    suite,
    key,
    created: world.now,
    purpose: 'authentication',
    options: { challenge, domain: DOMAIN },
  });
}

export interface PresentJwtByOptions {
  challenge?: string;
  header?: JsonObject | undefined;
}

/** Credentials as `jwt_vp_json` by whom the key is, whatever its algorithm. */
export function presentJwtBy(
  world: World,
  key: TestKey,
  credentials: readonly Submitted[],
  { challenge = 'a-challenge', header }: PresentJwtByOptions = {},
): string {
  const vp = {
    '@context': [CREDENTIALS_V1_CONTEXT],
    type: ['VerifiablePresentation'],
    holder: key.did,
    verifiableCredential: [...credentials],
  };
  const iat = Math.floor(world.now / 1_000);
  const claims = { iss: key.did, aud: DOMAIN, nonce: challenge, iat, vp };
  return signJwtBy(key, { claims, header });
}

/** An SD-JWT with a KB-JWT by ES256 at its end. */
export function bindByEs256(world: World, sdJwt: string, privateKey: KeyObject): string {
  const iat = Math.floor(world.now / 1_000);
  const claims = { iat, aud: DOMAIN, nonce: 'a-challenge', sd_hash: sha256Digest(sdJwt) };
  const input = signingInputOf({ alg: 'ES256', typ: 'kb+jwt' }, claims);
  return `${sdJwt}${input}.${signBytes(Buffer.from(input), privateKey).toString('base64url')}`;
}

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SDJwtInstance } from '@sd-jwt/core';
import { readCompactJws } from '#vc/compact-jws';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { ALWAYS_OPEN_CLAIMS, processDisclosures } from './disclosures.ts';
import { JWT_ALGORITHM, kidOf, MAX_CREDENTIAL_LENGTH, timeOfClaim } from './jwt.ts';
import type { Signer } from './signer.ts';

/** `typ` of an SD-JWT VC. */
export const SD_JWT_TYPE = 'dc+sd-jwt';

// the drafts before November 2024 had the second one
const READ_TYPES = [SD_JWT_TYPE, 'vc+sd-jwt'];
// 128 bits (RFC 9901 §9.3)
const SALT = /^[\w-]{22,}$/;
const TIME_CLAIMS = ['iat', 'nbf', 'exp'];

/** An SD-JWT VC with what was disclosed of it. Nobody has checked its signatures yet. */
export interface ParsedSdJwt {
  /** the issuer's JWT alone */
  issuerJwt: string;
  header: JsonObject;
  /** DID URL of the key */
  kid: string;
  /** the claims with the disclosed ones among them, without `_sd` and `_sd_alg` */
  payload: JsonObject;
  /** names of the top-level claims that were disclosed */
  disclosed: string[];
  /** how many digests have no disclosure; decoys too */
  hidden: number;
  /** the KB-JWT */
  keyBinding: string | undefined;
  /** everything but the KB-JWT, up to the last `~`: what `sd_hash` is over */
  sdJwt: string;
}

export interface SignSdJwtOptions {
  payload: JsonObject;
  /** names of the top-level claims that each become a disclosure */
  disclosable: readonly string[];
  /** of the header; `dc+sd-jwt` unless given */
  typ?: string | undefined;
  signer: Signer;
  /** base64url of at least 128 bits of randomness, another one each time */
  newSalt: () => string;
}

/**
 * Signs an SD-JWT (RFC 9901 §4): `<jwt>~<disclosure>~…~`. The digests are sorted, so that their order tells nothing.
 * @throws VcError PROOF_GENERATION_ERROR for a claim that cannot be disclosable, a weak or repeated salt, or a payload
 * that would not be read back as it was given
 */
export async function signSdJwt(options: SignSdJwtOptions): Promise<string> {
  const { payload, disclosable, typ = SD_JWT_TYPE, signer, newSalt } = options;
  const unfit = disclosable.find(
    (name) => !Object.hasOwn(payload, name) || ALWAYS_OPEN_CLAIMS.has(name),
  );
  if (unfit !== undefined) throw ungenerated(`${unfit} is missing or must stand in the open`);
  const salts = new Set<string>();
  const issuer = new SDJwtInstance({
    signAlg: JWT_ALGORITHM,
    hashAlg: 'sha-256',
    hasher: (text) =>
      createHash('sha256')
        .update(typeof text === 'string' ? text : Buffer.from(text))
        .digest(),
    saltGenerator: () => keepSalt(newSalt(), salts),
    signer: async (input) => {
      const signature = await signer.sign({ data: Buffer.from(input) });
      return Buffer.from(signature).toString('base64url');
    },
  });
  const frame = { _sd: [...disclosable] };
  const text = await issuer.issue(payload, frame as never, { header: { typ, kid: signer.id } });
  checkReadBack(text, payload);
  return text;
}

/**
 * Reads an SD-JWT VC in its compact form, with or without a KB-JWT, and puts the disclosures into its claims
 * (RFC 9901 §7.1).
 * @throws VcError PARSING_ERROR or MALFORMED_VALUE_ERROR
 */
export function parseSdJwt(text: string): ParsedSdJwt {
  if (typeof text !== 'string' || text.length > MAX_CREDENTIAL_LENGTH) {
    throw new VcError('PARSING_ERROR', 'It is not an SD-JWT of an allowed length');
  }
  const parts = text.split('~');
  const [issuerJwt = '', ...encoded] = parts;
  // behind the last `~` is a KB-JWT or nothing: never a disclosure
  const last = encoded.pop();
  if (last === undefined || (last !== '' && last.split('.').length !== 3)) {
    throw new VcError('PARSING_ERROR', 'It is not an SD-JWT that ends in ~ or in a KB-JWT');
  }
  const { header, claims } = readCompactJws(issuerJwt, {
    algorithms: [JWT_ALGORITHM],
    types: READ_TYPES,
    maxLength: MAX_CREDENTIAL_LENGTH,
  });
  for (const name of TIME_CLAIMS) timeOfClaim(claims, name);
  return {
    issuerJwt,
    header,
    kid: kidOf(header),
    ...processDisclosures(claims, encoded),
    keyBinding: last === '' ? undefined : last,
    sdJwt: text.slice(0, text.length - last.length),
  };
}

function keepSalt(salt: string, salts: Set<string>): string {
  if (!SALT.test(salt) || salts.has(salt)) throw ungenerated('a salt is short, or is used twice');
  salts.add(salt);
  return salt;
}

// The library signs what it is given: a claim named `_sd` inside of another, for one, would be lost to every reader.
function checkReadBack(text: string, payload: JsonObject): void {
  let parsed: ParsedSdJwt;
  try {
    parsed = parseSdJwt(text);
  } catch (cause) {
    throw ungenerated('it could not be read back', cause);
  }
  if (parsed.hidden > 0 || !isDeepStrictEqual(parsed.payload, payload)) {
    throw ungenerated('it would say something else');
  }
}

function ungenerated(detail: string, cause?: unknown): VcError {
  return new VcError('PROOF_GENERATION_ERROR', `The SD-JWT is not signed: ${detail}`, { cause });
}

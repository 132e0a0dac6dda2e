import type { KeyObject } from 'node:crypto';
import { didKey, didKeyMethod, publicKeyMultibaseOf, thumbprint } from '#did/keys';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { Genesis } from './cell.ts';
import { checkGenesis } from './check-genesis.ts';
import { signCompact, verifyCompact } from './compact-jws.ts';

const TYP = 'registry-genesis+jwt';
const MAX_LENGTH = 1024 * 1024;
const CLAIMS = ['iss', 'version', 'issuedAt', 'cells'];

/**
 * Signs the list of admitted cells with the anchor's key: a compact JWS, `typ` registry-genesis+jwt.
 * @throws VcError REGISTRY_STATEMENT_INVALID for a list that no verifier would take
 */
export async function signGenesis(
  genesis: Omit<Genesis, 'anchor'>,
  anchorKey: KeyObject,
): Promise<string> {
  const multibase = publicKeyMultibaseOf(anchorKey);
  const { version, issuedAt, cells } = genesis;
  checkGenesis({ version, issuedAt, cells });
  const claims: JsonObject = JSON.parse(
    JSON.stringify({ iss: didKey(multibase), version, issuedAt, cells }),
  );
  return signCompact({ typ: TYP, kid: didKeyMethod(multibase), claims }, anchorKey);
}

/**
 * The genesis file, if the anchor signed it. Its own `kid` says which key that was; the thumbprint, which whoever
 * runs the verifier has configured, says whether it is the anchor's. Which version is the newest is the caller's to
 * know: an older one is still well signed.
 * @param anchorThumbprint RFC 7638, base64url
 * @throws VcError REGISTRY_STATEMENT_INVALID
 */
export async function verifyGenesis(text: string, anchorThumbprint: string): Promise<Genesis> {
  let anchor: string | undefined;
  const keyOf = (kid: string): string | undefined => {
    const multibase = kid.split('#')[1] ?? '';
    if (kid !== didKeyMethod(multibase) || thumbprint(multibase) !== anchorThumbprint) {
      return undefined;
    }
    anchor = didKey(multibase);
    return multibase;
  };
  try {
    const claims = await verifyCompact(text.trim(), { typ: TYP, maxLength: MAX_LENGTH, keyOf });
    if (
      anchor === undefined ||
      claims['iss'] !== anchor ||
      !Object.keys(claims).every((name) => CLAIMS.includes(name))
    ) {
      throw new TypeError('It has another issuer than its key, or unknown claims');
    }
    const { version, issuedAt, cells } = claims;
    return { anchor, ...checkGenesis({ version, issuedAt, cells }) };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : 'unreadable';
    throw new VcError('REGISTRY_STATEMENT_INVALID', `The genesis file is refused: ${detail}`, {
      cause,
    });
  }
}

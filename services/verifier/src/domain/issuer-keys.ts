import type { ResolveVerificationMethod } from '#did/resolver';
import { VcError, type VcErrorCode } from '#vc/error';

/**
 * Resolves the keys of one DID and of no other: a proof by somebody else's key is refused before anything of
 * theirs is fetched.
 * @param code what a key of somebody else is refused with
 */
export function keysOf(
  did: string,
  resolve: ResolveVerificationMethod,
  code: VcErrorCode = 'INVALID_VERIFICATION_METHOD',
): ResolveVerificationMethod {
  return async (didUrl, purpose) => {
    if (!didUrl.startsWith(`${did}#`)) {
      throw new VcError(code, 'The key that signed belongs to somebody else');
    }
    const method = await resolve(didUrl, purpose);
    if (method.controller !== did) {
      throw new VcError(code, 'The key that signed is controlled by somebody else');
    }
    return method;
  };
}

import { createDidResolver, type ResolveVerificationMethod } from '#did/resolver';
import type { Clock } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { TrustRecord, TrustRecords } from '../ports.ts';
import { didOfUrl } from '../trust-did.ts';
import { REFETCH_MS } from './registries.ts';

export interface RegisteredKeysDeps {
  trustRecords: TrustRecords;
  clock: Clock;
}

/**
 * Resolves keys without a fetch: of an organisation those that its registry pins, of a did:key the one that it is.
 * A did:web that no registry knows has no document here, whatever its domain serves.
 */
export function createRegisteredKeys(deps: RegisteredKeysDeps): ResolveVerificationMethod {
  const { trustRecords, clock } = deps;
  const { resolveVerificationMethod: resolve } = createDidResolver({
    fetchDocument: async (url) => {
      const did = didOfUrl(url);
      const { record } = await trustRecords.find(did);
      if (record === undefined) throw new VcError('DID_NOT_FOUND', `No registry knows ${did}`);
      return buildDidDocument(record);
    },
    now: clock,
    // The records are at hand, and a document kept here would outlive a key that is found compromised.
    freshness: 0,
    refetchInterval: 0,
  });
  return async (didUrl, purpose) => {
    try {
      return await resolve(didUrl, purpose);
    } catch (error) {
      const [did = ''] = didUrl.split('#');
      if (!isMissing(error) || !did.startsWith('did:web:')) throw error;
      // The key may have been pinned a moment ago.
      const { isOld } = await trustRecords.find(did, REFETCH_MS);
      if (isOld) {
        throw new VcError('REGISTRY_UNAVAILABLE', 'An old state does not say what is pinned since');
      }
      return resolve(didUrl, purpose);
    }
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof VcError && error.code === 'INVALID_VERIFICATION_METHOD';
}

/** DID Core 1.0 §5. A retired key stays, for what it signed; a key that is compromised in any use is gone. */
function buildDidDocument({ keys, organisation }: TrustRecord): JsonObject {
  const compromised = new Set(
    keys.filter(({ state }) => state === 'compromised').map((key) => key.publicKeyMultibase),
  );
  const usable = [...new Set(keys.map((key) => key.publicKeyMultibase))].filter(
    (publicKeyMultibase) => !compromised.has(publicKeyMultibase),
  );
  const { did } = organisation;
  const methods = usable.map((publicKeyMultibase) => ({
    id: `${did}#${publicKeyMultibase}`,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase,
  }));
  return {
    id: did,
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  };
}

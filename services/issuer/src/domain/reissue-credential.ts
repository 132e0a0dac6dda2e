import type { CredentialForm } from '#vc/credential-form';
import { VcError } from '#vc/error';
import type { CredentialRequest } from './credential-request.ts';
import type { CredentialIssuer } from './issue-credential.ts';
import type { Answer, Call, OlderCredential } from './ports.ts';
import { readStoredClaims } from './stored-claims.ts';

/** A credential as it was issued, with what a new one like it needs. */
export interface StoredCredential extends OlderCredential {
  id: string;
  /** the first form */
  document: string;
  /** the first one first */
  forms: readonly CredentialForm[];
  batch: string | undefined;
}

export interface ReissuerDeps {
  issuer: CredentialIssuer;
  /** @throws VcError NOT_FOUND, also for another trust's */
  loadStored: (odsCode: string, id: string) => Promise<StoredCredential>;
}

export interface Reissue {
  /** of the older credential */
  id: string;
  reason: string;
  internalNote?: string | undefined;
  /** left out: those of the older one */
  forms?: readonly CredentialForm[] | undefined;
}

/** Signs what was issued again, unchanged, for the holder who is bound to the employee now. */
export function createReissuer({ issuer, loadStored }: ReissuerDeps) {
  return {
    /**
     * The newer credential supersedes the older one. A call that was answered before is answered so again, whatever
     * became of the older one meanwhile.
     * @throws VcError NOT_FOUND, LIFECYCLE_CHANGE_REFUSED, CONFLICT when two meet, and what issuing throws
     */
    async reissue(call: Call, reissue: Reissue): Promise<Answer> {
      const older = await loadStored(call.odsCode, reissue.id);
      return issuer.issue(call, () => toRequest(older, reissue));
    },
  };
}

export type Reissuer = ReturnType<typeof createReissuer>;

function toRequest(older: StoredCredential, reissue: Reissue): CredentialRequest {
  if (older.lifecycle === 'superseded') {
    throw new VcError(
      'LIFECYCLE_CHANGE_REFUSED',
      'The credential is superseded, and that is final',
    );
  }
  const { reason, internalNote, forms = older.forms } = reissue;
  return {
    // claims, period and time of the last look at their origin: nobody has looked again
    ...readStoredClaims(older.document),
    id: undefined,
    type: older.type,
    holder: { employeeId: older.employeeId },
    issuer: undefined,
    forms,
    batch: older.batch,
    supersedes: { credentialId: older.id, how: 'reissues', reason, internalNote },
    typePointer: '/type',
    claimsPointer: '/claims',
  };
}

import type { CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { CredentialRequest } from './credential-request.ts';
import { recordToClaims } from './workforce-record.ts';

/** The body of `POST /v1/credentials`. */
export interface MintRequest {
  employeeId: string;
  record?: Record<string, unknown>;
  type?: string;
  claims?: Record<string, unknown>;
  validFrom?: string;
  validUntil?: string;
  version?: string;
  forms?: CredentialForm[];
  supersedes?: { credentialId: string; reason: string; internalNote?: string };
  batch?: string;
}

/**
 * A workforce record, or typed claims, for an employee: one of the two.
 * @throws VcError INVALID_REQUEST, or what recordToClaims throws
 */
export function parseMintRequest(body: MintRequest): CredentialRequest {
  const { employeeId, record, type, claims, supersedes, ...rest } = body;
  const { validFrom, validUntil, batch, version, forms } = rest;
  const common = {
    id: undefined,
    issuer: undefined,
    holder: { employeeId },
    validFrom,
    validUntil,
    batch,
    version,
    forms,
    supersedes: supersedes && {
      ...supersedes,
      how: 'supersedes' as const,
      internalNote: supersedes.internalNote,
    },
    typePointer: '/type',
  };
  if (record !== undefined && type === undefined && claims === undefined) {
    return { ...common, ...recordToClaims(record, version), claimsPointer: '/record' };
  }
  if (record === undefined && type !== undefined && claims !== undefined) {
    return { ...common, type, claims: claims as JsonObject, claimsPointer: '/claims' };
  }
  throw new VcError('INVALID_REQUEST', 'Send either record, or type and claims', {
    errors: [{ pointer: '', detail: 'needs record alone, or type together with claims' }],
  });
}

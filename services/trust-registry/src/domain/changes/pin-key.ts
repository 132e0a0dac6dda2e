import { thumbprint as thumbprintOf } from '#did/keys';
import { verifyKeyProof } from '#trust/key-proof';
import { VcError } from '#vc/error';
import { parsePeriod, startsInThePast } from '../period.ts';
import {
  type Apply,
  type ChangeContext,
  conflict,
  invalid,
  loadOpenOrganisation,
} from './context.ts';
import type { PinKey } from './operation.ts';

/**
 * Pins a public key to an organisation for a purpose, when the key itself has signed a challenge of this registry in
 * the name of the organisation. An operation names no DID: which one the key stands under follows from the ODS code.
 */
export const pinKey: Apply<PinKey> = async (operation, context) => {
  const { odsCode, publicKeyMultibase, purpose } = operation;
  const { changes, now } = context;
  const thumbprint = thumbprintOf(publicKeyMultibase);
  const period = parsePeriod(operation, now);
  if (startsInThePast(period, now)) {
    // nobody signed with it in good faith while it was not pinned
    throw invalid('/validFrom', 'a key counts from its approval at the earliest');
  }
  const key = { odsCode, publicKeyMultibase, purpose, thumbprint, ...period };
  await loadOpenOrganisation(context, odsCode);
  await checkProof(operation, context);
  const held = await changes.insertKey(key, now);
  if (held.odsCode !== odsCode) throw conflict('The key is pinned to another organisation');
  if (held.state !== 'active') throw conflict(`The key is ${held.state}`);
  if (!(await changes.insertKeyPurpose(key))) {
    throw conflict('The key is pinned for this purpose already', '/purpose');
  }
  await changes.saveCheckedItem(odsCode, {
    item: 'did-control',
    doneAt: now,
    reference: thumbprint,
  });
  return {
    result: { thumbprint },
    records: [odsCode],
    event: { action: 'key.pinned', subject: { organisation: odsCode, thumbprint, purpose } },
  };
};

/**
 * The proof is judged as of the proposal, at which it had to be fresh: a second person may take days. The challenge is
 * used up by the approval, so of two changes that carry one proof only one is ever approved.
 */
async function checkProof(
  { odsCode, publicKeyMultibase, proof }: PinKey,
  { changes, namespace, now, proposedAt }: ChangeContext,
): Promise<void> {
  const { challenge } = await verifyKeyProof(proof, {
    issuer: namespace.didOf(odsCode),
    audience: namespace.cellDid,
    publicKeyMultibase,
    now: proposedAt,
  }).catch((cause: unknown) => {
    if (!(cause instanceof VcError)) throw cause;
    throw unproven(cause.message, cause);
  });
  if (await changes.useChallenge(challenge, { odsCode, aliveAt: proposedAt, usedAt: now })) return;
  throw unproven(
    'The challenge is none of this registry for this organisation, is old, or is used',
  );
}

function unproven(detail: string, cause?: unknown): VcError {
  return new VcError('DID_CONTROL_NOT_PROVEN', detail, {
    errors: [{ pointer: '/proof', detail }],
    cause,
  });
}

import type { VerifiedCredential } from '../verify-credential.ts';
import type { Reliance } from './ports.ts';
import { watchedPurposeOf } from './watched-purpose.ts';

// What an index row of the database can hold. No issuer that we know comes near it.
const MAX_TEXT = 500;

export interface RelianceOptions {
  verified: VerifiedCredential;
  /** milliseconds */
  now: number;
  /** milliseconds for which a credential without an end is watched */
  watchMs: number;
}

/** The status entries on which a trust relies from now on: those of a credential that passed, until it ends. */
export function reliancesOf({ verified, now, watchMs }: RelianceOptions): Reliance[] {
  const { credentialId, issuer, overall, statuses, validUntil } = verified;
  if (overall !== 'pass' || credentialId === null || issuer === null) return [];
  const watchedUntil = validUntil ?? now + watchMs;
  const reliances = statuses.flatMap(({ index, list }) => {
    if (index === undefined || list === undefined) return [];
    const purpose = watchedPurposeOf(list);
    if (purpose === undefined) return [];
    const place = { listUrl: list.url, listVersion: list.version, index, purpose };
    return [{ credentialId, issuer, ...place, watchedUntil }];
  });
  return reliances.filter((one) =>
    [one.credentialId, one.issuer, one.listUrl].every((text) => text.length <= MAX_TEXT),
  );
}

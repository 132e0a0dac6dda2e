import type { Canonicalize } from '#json-ld/canonicalize';
import { signCredential } from '#proofs/add-proof';
import type { Signer } from '#proofs/signer';
import { encodeBitstring, MINIMUM_ENTRIES, readBit, setBit } from '#status/bitstring';
import { buildStatusListCredential, createStatusEntries } from '#status/status-list-entry';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import type { StatusEntry } from '#vc/data-model';
import { VcError } from '#vc/error';

export const TEST_PURPOSES = ['revocation', 'suspension'] as const;
export type TestPurpose = (typeof TEST_PURPOSES)[number];

export interface TestListsDeps {
  /** base URL of this service as suites and verifiers reach it */
  baseUrl: string;
  did: string;
  signer: Signer;
  canonicalize: Canonicalize;
  clock: Clock;
  /** a whole number from 0 and below the limit */
  random: (limit: number) => number;
}

export interface StatusUpdate {
  credentialId: string;
  credentialStatus: Partial<StatusEntry> & { statusPurpose: TestPurpose };
  status: boolean;
}

const TTL_MS = 1_000;
const VALID_FOR_MS = 3_600_000;

/** The status lists of the profile for public test suites: one of each purpose, in memory, signed at each request. */
export function createTestLists(deps: TestListsDeps) {
  const { baseUrl, did, signer, canonicalize, clock } = deps;
  const bits = {
    revocation: new Uint8Array(MINIMUM_ENTRIES / 8),
    suspension: new Uint8Array(MINIMUM_ENTRIES / 8),
  };
  const taken = new Set<number>();
  const given = new Map<string, number>();
  const urlOf = (purpose: TestPurpose) => `${baseUrl}/status-lists/${purpose}`;

  return {
    /**
     * Entries at an index that no other credential has.
     * @param credentialId by which the status is changed later, if it is known
     * @throws VcError SERVICE_UNAVAILABLE when the lists are full
     */
    give(purposes: readonly TestPurpose[], credentialId: string | undefined): StatusEntry[] {
      const index = freeIndex(taken, deps.random);
      taken.add(index);
      if (credentialId !== undefined) given.set(credentialId, index);
      const lists = {
        revocationList: urlOf('revocation'),
        suspensionList: urlOf('suspension'),
        index,
      };
      return createStatusEntries(lists).filter(({ statusPurpose }) =>
        purposes.some((purpose) => purpose === statusPurpose),
      );
    },

    /** @throws VcError NOT_FOUND, or STATUS_CHANGE_REFUSED for the end of a revocation */
    update({ credentialId, credentialStatus, status }: StatusUpdate): void {
      const { statusListIndex, statusPurpose } = credentialStatus;
      const index = given.get(credentialId);
      if (index === undefined || (statusListIndex ?? String(index)) !== String(index)) {
        throw new VcError('NOT_FOUND', 'No such credential was issued here with such a status');
      }
      if (!status && statusPurpose === 'revocation' && readBit(bits.revocation, index)) {
        throw new VcError('STATUS_CHANGE_REFUSED', 'A revocation is final');
      }
      setBit(bits[statusPurpose], index, status);
    },

    /** @returns the JSON text of the list as it is now */
    async publish(purpose: TestPurpose): Promise<string> {
      const now = clock();
      const credential = buildStatusListCredential({
        listUrl: urlOf(purpose),
        issuer: did,
        purpose,
        version: now,
        encodedList: encodeBitstring(bits[purpose]),
        ttlMs: TTL_MS,
        validForMs: VALID_FOR_MS,
      });
      const created = toDateTimeStamp(now);
      const suites = ['eddsa-rdfc-2022'] as const;
      const signed = await signCredential({ credential, signer, suites, created, canonicalize });
      return JSON.stringify(signed);
    },
  };
}

export type TestLists = ReturnType<typeof createTestLists>;

function freeIndex(taken: ReadonlySet<number>, random: TestListsDeps['random']): number {
  if (taken.size >= MINIMUM_ENTRIES / 2) {
    throw new VcError('SERVICE_UNAVAILABLE', 'The lists are full: start the service anew');
  }
  // Half of them are free, so this ends soon.
  for (;;) {
    const index = random(MINIMUM_ENTRIES);
    if (!taken.has(index)) return index;
  }
}

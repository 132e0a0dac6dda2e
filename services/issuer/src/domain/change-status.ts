import { parseDateTimeStamp } from '#vc/date-time';
import { asArray, type StatusEntry } from '#vc/data-model';
import { VcError } from '#vc/error';
import { isRevoked, type StatusOutcome, type StatusStanding } from './mirror-status.ts';
import type {
  Answer,
  Call,
  ChangeBit,
  CredentialRecord,
  CredentialState,
  StatusPurpose,
} from './ports.ts';
import type { StatusTexts } from './status-batch.ts';

export interface StatusLedger {
  /** @throws VcError NOT_FOUND, also for another trust's */
  load(odsCode: string, id: string): Promise<CredentialRecord & { document: string }>;
  /** Whether a newer credential that is not revoked has taken its place. */
  isSuperseded(odsCode: string, id: string): Promise<boolean>;
  /**
   * Mirrors the outcome with its history, its audit row and the answer, or answers as an equal call was answered.
   * @throws VcError STATUS_CHANGE_REFUSED when the credential has been revoked meanwhile
   */
  changeOnce(
    call: Call,
    prepare: () => Promise<StatusOutcome & StatusTexts>,
    describe: (standing: StatusStanding) => unknown,
  ): Promise<Answer>;
}

export interface StatusChange extends StatusTexts {
  id: string;
  purpose: StatusPurpose;
  value: boolean;
  reason: string;
  /** what the caller said of the entry, if anything; must be the credential's own */
  entry?: Readonly<Record<string, unknown>>;
}

export interface StatusChangerDeps {
  changeBit: ChangeBit;
  ledger: StatusLedger;
}

/**
 * Changes the status list first: it is what verifiers see, so a change that it has committed holds even when this
 * process ends before its own mirror says so. The same call made again then finds the list as it should be and
 * mends the mirror.
 */
export function createStatusChanger({ changeBit, ledger }: StatusChangerDeps) {
  const prepare = async (call: Call, change: StatusChange) => {
    const { id, purpose, value, reason } = change;
    const { odsCode, clientId } = call;
    const record = await ledger.load(odsCode, id);
    checkEntry(change, record.document);
    if (record.status === 'revoked' && !(purpose === 'revocation' && value)) throw isRevoked();
    const { listPairId, listIndex: index } = record;
    const bit = { odsCode, listPairId, index, reason, clientId };
    if (purpose === 'suspension' && !value) {
      if (await ledger.isSuperseded(odsCode, id)) {
        // this call may have cleared the bit the first time, and ended before anybody knew
        await changeBit({ ...bit, reason: 'superseded', purpose, value: true });
        throw isSuperseded();
      }
      // The mirror may lack a revocation whose caller never got an answer. The list refuses to clear one.
      await changeBit({ ...bit, purpose: 'revocation', value: false });
    }
    const answer = await changeBit({ ...bit, purpose, value });
    return {
      id,
      status: stateAfter(change, record),
      reason,
      changedAt: timeOf(answer),
      changed: answer.changed,
      holderText: change.holderText,
      internalNote: change.internalNote,
    };
  };

  return {
    /**
     * @param describe the answer's body
     * @throws VcError NOT_FOUND, STATUS_CHANGE_REFUSED, INVALID_REQUEST, SERVICE_UNAVAILABLE
     */
    change(
      call: Call,
      change: StatusChange,
      describe: (standing: StatusStanding) => unknown,
    ): Promise<Answer> {
      return ledger.changeOnce(call, () => prepare(call, change), describe);
    },
  };
}

export type StatusChanger = ReturnType<typeof createStatusChanger>;

/** What a state asks of the lists. `active` ends a suspension; nothing ends a revocation. */
export function bitOf(state: CredentialState): { purpose: StatusPurpose; value: boolean } {
  if (state === 'revoked') return { purpose: 'revocation', value: true };
  return { purpose: 'suspension', value: state === 'suspended' };
}

/** When the list committed it, in milliseconds since the epoch. */
export function timeOf({ changedAt }: { changedAt: string }): number {
  const time = parseDateTimeStamp(changedAt);
  if (time === undefined) throw new Error('the status list answered without a time');
  return time;
}

// A revocation bit that is told to stay clear changes nothing.
function stateAfter({ purpose, value }: StatusChange, record: CredentialRecord): CredentialState {
  if (purpose === 'revocation') return value ? 'revoked' : record.status;
  return value ? 'suspended' : 'active';
}

function isSuperseded(): VcError {
  return new VcError(
    'STATUS_CHANGE_REFUSED',
    'A newer credential has taken its place: it stays suspended unless the newer one is revoked',
  );
}

function checkEntry({ entry = {}, purpose }: StatusChange, document: string): void {
  const own = ownEntry(purpose, document);
  const foreign = Object.keys(entry).filter(
    (name) => entry[name] !== undefined && entry[name] !== own[name],
  );
  if (foreign.length === 0) return;
  const errors = foreign.map((name) => ({
    pointer: `/credentialStatus/${name}`,
    detail: 'is not the one of this credential',
  }));
  throw new VcError('INVALID_REQUEST', 'credentialStatus is not an entry of this credential', {
    errors,
  });
}

// The forms that say both purposes in one entry have none for a single one: only its name can be meant.
function ownEntry(statusPurpose: StatusPurpose, document: string): Partial<StatusEntry> {
  const purposeAlone = { type: 'BitstringStatusListEntry', statusPurpose };
  if (!document.startsWith('{')) return purposeAlone;
  const { credentialStatus } = JSON.parse(document) as {
    credentialStatus: StatusEntry | StatusEntry[];
  };
  const own = asArray(credentialStatus).find((entry) => entry.statusPurpose === statusPurpose);
  return own ?? purposeAlone;
}

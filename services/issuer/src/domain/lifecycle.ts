import { VcError } from '#vc/error';
import type { Answer, Call, CredentialState } from './ports.ts';

/** How far a credential came with its holder; `withdrawn` and `superseded` are ends. */
export type Lifecycle = 'provided' | 'accepted' | 'withdrawn' | 'superseded';
/** Whether a newer credential says something else than the older one, or the same again. */
export type SupersedesHow = 'supersedes' | 'reissues';
/** What the trust says of a credential. */
export type LifecycleEvent = 'accepted' | 'withdrawn' | 'archived' | 'restored';
/** The other two are said by the newer credential, and stand with the older. */
export type RecordedEvent = LifecycleEvent | 'superseded' | 'reissued';

export interface LifecycleStep {
  /** of the credential */
  id: string;
  event: LifecycleEvent;
  reason: string;
  /** never shown to the holder */
  internalNote?: string | undefined;
}

/** How a credential stands, for the answer. */
export interface LifecycleStanding {
  id: string;
  lifecycle: Lifecycle;
  archived: boolean;
  status: CredentialState;
}

export interface LifecycleLedger {
  /**
   * Takes the step under a lock of the credential's row, with its event and audit row, and keeps the answer with them;
   * or answers as an equal call was answered.
   * @throws VcError NOT_FOUND, LIFECYCLE_CHANGE_REFUSED
   */
  takeOnce(call: Call, step: LifecycleStep): Promise<Answer>;
  /**
   * The same without an answer, in a commit of its own.
   * @throws VcError as takeOnce
   */
  take(call: Call, step: LifecycleStep): Promise<void>;
  /** Keeps how the credential stands after `work` as the answer, or answers as an equal call was answered. */
  answerOnce(call: Call, id: string, work: () => Promise<void>): Promise<Answer>;
}

export interface LifecycleChangerDeps {
  /** Revokes, with the reason `withdrawn`; nothing when it is revoked already. */
  revokeWithdrawn: (call: Call, id: string) => Promise<void>;
  ledger: LifecycleLedger;
}

/** Each event has its reasons; the lists are of the wire. */
export type LifecycleReasons = Readonly<Record<LifecycleEvent, readonly string[]>>;

/*
 * Why a credential is never both accepted and revoked by withdrawal. `accepted` and `withdrawn` are taken under a lock
 * of its row and from `provided` only, so one of two that meet finds the other's and is refused. Withdrawing commits
 * `withdrawn` first and revokes after: were it the other way round, the holder could accept what was just revoked. From
 * that commit on nothing leads back, so whoever finds a credential withdrawn and not revoked may revoke it: the same
 * call made again, another, or the worker (settle-lifecycle.ts), which looks for such rows every second. A process
 * that ends between, or status lists that are down, delay the revocation and lose nothing. Who asked is told 503 then.
 */

/** The steps of a credential's life that its trust takes. Archiving and restoring change no status. */
export function createLifecycleChanger({ revokeWithdrawn, ledger }: LifecycleChangerDeps) {
  return {
    /** @throws VcError NOT_FOUND, LIFECYCLE_CHANGE_REFUSED, SERVICE_UNAVAILABLE */
    change(call: Call, step: LifecycleStep): Promise<Answer> {
      if (step.event !== 'withdrawn') return ledger.takeOnce(call, step);
      return ledger.answerOnce(call, step.id, async () => {
        await ledger.take(call, step);
        await revokeWithdrawn(call, step.id);
      });
    },
  };
}

export type LifecycleChanger = ReturnType<typeof createLifecycleChanger>;

/**
 * What a step makes of a credential.
 * @returns undefined when it stands so already
 * @throws VcError LIFECYCLE_CHANGE_REFUSED
 */
export function afterStep(
  event: LifecycleEvent,
  { lifecycle, archived }: Pick<LifecycleStanding, 'lifecycle' | 'archived'>,
): { lifecycle?: Lifecycle; archived?: boolean } | undefined {
  if (event === 'archived') return archived ? undefined : { archived: true };
  if (event === 'restored') return archived ? { archived: false } : undefined;
  if (lifecycle === event) return undefined;
  if (lifecycle === 'provided') return { lifecycle: event };
  const instead =
    event === 'withdrawn' && lifecycle === 'accepted'
      ? 'has been accepted: revoke it instead, with POST /v1/credentials/{id}/status'
      : `is ${lifecycle}, and that is final`;
  throw new VcError('LIFECYCLE_CHANGE_REFUSED', `The credential ${instead}`);
}

/** @throws VcError INVALID_REQUEST unless the reason is one of the event's own */
export function checkReason(
  { event, reason }: Pick<LifecycleStep, 'event' | 'reason'>,
  reasons: LifecycleReasons,
): void {
  if (reasons[event].includes(reason)) return;
  const detail = `of ${event} must be one of: ${reasons[event].join(', ')}`;
  throw new VcError('INVALID_REQUEST', `reason ${detail}`, {
    errors: [{ pointer: '/reason', detail }],
  });
}

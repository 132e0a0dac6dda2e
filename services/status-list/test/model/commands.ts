import * as fc from 'fast-check';
import type { TwoBitForm } from '#api/status-list';
import { VcError } from '#vc/error';
import type { Deps } from '../../src/deps.ts';
import {
  checkPublished,
  checkReadiness,
  checkServed,
  first,
  type History,
  noteLease,
  pickReplica,
  settleAll,
  standingOf,
} from './history.ts';
import { restore } from './restore-command.ts';
import type { System } from './system.ts';

type Command = fc.AsyncCommand<History, System>;
type Run = (history: History, system: System) => Promise<void>;

/** A step of a history, after which the invariants are checked. */
function command(name: string, run: Run): Command {
  return {
    check: () => true,
    async run(history, system) {
      await run(history, system);
      await checkServed(system, history);
      await checkReadiness(system, history);
    },
    toString: () => name,
  };
}

const CHANGES = {
  revoke: { purpose: 'revocation', value: true },
  unrevoke: { purpose: 'revocation', value: false },
  suspend: { purpose: 'suspension', value: true },
  reinstate: { purpose: 'suspension', value: false },
} as const;
type Change = keyof typeof CHANGES;

const lease = (replica: number, forms: TwoBitForm[]) =>
  command(`lease(${replica}, [${forms.join()}])`, async (history, system) => {
    const { odsCode } = history;
    const call = { odsCode, clientId: 'issuer', forms };
    noteLease(history, await system.lease(pickReplica(system, replica), call));
  });

const exhaust = () =>
  command('exhaust', async ({ odsCode }, { rows }) => {
    await rows(
      "update list_pairs set next_slice = greatest(next_slice, 2047) where state = 'open' and ods_code = $1",
      [odsCode],
    );
  });

/** Also the issuer mirrors what it is answered. */
const makeChange =
  (what: Change, replica: number, pick: number): Run =>
  async (history, system) => {
    const standing = standingOf(history, pick);
    if (standing === undefined) return;
    const { lease: of, index } = standing;
    const answer = await send(pickReplica(system, replica), history, { what, pick });
    if (answer === 'refused') {
      if (standing.revoked || standing.unsure) return;
      throw new Error('refused without a reason');
    }
    if (what === 'unrevoke') {
      if (standing.revoked) throw new Error('a revocation was taken back');
      return;
    }
    if (what === 'revoke') standing.revoked = true;
    else standing.suspended = what === 'suspend';
    const active = standing.suspended ? 'suspended' : 'active';
    const status = standing.revoked ? 'revoked' : active;
    await system.mirror(of.listPairId, index, status, answer);
  };

const change = (what: Change, replica: number, pick: number) =>
  command(`${what}(${replica}, ${pick})`, makeChange(what, replica, pick));

/** What a batch suspended is revoked before the batch is undone. */
const undoAfterRevoking = (replica: number, pick: number) =>
  command(`undoAfterRevoking(${replica}, ${pick})`, async (history, system) => {
    for (const what of ['suspend', 'revoke', 'reinstate'] as const) {
      await makeChange(what, replica, pick)(history, system);
    }
  });

/** A change during which the service's connections are cut: nobody knows whether it was made. */
const abandonedChange = (what: Change, pick: number) =>
  command(`${what}AndCrash(${pick})`, async (history, system) => {
    const standing = standingOf(history, pick);
    if (standing === undefined) return;
    standing.unsure = true;
    const sent = send(first(system), history, { what, pick }).catch(() => 'lost');
    await system.cutConnections();
    await sent;
    await system.reconnect();
  });

async function send(
  deps: Deps,
  history: History,
  { what, pick }: { what: Change; pick: number },
): Promise<number | 'refused'> {
  const standing = standingOf(history, pick);
  if (standing === undefined) return 'refused';
  const { lease: of, index } = standing;
  const { odsCode } = history;
  const request = { odsCode, listPairId: of.listPairId, index, ...CHANGES[what] };
  try {
    const done = await deps.changeStatus({ ...request, reason: 'unspecified', clientId: 'hr' });
    return done.changedAt;
  } catch (error) {
    if (error instanceof VcError && error.code === 'STATUS_CHANGE_REFUSED') return 'refused';
    throw error;
  }
}

/** A revocation that is answered while a publisher reads the bits of the moment before. */
const revokeWhileRead = (replica: number, pick: number) =>
  command(`revokeWhileRead(${replica}, ${pick})`, async (history, system) => {
    const standing = standingOf(history, pick);
    if (standing === undefined) return;
    const { lease: of, index } = standing;
    const pause = await system.pauseReading();
    const publishing = pickReplica(system, replica + 1).publishDueLists();
    await Promise.race([pause.reached(), publishing]);
    const answer = await send(pickReplica(system, replica), history, { what: 'revoke', pick });
    await pause.end();
    await publishing;
    if (answer === 'refused') throw new Error('refused without a reason');
    standing.revoked = true;
    await system.mirror(of.listPairId, index, 'revoked', answer);
  });

const publish = (replica: number) =>
  command(`publish(${replica})`, async (history, system) => {
    await pickReplica(system, replica).publishDueLists();
    settleAll(history);
    await checkPublished(system, history);
  });

type Crash = 'before it is signed' | 'after it is signed' | 'when it is stored';

/** A publisher that ends at one of its steps. */
const abandonedPublish = (replica: number, crash: Crash) =>
  command(`publishAndCrash(${replica}, ${crash})`, async (_history, system) => {
    const { sign, signToken } = system.issuer();
    const broken =
      <Request, Answer>(answer: (request: Request) => Promise<Answer>) =>
      async (request: Request) => {
        if (crash === 'before it is signed') throw new Error('killed');
        const signed = await answer(request);
        if (crash === 'after it is signed') throw new Error('killed');
        await system.cutConnections();
        return signed;
      };
    system.signer.sign = broken(sign);
    system.signer.signToken = broken(signToken);
    await pickReplica(system, replica)
      .publishDueLists()
      .catch(() => undefined);
    system.answerHonestly();
    if (crash === 'when it is stored') await system.reconnect();
  });

/**
 * One publisher reads its bits and stands still, past its lock, before or after they are signed: nothing may rest on
 * it going on.
 */
const hold = (replica: number, signed: boolean) =>
  command(`hold(${replica}, ${signed ? 'signed' : 'unsigned'})`, async (history, system) => {
    const [of] = history.leases;
    if (history.held !== undefined || of === undefined) return;
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const { sign } = system.issuer();
    system.signer.sign = async (request) => {
      system.answerHonestly();
      const early = signed ? await sign(request) : undefined;
      reached.resolve();
      await gate.promise;
      return early ?? sign(request);
    };
    const done = pickReplica(system, replica)
      .publishList(of.revocationList.slice(-36))
      // its database or its process may be gone by then
      .catch(() => undefined);
    await Promise.race([reached.promise, done]);
    system.answerHonestly();
    history.held = { release: gate.resolve, done };
  });

export const release: Run = async (history) => {
  history.held?.release();
  await history.held?.done;
  history.held = undefined;
};

const wait = (ms: number) =>
  command(`wait(${ms})`, async (_history, { clock }) => {
    clock.now += ms;
  });

const backup = () =>
  command('backup', async (history, system) => {
    history.saved = await system.save(history.odsCode);
  });

const REPLICA = fc.nat(1);
/** Mostly one index, so that changes of it meet. */
const PICK = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(3) },
);
const WHAT = fc.constantFrom<Change>('revoke', 'unrevoke', 'suspend', 'suspend', 'reinstate');
const FORMS = fc.subarray<TwoBitForm>(['message', 'token']);
const CRASH = fc.constantFrom<Crash>(
  'before it is signed',
  'after it is signed',
  'when it is stored',
);

const WAIT = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -5_000, max: 200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 300_000, max: 4_000_000 }) },
);
const RESTORE = fc.record({
  witness: fc.constantFrom('checkpoint' as const, 'process' as const, 'issuer' as const),
  lostAnswers: fc.boolean(),
  published: fc.boolean(),
});

/** Histories of at most ten steps; what stands more than once comes more often. */
export function histories() {
  const changes = fc.tuple(WHAT, REPLICA, PICK).map((args) => change(...args));
  const publishes = REPLICA.map(publish);
  return fc.commands<History, System, false>(
    [
      fc.tuple(REPLICA, FORMS).map((args) => lease(...args)),
      fc.constant(null).map(exhaust),
      changes,
      changes,
      fc.tuple(REPLICA, PICK).map((args) => undoAfterRevoking(...args)),
      fc.tuple(WHAT, PICK).map((args) => abandonedChange(...args)),
      publishes,
      publishes,
      fc.tuple(REPLICA, CRASH).map((args) => abandonedPublish(...args)),
      fc.tuple(REPLICA, PICK).map((args) => revokeWhileRead(...args)),
      fc.tuple(REPLICA, fc.boolean()).map((args) => hold(...args)),
      fc.constant(null).map(() => command('release', release)),
      WAIT.map(wait),
      fc.constant(null).map(backup),
      RESTORE.map((how) => command(`restore(${JSON.stringify(how)})`, restore(how))),
    ],
    { maxCommands: 10, size: 'max' },
  );
}

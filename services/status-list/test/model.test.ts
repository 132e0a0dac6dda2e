import * as fc from 'fast-check';
import t from 'tap';
import { VcError } from '#vc/error';
import type { Lease } from '../src/domain/lease-indexes.ts';
import { build, listUrl, signQuickly, START } from './helper.ts';

/*
 * Sequences of leases, changes and publications, with publications that fail, are overtaken, or meet a clock that
 * falls, on real PostgreSQL. After every step: no index was given twice (invariant 2); what is served has every
 * revocation that was answered before its bits were read, versions rise, revocations stay (invariant 3).
 */

type Step =
  | { do: 'lease' | 'exhaust' | 'publish' | 'publish and fail' | 'hold' | 'release' }
  | { do: 'revoke' | 'suspend' | 'reinstate'; pick: number }
  | { do: 'wait'; ms: number };

const simple = (
  ...names: ('lease' | 'exhaust' | 'publish' | 'publish and fail' | 'hold' | 'release')[]
) => fc.record({ do: fc.constantFrom(...names) });
const change = (...names: ('revoke' | 'suspend' | 'reinstate')[]) =>
  fc.record({ do: fc.constantFrom(...names), pick: fc.nat(5) });
const wait = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.integer({ min: -5_000, max: 200_000 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: simple('publish') },
  { weight: 3, arbitrary: change('revoke') },
  { weight: 2, arbitrary: simple('hold', 'release') },
  { weight: 2, arbitrary: simple('lease', 'exhaust', 'publish and fail') },
  { weight: 1, arbitrary: change('suspend', 'reinstate') },
  { weight: 1, arbitrary: wait },
);

t.test('no sequence gives an index twice or loses a revocation', async (t) => {
  const { deps, clock, signer, rows, served, createReplica } = await build(t);
  const { deps: replica } = await createReplica();
  let run = 0;

  const property = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 16 }),
    async (steps) => {
      run += 1;
      const odsCode = `ZZ${run}X`;
      const caller = { odsCode, clientId: 'issuer' };
      const given = new Set<string>();
      const leases: Lease[] = [];
      /** answered revocations by list, and the version that had them first must be the next one read */
      const revoked: { list: string; index: number }[] = [];
      const seen = new Map<string, number>();
      let held: { release: () => void; done: Promise<void> } | undefined;

      const changeBit = async (
        purpose: 'revocation' | 'suspension',
        value: boolean,
        pick: number,
      ) => {
        const lease = leases[pick % leases.length];
        const index = lease?.indexes[pick];
        if (lease === undefined || index === undefined) return;
        const request = { odsCode, listPairId: lease.listPairId, index, purpose, value };
        try {
          await deps.changeStatus({ ...request, reason: 'unspecified', clientId: 'hr' });
          if (purpose === 'revocation') revoked.push({ list: lease.revocationListId, index });
        } catch (error) {
          if ((error as VcError).code !== 'STATUS_CHANGE_REFUSED') throw error;
        }
      };
      const act: Record<Step['do'], (taken: Step) => Promise<unknown>> = {
        async lease() {
          const lease = await (leases.length % 2 === 0 ? deps : replica).leaseIndexes(caller);
          leases.push(lease);
          for (const index of lease.indexes) {
            const key = `${lease.listPairId} ${index}`;
            if (given.has(key)) throw new Error(`${key} was given twice`);
            given.add(key);
          }
        },
        exhaust: () =>
          rows("update list_pairs set next_slice = 2047 where state = 'open' and ods_code = $1", [
            odsCode,
          ]),
        publish: () => deps.publishDueLists(),
        async 'publish and fail'() {
          signer.sign = async () => {
            throw new VcError('SERVICE_UNAVAILABLE', 'away');
          };
          await deps.publishDueLists();
          signer.sign = signQuickly;
        },
        async hold() {
          if (held !== undefined || leases[0] === undefined) return;
          // one publisher reads its bits and stands still, past its lock: nothing may rest on it going on
          const gate = Promise.withResolvers<void>();
          const reached = Promise.withResolvers<void>();
          signer.sign = async (request) => {
            signer.sign = signQuickly;
            reached.resolve();
            await gate.promise;
            return signQuickly(request);
          };
          const done = replica.publishList(leases[0].revocationListId);
          await reached.promise;
          held = { release: gate.resolve, done };
        },
        async release() {
          held?.release();
          await held?.done;
          held = undefined;
        },
        revoke: (taken) => changeBit('revocation', true, 'pick' in taken ? taken.pick : 0),
        suspend: (taken) => changeBit('suspension', true, 'pick' in taken ? taken.pick : 0),
        reinstate: (taken) => changeBit('suspension', false, 'pick' in taken ? taken.pick : 0),
        async wait(taken) {
          clock.now += 'ms' in taken ? taken.ms : 0;
        },
      };
      const check = async (settled: number) => {
        for (const list of new Set(leases.map(({ revocationListId }) => revocationListId))) {
          const { version, bit } = await served(listUrl(list));
          if (version < (seen.get(list) ?? 0)) throw new Error('a version fell');
          seen.set(list, version);
          const missing = revoked
            .slice(0, settled)
            .filter((each) => each.list === list && !bit(each.index));
          if (missing.length > 0) throw new Error('a revocation is not in the list');
        }
      };

      clock.now = START + run * 3_600_000;
      let settled = 0;
      for (const taken of steps) {
        await act[taken.do](taken);
        if (taken.do === 'publish') settled = revoked.length;
        await check(settled);
      }
      await act.release({ do: 'release' });
      await check(settled);
      await deps.publishDueLists();
      await check(revoked.length);
      const waiting = await rows(
        'select 1 from changes where published_version is null and ods_code = $1',
        [odsCode],
      );
      if (waiting.length > 0) throw new Error('a change stayed unpublished');
      await rows('truncate published_lists, changes, bits, leases, lists, list_pairs');
    },
  );
  await fc.assert(property, { numRuns: 200 });
  t.equal(run, 200);
});

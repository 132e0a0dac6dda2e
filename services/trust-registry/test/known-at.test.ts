import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check';
import t from 'tap';
import { seededRandom } from '../../../test/seeded-random.ts';
import { ask, QUERY } from './trqp.ts';
import { buildNorthmoor, CELL_DID, type TestRegistry } from './helper.ts';

const MINUTE = 60_000;
const MAX_MINUTES = 60 * 24;

// Times are minutes: of a grant from and to the moment of the edit, of a gap between two edits.
const grant = record({
  kind: constant('grant' as const),
  from: integer({ min: -600, max: 600 }),
  length: integer({ min: 1, max: 900 }),
});
const withdrawal = record({
  kind: constant('withdraw' as const),
  which: integer({ min: 0, max: 5 }),
  forCause: boolean(),
});
const status = record({
  kind: constant('status' as const),
  status: constantFrom('registered' as const, 'suspended' as const, 'closed' as const),
});
type Edit =
  | { kind: 'grant'; from: number; length: number }
  | { kind: 'withdraw'; which: number; forCause: boolean }
  | { kind: 'status'; status: 'registered' | 'suspended' | 'closed' };
const edit: Arbitrary<Edit> = oneof(
  { weight: 3, arbitrary: grant },
  { weight: 2, arbitrary: withdrawal },
  status,
);
const history = array(record({ gap: integer({ min: 2, max: MAX_MINUTES }), edit }), {
  minLength: 2,
  maxLength: 6,
});

interface Answered {
  context: Record<string, string>;
  at: number;
  authorized: boolean;
}

function text(at: number): string {
  return new Date(at).toISOString();
}

/** One organisation that is edited as the history says, and what was answered about it on the way. */
function createWitness(registry: TestRegistry, odsCode: string) {
  const entity_id = `${CELL_DID}:trusts:${odsCode}`;
  const granted: { id: string; withdrawn: boolean; forCause: boolean }[] = [];
  const answers = async (context: Record<string, string>) => {
    const { authorized } = await ask(registry, { ...QUERY, entity_id, context });
    return authorized as boolean;
  };
  return {
    answers,
    async witness(context: Record<string, string>, at: number): Promise<Answered> {
      return { context, at, authorized: await answers(context) };
    },
    /** @returns the times whose present answer it may change: nothing but what the rules allow */
    async apply(change: Edit): Promise<(at: number) => boolean> {
      const now = registry.clock.now;
      if (change.kind === 'status') {
        await registry.seed.status(odsCode, change.status);
        return () => false;
      }
      if (change.kind === 'withdraw') {
        const accreditation = granted[change.which];
        // a withdrawal is made once; for cause also later, and then it is final
        const refused = change.forCause ? accreditation?.forCause : accreditation?.withdrawn;
        if (accreditation === undefined || refused === true) return () => false;
        await registry.seed.withdrawal(odsCode, accreditation.id, change.forCause);
        Object.assign(accreditation, { withdrawn: true, forCause: change.forCause });
        return () => change.forCause;
      }
      const validFrom = now + change.from * MINUTE;
      const validUntil = validFrom + change.length * MINUTE;
      try {
        const id = await registry.seed.accreditation(odsCode, { validFrom, validUntil });
        granted.push({ id, withdrawn: false, forCause: false });
      } catch (error) {
        // two that overlap are refused by the table: then nothing was edited
        if ((error as { code?: string }).code !== '23P01') throw error;
        return () => false;
      }
      return (at: number) => validFrom <= at && at < validUntil;
    },
  };
}

t.test(
  'R4: an answer from what was known at a time never changes, and of a past time only by a cause or a backdated grant',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const { clock } = registry;
    let runs = 0;
    let changed = 0;
    const { seed } = seededRandom();
    t.comment(`seed ${seed}`);
    await assert(
      asyncProperty(history, async (steps) => {
        runs += 1;
        clock.now += MAX_MINUTES * MINUTE;
        const odsCode = `R${runs.toString().padStart(5, '0')}`;
        await registry.seed.organisation({ odsCode, name: 'Corvale Community Trust' });
        const trust = createWitness(registry, odsCode);
        const known: Answered[] = [];
        let present: Answered[] = [];
        for (const { gap, edit: change } of steps) {
          clock.now += gap * MINUTE;
          // what is settled: a minute back, and a moment long before
          const moments = [clock.now - MINUTE, clock.now - gap * MINUTE - 600 * MINUTE];
          for (const at of moments) {
            const known_at = text(clock.now - MINUTE);
            known.push(await trust.witness({ time: text(at), known_at }, at));
            present.push(await trust.witness({ time: text(at) }, at));
          }
          const mayChange = await trust.apply(change);
          for (const { context, authorized } of known) {
            if ((await trust.answers(context)) !== authorized) return false;
          }
          const after = [];
          for (const before of present) {
            const now = await trust.witness(before.context, before.at);
            if (now.authorized !== before.authorized) {
              changed += 1;
              if (!mayChange(before.at)) return false;
            }
            after.push(now);
          }
          present = after;
        }
        return true;
      }),
      { numRuns: 60, seed },
    );
    t.ok(changed > 0, 'present knowledge did change, so that there was something to keep apart');
  },
);

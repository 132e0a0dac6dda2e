import type { Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import type { CheckName, Outcome } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { checkOf, createWorld, issue, type IssueOptions, type World } from '../world.ts';

interface Expected {
  check: CheckName;
  code: string;
  outcome?: Outcome;
  overall?: Outcome;
}

/** Shows that the unbroken credential passes, then what becomes of the broken one. */
export async function breaks(
  t: Test,
  arrange: (world: World, whole: JsonObject) => Promise<JsonObject> | JsonObject,
  { check, code, outcome = 'fail', overall = outcome }: Expected,
) {
  const world = createWorld();
  const whole = await issue(world);
  const good = await verifyCredential(whole, world.ports);
  t.equal(good.overall, 'pass', JSON.stringify(good.checks));
  t.equal(checkOf(good, check).outcome, 'pass');

  const another = createWorld();
  const broken = await arrange(another, await issue(another));
  const bad = await verifyCredential(broken, another.ports);
  t.equal(bad.overall, overall, JSON.stringify(bad.checks));
  t.same(checkOf(bad, check), { outcome, code });
  const { detail } = bad.checks.find((one) => one.check === check) ?? {};
  t.match(detail, /^[A-Z].*\.$/s, 'a sentence goes with it');
}

/** As `breaks`, with a credential that its issuer signed as it is. */
export const issued = (options: IssueOptions) => (world: World) => issue(world, options);

import type { Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import type { Outcome } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import {
  checkOf,
  createWorld,
  issue,
  publishList,
  type PublishOptions,
  tampered,
  type World,
} from '../world.ts';

/** The credential passes; then, with other lists, its status is this and nothing else fails. */
export async function statusBecomes(
  t: Test,
  code: string,
  arrange: (world: World) => void | Promise<void>,
  outcome: Outcome = 'unknown',
) {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');

  await arrange(world);
  world.now += 30_000;
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'status'), { outcome, code }, JSON.stringify(result.checks));
  t.equal(result.overall, outcome);
}

/** From now on every list is as published with these options, then changed. */
export function publishes(
  options: (world: World, url: string) => Partial<PublishOptions>,
  change: (list: JsonObject) => void = () => {},
) {
  return (world: World) => {
    world.lists.fetch = async (url) =>
      tampered(await publishList(world, { url, ...options(world, url) }), change);
  };
}

export function publishesOld(minutes: number) {
  return publishes(({ now }) => ({ version: now - minutes * 60_000 }));
}

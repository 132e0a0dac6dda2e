import t from 'tap';
import { VcError } from '#vc/error';
import { ASHMERE, build, changeOf, signQuickly } from './helper.ts';

t.test('readiness fails while a change waits too long, and is well again after', async (t) => {
  const { lease, change, clock, deps } = await build(t);
  const publication = async () => deps.checks['publication']?.();
  await publication();
  const leased = await lease(ASHMERE);
  await change(changeOf(leased));
  clock.now += 60_000;
  await publication();
  clock.now += 1;
  await t.rejects(publication(), /waits too long/);
  await deps.publishDueLists();
  await publication();
});

t.test('readiness fails while a list is past the time to be signed again', async (t) => {
  const { lease, clock, deps, signer } = await build(t);
  const publication = async () => deps.checks['publication']?.();
  await lease(ASHMERE);
  clock.now += 360_000;
  await publication();
  clock.now += 1;
  await t.rejects(publication(), /past the time/);
  signer.sign = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'away');
  };
  await deps.publishDueLists();
  await t.rejects(publication(), /past the time/);
  signer.sign = signQuickly;
  await deps.publishDueLists();
  await publication();
});

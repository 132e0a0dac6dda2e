import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { parseBitstringList } from '../../src/domain/bitstring-list.ts';
import { createWorld, publishList } from '../world.ts';
import { publishes, statusBecomes } from './status-helper.ts';

/** Reads a list of which members were changed, its subject's among them. */
async function publish(change: JsonObject = {}, ofList: JsonObject = {}): Promise<() => unknown> {
  const world = createWorld();
  const url = world.trust.urls.revocation;
  const list = await publishList(world, { url });
  const subject = { ...(list.credentialSubject as JsonObject), ...change };
  const changed = JSON.stringify({ ...list, credentialSubject: subject, ...ofList });
  return () => parseBitstringList(url, JSON.parse(changed));
}

for (const { name, changes } of [
  {
    name: 'a list whose subject is not of its type is not read',
    changes: [{ type: 'StatusList2021' }, { type: ['BitstringStatusList', 'JsonSchema'] }],
  },
  {
    name: 'a list without its purpose, or of several, is not read',
    changes: [{ statusPurpose: 7 }, { statusPurpose: ['revocation', 'suspension'] }],
  },
]) {
  t.test(name, async (t) => {
    t.ok((await publish())());
    for (const change of changes) {
      const code = 'STATUS_VERIFICATION_ERROR';
      t.throws(await publish(change), { code }, JSON.stringify(change));
    }
  });
}

t.test('a list that is not of the type of lists is not read', async (t) => {
  t.ok((await publish())());
  for (const type of ['VerifiableCredential', ['VerifiableCredential', 'BitstringStatusList']]) {
    t.throws(await publish({}, { type }), { code: 'STATUS_VERIFICATION_ERROR' });
  }
});

t.test('A list that was changed since it was signed leaves the status unknown', (t) =>
  statusBecomes(
    t,
    'STATUS_VERIFICATION_ERROR',
    publishes(
      () => ({}),
      (list) => void Object.assign(list['credentialSubject'] as JsonObject, { ttl: 1 }),
    ),
  ),
);

import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { setBit, setEntry } from '#status/bitstring';
import { setTokenStatus } from '#status/token-status-list';
import type { CredentialForm } from '#vc/credential-form';
import { changesIn } from '../../src/domain/watching/changes-in.ts';
import { issueAs } from '../forms.ts';
import { watched } from './helper.ts';

const INDEX = 7;
type List = 'pair' | 'message' | 'token';

/** A trust that relies on these forms of one credential, and the lists that say where it stands. */
async function relyingOn(t: Test, forms: readonly CredentialForm[]) {
  const verifier = await watched(t);
  const { world } = verifier;
  const id = `urn:uuid:${randomUUID()}`;
  const rely = async (form: CredentialForm) => {
    const verifiableCredential = await issueAs(world, form, { id, index: INDEX });
    const body = { verifiableCredential, watch: true };
    const answer = await verifier.call('POST', '/v1/verifications', { body });
    t.match(answer.json(), { overall: 'pass' });
  };
  for (const form of forms) await rely(form);
  const { bits, tokenList } = world.trust;
  const publish: Record<List, (value: 0 | 1 | 2) => void> = {
    pair: (value) => {
      setBit(bits.revocation, INDEX, value === 1);
      setBit(bits.suspension, INDEX, value === 2);
    },
    message: (value) => setEntry(bits.message, INDEX, value, 2),
    token: (value) => setTokenStatus(tokenList.bits, INDEX, value),
  };
  return {
    ...verifier,
    id,
    rely,
    /** these lists say so from now on, and a pass is made */
    becomes: async (value: 0 | 1 | 2, lists: readonly List[]) => {
      for (const list of lists) publish[list](value);
      verifier.later();
      await verifier.watch();
    },
    told: async () =>
      (await verifier.events()).map(({ subject, data }) => {
        t.equal(subject, id);
        return `${data.statusPurpose} ${data.value}`;
      }),
    places: async () => {
      const { rows } = await verifier.admin.query(
        `select status_purpose, list_url, list_index::int, value from verifier.reliances
         where credential_id = $1 order by 1`,
        [id],
      );
      return rows;
    },
  };
}

t.test('An SD-JWT is watched in its token list', async (t) => {
  const { becomes, places, told, world } = await relyingOn(t, ['dc+sd-jwt']);
  const place = { list_url: world.trust.tokenList.url, list_index: INDEX };
  t.same(await places(), [{ status_purpose: 'token', ...place, value: 0 }]);
  for (const value of [2, 0, 1, 1] as const) await becomes(value, ['token']);
  t.same(await told(), ['suspension true', 'suspension false', 'revocation true']);
});

for (const form of ['vcdm1-ed25519-2020', 'jwt_vc_json'] as const) {
  t.test(`A credential as ${form} is watched in its list of messages`, async (t) => {
    const { becomes, places, told, world } = await relyingOn(t, [form]);
    const place = { list_url: world.trust.urls.message, list_index: INDEX };
    t.same(await places(), [{ status_purpose: 'message', ...place, value: 0 }]);
    for (const value of [2, 0, 1] as const) await becomes(value, ['message']);
    t.same(await told(), ['suspension true', 'suspension false', 'revocation true']);
  });
}

const FAMILY = ['vcdm2-ed25519-2020', 'jwt_vc_json', 'dc+sd-jwt'] as const;
const LISTS = ['pair', 'message', 'token'] as const;

t.test('What a trust relied on in several forms is told of once', async (t) => {
  const { becomes, places, told } = await relyingOn(t, FAMILY);
  t.equal((await places()).length, 4);
  await becomes(2, LISTS);
  t.same(await told(), ['suspension true']);
  await becomes(0, LISTS);
  t.same(await told(), ['suspension true', 'suspension false']);
  await becomes(1, LISTS);
  t.same(await told(), ['suspension true', 'suspension false', 'revocation true']);
});

for (const order of [LISTS, LISTS.toReversed()]) {
  t.test(`Lists that say it one after the other (${order.join()}) tell it once`, async (t) => {
    const { becomes, told } = await relyingOn(t, FAMILY);
    for (const list of order) {
      await becomes(2, [list]);
      t.same(await told(), ['suspension true'], 'it begins with the first');
    }
    for (const [at, list] of order.entries()) {
      await becomes(0, [list]);
      const isLast = at === order.length - 1;
      t.same(
        await told(),
        isLast ? ['suspension true', 'suspension false'] : ['suspension true'],
        'and ends with the last',
      );
    }
    for (const list of order) await becomes(1, [list]);
    t.same((await told()).slice(2), ['revocation true']);
  });
}

for (const order of [LISTS, LISTS.toReversed()]) {
  t.test(
    `A suspension that ends in a revocation (${order.join()}) has no end of its own`,
    async (t) => {
      const { becomes, told } = await relyingOn(t, FAMILY);
      await becomes(2, LISTS);
      for (const list of order) await becomes(1, [list]);
      t.same(await told(), ['suspension true', 'revocation true']);
    },
  );
}

t.test('What another trust was told of is no reason to keep silent', async (t) => {
  const verifier = await relyingOn(t, ['dc+sd-jwt']);
  const { becomes, id, world } = verifier;
  const verifiableCredential = await issueAs(world, 'jwt_vc_json', { id, index: INDEX });
  await verifier.call('POST', '/v1/verifications', {
    odsCode: 'ZZC03',
    body: { verifiableCredential, watch: true },
  });
  await becomes(1, LISTS);
  t.equal((await verifier.events('ZZB02')).length, 1);
  t.equal((await verifier.events('ZZC03')).length, 1);
});

t.test('A form that was relied on long ago says nothing of the others', async (t) => {
  const { admin, becomes, id, told } = await relyingOn(t, FAMILY);
  await becomes(2, LISTS);
  t.same(await told(), ['suspension true']);
  await admin.query(
    `update verifier.reliances set watched_until = relied_at
     where credential_id = $1 and status_purpose <> 'token'`,
    [id],
  );
  await becomes(0, ['token']);
  t.same(await told(), ['suspension true', 'suspension false']);
});

t.test('A token list is read from its own end of a byte', (t) => {
  const bits = new Uint8Array(2);
  setTokenStatus(bits, 5, 1);
  t.match(changesIn(bits, 'token', [{ index: 5, value: 0 }]), [
    { purpose: 'revocation', value: true },
  ]);
  t.same(changesIn(bits, 'token', [{ index: 6, value: 0 }]), []);
  t.same(changesIn(bits, 'token', [{ index: 8, value: 0 }]), [], 'no such entry');
  t.end();
});

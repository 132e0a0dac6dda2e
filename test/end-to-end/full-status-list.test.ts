import t from 'tap';
import { createStatusListClient } from '#api/status-list';
import { createHttpClient } from '#kit/http-client';
import { parseMintRequest } from '../../services/issuer/src/domain/parse-mint-request.ts';
import { TRUST } from '../../services/issuer/test/fakes.ts';
import { buildReady, mintBody } from '../../services/issuer/test/helper.ts';
import { build } from '../../services/status-list/test/helper.ts';

const ENTRIES = 131_072;
/** a list is given away in slices of 64 */
const LAST_SLICE = ENTRIES / 64 - 1;

/** The real status lists, over HTTP, as the issuer calls them. */
async function connect(t: Parameters<typeof build>[0]) {
  const service = await build(t);
  const baseUrl = await service.app.listen({ host: '127.0.0.1', port: 0 });
  const http = createHttpClient({ originMap: {}, internal: [baseUrl] });
  t.teardown(() => http.close());
  const token = async () => service.caller.authorization.replace('Bearer ', '');
  const client = createStatusListClient({ baseUrl, http, token });
  return { service, statusLists: { ...client, changeMany: () => Promise.reject(new Error()) } };
}

t.test('I11: a list that fills during a hundred issuances is followed by one other', async (t) => {
  const { service, statusLists } = await connect(t);
  const issuer = await buildReady(t, { core: { statusLists } });
  const replicas = [issuer.core, issuer.newCore()];
  const issue = async (n: number, forms: string[]) => {
    const request = { method: 'POST', path: '/v1/credentials', body: Buffer.from('') };
    const call = { odsCode: TRUST, clientId: 'client-1', person: undefined, request };
    const body = { ...mintBody({ forms }), employeeId: 'E-1' } as Parameters<
      typeof parseMintRequest
    >[0];
    const answer = await replicas[n % 2]?.issuer.issue({ ...call, idempotencyKey: undefined }, () =>
      parseMintRequest(body),
    );
    return answer?.status;
  };

  const first = await service.lease(TRUST);
  await service.rows('update list_pairs set next_slice = $1', [LAST_SLICE]);
  const forms = ['vcdm2-ed25519-2020', 'jwt_vc_json', 'dc+sd-jwt'];
  const statuses = await Promise.all(
    Array.from({ length: 100 }, (_, n) => issue(n, n % 5 === 0 ? forms : ['vcdm2-ed25519-2020'])),
  );
  t.same(new Set(statuses), new Set([201]), 'none of them failed');

  const taken = await issuer.admin(`select list_pair_id as pair, count(*)::int n,
    count(distinct list_index)::int indexes, min(list_index) lowest, max(list_index) highest
    from issuer.credentials group by 1`);
  const of = (wanted: boolean) =>
    taken.filter(({ pair }) => (pair === first.listPairId) === wanted);
  t.equal(of(true).length, 1, 'the last slice of the first list was used');
  t.equal(of(false).length, 1, 'and one other list was opened, not one for each who waited');
  for (const { n, indexes, lowest, highest } of taken) {
    t.equal(indexes, n, 'no index is in two credentials');
    t.ok(Number(lowest) >= 0 && Number(highest) < ENTRIES, 'nor beyond the list');
  }
  t.equal(
    taken.reduce((sum, { n }) => sum + Number(n), 0),
    100,
  );
  t.same(await service.rows('select state from list_pairs order by state'), [
    { state: 'full' },
    { state: 'open' },
  ]);
  t.equal((await service.auditOf('pair.opened')).length, 2);
  t.ok(
    (await service.rows('select next_slice from list_pairs')).every(
      ({ next_slice }) => Number(next_slice) <= LAST_SLICE + 1,
    ),
  );
});

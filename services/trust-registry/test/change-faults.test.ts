import t from 'tap';
import { buildNorthmoor } from './helper.ts';
import { propose, refusal } from './people.ts';

const SUSPEND = {
  operation: 'change-organisation-status',
  odsCode: 'ZZA01',
  status: 'suspended',
  reason: 'under review',
};
const IG = { operation: 'sign-off-information-governance', odsCode: 'ZZA01', reference: 'DSPT-1' };

t.test('a proposal says which member of which operation is wrong', async (t) => {
  const registry = await buildNorthmoor(t);
  const unknown = { ...SUSPEND, odsCode: 'ZZZ99' };
  const refused = await propose(registry, [SUSPEND, unknown]);
  t.same(refusal(refused), {
    status: 422,
    code: 'CLAIMS_INVALID',
    pointers: ['/operations/1/odsCode'],
  });
});

t.test('text that is no text is refused wherever it stands', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = await propose(registry, [{ ...SUSPEND, reason: 'a\u0007b' }]);
  t.same(refusal(refused).pointers, ['/operations/0/reason']);
  const note = await propose(registry, [SUSPEND], undefined, 'a\u0007b');
  t.same(refusal(note), { status: 422, code: 'CLAIMS_INVALID', pointers: ['/note'] });
});

t.test('a fault of shape is told about the operation that was meant', async (t) => {
  const registry = await buildNorthmoor(t);
  const faults = async (operation: Record<string, unknown>) =>
    refusal(await propose(registry, [IG, operation]));
  t.same(await faults({ ...SUSPEND, status: 'asleep' }), {
    status: 400,
    code: 'INVALID_REQUEST',
    pointers: ['/operations/1/status'],
  });
  t.same((await faults({ operation: 'suspend', odsCode: 'ZZA01' })).pointers, ['/operations/1']);
  t.same((await faults({ odsCode: 'ZZA01' })).pointers, ['/operations/1']);
  t.same((await faults({ ...SUSPEND, evil: 1 })).pointers, ['/operations/1/evil']);
  t.equal((await propose(registry, [IG, SUSPEND])).statusCode, 201);
});

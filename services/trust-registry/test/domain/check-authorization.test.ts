import t from 'tap';
import { checkAuthorization } from '../../src/domain/check-authorization.ts';
import type {
  Accreditation,
  DatedStatus,
  OrganisationRecord,
} from '../../src/domain/organisation.ts';

const FIRE_SAFETY = 'FireSafetyCredential';
const [START, END] = [1_000_000, 2_000_000];

function accreditation(change: Partial<Accreditation> = {}): Accreditation {
  return {
    id: 'a',
    credentialType: FIRE_SAFETY,
    action: 'issue',
    validFrom: START,
    validUntil: END,
    withdrawnAt: null,
    withdrawnForCause: false,
    staffGroups: [],
    purposes: [],
    claims: null,
    ...change,
  };
}

function record(...accreditations: Accreditation[]): OrganisationRecord {
  const organisation = {
    odsCode: 'ZZA01',
    name: 'Ashmere Teaching Hospitals Trust',
    kind: 'trust',
    icsOdsCode: 'QZN',
    admittedBy: 'QZN',
    systemApproach: null,
    status: 'registered',
    mergedInto: null,
  } as const;
  const statusHistory = [{ status: 'registered' as const, validFrom: 0, mergedInto: null }];
  return {
    organisation: { ...organisation, statusHistory },
    keys: [],
    accreditations,
    leadEmployments: [],
    epoch: 1,
  };
}

function check(of: OrganisationRecord | undefined, at: number) {
  return checkAuthorization(of, { credentialType: FIRE_SAFETY, action: 'issue', at });
}

t.test('a period takes in its first moment and leaves out its last', async (t) => {
  const accredited = record(accreditation());
  t.equal(check(accredited, START), 'authorized');
  t.equal(check(accredited, END - 1), 'authorized');
  t.equal(check(accredited, START - 1), 'not-accredited');
  t.equal(check(accredited, END), 'lapsed');
});

t.test('a period without an end goes on', async (t) => {
  t.equal(check(record(accreditation({ validUntil: null })), END * 1000), 'authorized');
});

t.test('a lapsed accreditation still counts for a time inside its period', async (t) => {
  const lapsed = record(accreditation());
  t.equal(check(lapsed, END + 1), 'lapsed');
  t.equal(check(lapsed, END - 1), 'authorized');
});

t.test('a withdrawal ends the period and leaves what was before it', async (t) => {
  const withdrawn = record(accreditation({ withdrawnAt: 1_500_000 }));
  t.equal(check(withdrawn, 1_499_999), 'authorized');
  t.equal(check(withdrawn, 1_500_000), 'lapsed');
});

t.test('a withdrawal before the start leaves no moment', async (t) => {
  const withdrawn = record(accreditation({ withdrawnAt: START - 10 }));
  t.equal(check(withdrawn, START), 'lapsed');
  t.equal(check(withdrawn, START - 10), 'not-accredited');
});

t.test('a withdrawal for cause counts for every time, before it too', async (t) => {
  const before = accreditation();
  t.equal(check(record(before), START + 1), 'authorized');
  const withdrawn = record({ ...before, withdrawnAt: 1_500_000, withdrawnForCause: true });
  for (const at of [START - 1, START + 1, 1_500_001, END + 1]) {
    t.equal(check(withdrawn, at), 'withdrawn-for-cause');
  }
});

t.test(
  'an accreditation granted after a withdrawal for cause counts for its own period',
  async (t) => {
    const withdrawn = accreditation({ withdrawnAt: 1_500_000, withdrawnForCause: true });
    const again = record(withdrawn, accreditation({ id: 'b', validFrom: 1_600_000 }));
    t.equal(check(again, 1_600_000), 'authorized');
    t.equal(check(again, 1_400_000), 'withdrawn-for-cause');
  },
);

t.test('another type, another action and no accreditation are not accredited', async (t) => {
  t.equal(check(record(accreditation()), START), 'authorized');
  t.equal(
    check(record(accreditation({ credentialType: 'RightToWorkCredential' })), START),
    'not-accredited',
  );
  t.equal(check(record(accreditation({ action: 'request' })), START), 'not-accredited');
  t.equal(check(record(), START), 'not-accredited');
});

t.test('an organisation that is unknown is not registered', async (t) => {
  t.equal(check(record(accreditation()), START), 'authorized');
  t.equal(check(undefined, START), 'not-registered');
});

t.test('an organisation stands at a time as it stood at that time', async (t) => {
  const accredited = record(accreditation());
  const history: DatedStatus[] = [
    { status: 'invited', validFrom: START - 10, mergedInto: null },
    { status: 'registered', validFrom: START + 10, mergedInto: null },
    { status: 'suspended', validFrom: START + 20, mergedInto: null },
    { status: 'registered', validFrom: START + 30, mergedInto: null },
    { status: 'closed', validFrom: START + 40, mergedInto: null },
  ];
  const organisation = { ...accredited.organisation, statusHistory: history };
  for (const [at, outcome] of [
    [-11, 'not-registered'],
    [9, 'not-registered'],
    [10, 'authorized'],
    [19, 'authorized'],
    [20, 'suspended'],
    [30, 'authorized'],
    [40, 'ended'],
  ] as const) {
    t.equal(check({ ...accredited, organisation }, START + at), outcome, `${at}`);
  }
});

t.test('purpose and claims must be covered by one accreditation together', async (t) => {
  const request = { action: 'request' } as const;
  const both = record(
    accreditation({ ...request, purposes: ['rotation'], claims: ['subjectName'] }),
    accreditation({ ...request, id: 'b', purposes: ['recruitment'], claims: ['subjectLevel'] }),
  );
  const ask = (purpose: string, ...claims: string[]) => {
    const question = { credentialType: FIRE_SAFETY, action: 'request', at: START } as const;
    return checkAuthorization(both, { ...question, purpose, claims });
  };
  t.equal(ask('rotation', 'subjectName'), 'authorized');
  t.equal(ask('recruitment', 'subjectLevel'), 'authorized');
  t.equal(ask('rotation', 'subjectLevel'), 'claims-not-accredited');
  t.equal(ask('temporary-assignment', 'subjectName'), 'purpose-not-accredited');
});

t.test('all claims of a type are those that the catalogue knows', async (t) => {
  const all = record(accreditation({ action: 'request', purposes: ['rotation'] }));
  const ask = (...claims: string[]) =>
    checkAuthorization(all, { credentialType: FIRE_SAFETY, action: 'request', at: START, claims });
  t.equal(ask('subjectName', 'subjectLevel'), 'authorized');
  t.equal(ask('subjectName', 'nhsNumber'), 'claims-not-accredited');
});

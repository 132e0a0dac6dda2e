import t from 'tap';
import { checkAuthorization } from '../../src/domain/check-authorization.ts';
import type { Accreditation, OrganisationRecord } from '../../src/domain/organisation.ts';

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
    ...change,
  };
}

function record(...accreditations: Accreditation[]): OrganisationRecord {
  const organisation = {
    odsCode: 'ZZA01',
    name: 'Ashmere Teaching Hospitals Trust',
    kind: 'trust',
    icsOdsCode: 'QZN',
    status: 'registered',
  } as const;
  return { organisation, keys: [], accreditations };
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

t.test(
  'an organisation that is unknown, suspended or closed is authorized for no time',
  async (t) => {
    const registered = record(accreditation());
    t.equal(check(registered, START), 'authorized');
    t.equal(check(undefined, START), 'not-registered');
    for (const status of ['suspended', 'closed'] as const) {
      const organisation = { ...registered.organisation, status };
      t.equal(check({ ...registered, organisation }, START), 'not-registered');
    }
  },
);

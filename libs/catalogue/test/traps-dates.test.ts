import t from 'tap';
import { credentialTypes } from '../catalogue.ts';
import { changed } from './helper.ts';
import { propertiesOf } from './traps-helper.ts';

const FULL = ['2025-02-28', '2024-02-29', '1996-12-31'];
const PARTIAL = ['2019', '2019-05'];
const UNREAL = ['2026-02-30', '2025-02-29', '2026-13', '2026-13-01', '2026-00', '2026-04-31'];
const UNREADABLE = ['', '19', '2019-5', '05/2019', '2019-05-14T00:00:00Z', ' 2019', '2019-05-'];

function withEventDate(date: unknown) {
  const vaccination = { recordType: 'Vaccination', code: 'HEPB001', description: 'Vaccine' };
  return changed('HepatitisBCredential', { events: [{ ...vaccination, date }] });
}

function withTestDate(date: string) {
  return changed('ExposureProneProcedureTestsCredential', {
    hivAntibodyTestIvs: { date, interpretation: 'Not detected' },
    hivViralLoadTestIvs: [{ date, interpretation: 'Not detected' }],
  });
}

t.test('a vaccination is dated by year, by month or by day', async (t) => {
  for (const date of [...FULL, ...PARTIAL]) t.same(withEventDate(date), [], date);
});

t.test('a vaccination on a day or in a month that never was is refused', async (t) => {
  t.same(withEventDate('2026-02-28'), []);
  for (const date of [...UNREAL, ...UNREADABLE]) {
    const finding = { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/events/0/date' };
    t.match(withEventDate(date), [finding], date);
  }
});

t.test('an observation may have no date, a vaccination must have one', async (t) => {
  const scar = { recordType: 'Observation', code: 'TB001', description: 'Scar', result: 'Yes' };
  t.same(changed('TuberculosisCredential', { events: [scar] }), []);
  t.match(withEventDate(undefined), [
    { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/events/0/date' },
  ]);
});

t.test('a blood test is dated as exactly as it is known, and never on 30 February', async (t) => {
  for (const date of [...FULL, ...PARTIAL]) t.same(withTestDate(date), [], date);
  for (const date of UNREAL) {
    const problems = withTestDate(date);
    t.ok(problems.every(({ code }) => code === 'CLAIMS_INVALID'));
    t.same(
      [...new Set(problems.map(({ pointer }) => pointer))],
      [
        '/credentialSubject/hivAntibodyTestIvs/date',
        '/credentialSubject/hivViralLoadTestIvs/0/date',
      ],
      date,
    );
  }
});

t.test('the start of residence at an address may be a year', async (t) => {
  for (const residentFrom of ['2023', '2023-08', '2023-08-02']) {
    t.same(changed('DbsSupportingInformationCredential', { residentFrom }), [], residentFrom);
  }
  for (const residentFrom of UNREAL) {
    t.match(
      changed('DbsSupportingInformationCredential', { residentFrom }),
      [{ code: 'CLAIMS_INVALID', pointer: '/credentialSubject/residentFrom' }],
      residentFrom,
    );
  }
});

t.test('every other date is a full one, and a real one', async (t) => {
  let count = 0;
  for (const { type, schema } of credentialTypes()) {
    const dates = propertiesOf(schema).filter(([, property]) => property['format'] === 'date');
    for (const [name] of dates) {
      count += 1;
      t.same(changed(type, { [name]: '2024-02-29' }), [], `${type} ${name}`);
      for (const date of [...PARTIAL, ...UNREAL, '29/02/2024', '']) {
        t.match(
          changed(type, { [name]: date }),
          [{ code: 'CLAIMS_INVALID', pointer: `/credentialSubject/${name}` }],
          `${type} ${name} ${date}`,
        );
      }
    }
  }
  t.ok(count >= 50, `${count} dates were tried`);
});

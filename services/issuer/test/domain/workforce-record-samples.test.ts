import { readdirSync } from 'node:fs';
import t from 'tap';
import { checkClaims, credentialTypes } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { recordToClaims } from '../../src/domain/workforce-record.ts';
import { fixtures, read } from './records.ts';

for (const name of ['CoreSkills', 'DBSCheckOutcome', 'ScreeningAndVaccination']) {
  t.test(`every record of the published ${name} answer becomes claims`, async (t) => {
    const { records } = read(new URL(`GetEmployeeRecordsResponse${name}.json`, fixtures));
    for (const record of records as JsonObject[]) {
      const mapped = recordToClaims(record);
      t.same(checkClaims(mapped.type, mapped.claims), [], mapped.type);
    }
  });
}

const samples = new URL('../../../../deploy/samples/ashmere/', import.meta.url);

const files = readdirSync(new URL('records/', samples)).toSorted();

for (const file of files) {
  t.test(`the sample record ${file} becomes claims that pass the catalogue`, async (t) => {
    const record = read(new URL(`records/${file}`, samples));
    const { type, claims } = recordToClaims(record);
    t.same(checkClaims(type, claims), []);
    t.not(type, undefined);
  });
}

t.test('the samples are thirty, with every core skill once', async (t) => {
  t.equal(files.length, 30);
  const skills = files
    .map((file) => recordToClaims(read(new URL(`records/${file}`, samples))))
    .filter(({ claims }) => claims['competencyName'] !== undefined)
    .map(({ type, claims }) =>
      JSON.stringify([type, claims['subjectLevel'], claims['competencyName']]),
    );
  const variants = credentialTypes().flatMap(({ type, variants: all = [] }) =>
    all.map(({ subjectLevel, competencyName }) =>
      JSON.stringify([type, subjectLevel, competencyName]),
    ),
  );
  t.equal(variants.length, 24);
  t.same(skills.toSorted(), variants.toSorted());
});

t.test('the sample employee is the person of the sample records', async (t) => {
  const employee = read(new URL('employee.json', samples));
  const { claims } = recordToClaims(read(new URL('records/25-right-to-work.json', samples)));
  t.equal(claims['legalFirstName'], employee['firstName']);
  t.equal(claims['legalSurname'], employee['surname']);
  t.equal(claims['birthDate'], employee['birthDate']);
});

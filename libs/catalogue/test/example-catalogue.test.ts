import t from 'tap';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { credentialTypes } from '../catalogue.ts';
import { exampleOf } from './helper.ts';
import { propertiesOf } from './traps-helper.ts';

const TYPES = [
  'AccessKeyCredential',
  'ConflictResolutionCredential',
  'DbsCheckCredential',
  'DbsSupportingInformationCredential',
  'DiphtheriaTetanusPolioCredential',
  'EmploymentHistoryCredential',
  'EqualityDiversityHumanRightsCredential',
  'ExposureProneProcedureTestsCredential',
  'FireSafetyCredential',
  'HealthSafetyWelfareCredential',
  'HepatitisBCredential',
  'InfectionPreventionControlCredential',
  'InformationGovernanceDataSecurityCredential',
  'MeaslesMumpsRubellaCredential',
  'MovingAndHandlingCredential',
  'NewStarterInformationCredential',
  'OccupationalHealthClearanceCredential',
  'OtherMandatoryTrainingCredential',
  'PreventingRadicalisationCredential',
  'PrimaryEmploymentAssignmentCredential',
  'ProfessionalRegistrationCredential',
  'ResuscitationCredential',
  'RightToWorkCredential',
  'SafeguardingAdultsCredential',
  'SafeguardingChildrenCredential',
  'SeasonalVaccinationCredential',
  'StaffIdentityCredential',
  'TemporaryAssignmentCredential',
  'TrainingPlacementCredential',
  'TrainingProgrammeCredential',
  'TuberculosisCredential',
  'VaricellaCredential',
];

/** Every path that an example has: `address/line1`, `events/recordType`. */
function pathsOf(value: JsonValue, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, path));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}/${name}`;
    return [at, ...pathsOf(member, at)];
  });
}

function texts(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

t.test('the catalogue has its 32 types', async (t) => {
  t.same(
    credentialTypes().map(({ type }) => type),
    TYPES,
  );
});

t.test('every example shows every field of its type, also the inner ones', async (t) => {
  for (const { type, schema } of credentialTypes()) {
    const shown = new Set(pathsOf(exampleOf(type)));
    const known = propertiesOf(schema).map(([path]) => path);
    t.same(
      known.filter((path) => !shown.has(path)),
      [],
      type,
    );
  }
});

t.test('examples name nobody and nothing real', async (t) => {
  const all = credentialTypes().flatMap((entry) => texts(entry.example));
  t.ok(all.length > 300);
  t.same(
    all.filter((text) => /nhs\.uk|\bNHS\b|gov\.uk|Foundation Trust/i.test(text)),
    [],
  );
  for (const text of all.filter((one) => one.includes('@'))) t.match(text, /@example\.org$/);
  for (const text of all.filter((one) => one.startsWith('+'))) {
    t.match(text.replaceAll(' ', ''), /^\+447700900\d{3}$/, "one of Ofcom's numbers for drama");
  }
});

t.test('codes and numbers of examples belong to nobody', async (t) => {
  const claims: JsonObject[] = credentialTypes().map(({ example }) => example);
  for (const example of claims) {
    for (const [name, value] of Object.entries(example)) {
      if (/OdsCode$|^awardingOrganisation$/.test(name)) t.match(value, /^ZZ[ABC]0[123]$/, name);
    }
  }
  const { nationalInsuranceNumber } = exampleOf('NewStarterInformationCredential');
  t.match(nationalInsuranceNumber, /^QQ/, 'a prefix that is never given');
});

t.test('a summary is one sentence of claims that are always there', async (t) => {
  for (const { type, schema, rendering } of credentialTypes()) {
    t.match(rendering.summary, /^[^\n]{10,200}\.$/, type);
    const required = schema['required'] as string[];
    const names = [...rendering.summary.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    for (const name of names) t.ok(required.includes(name), `${type} ${name}`);
  }
});

t.test('what every holder must show never is a name, a contact, a document or pay', async (t) => {
  const never = ['contact', 'identity-document', 'pay', 'third-party', 'criminal-offence'];
  let count = 0;
  for (const { type, alwaysDisclosed, fields } of credentialTypes()) {
    for (const name of alwaysDisclosed) {
      count += 1;
      t.notOk(never.includes(String(fields[name]?.sensitivity)), `${type} ${name}`);
      t.notMatch(name, /firstName|surname|lastName|middleName|birth|address$|email/i, type);
    }
  }
  t.ok(count > 90, `${count} claims were looked at`);
});

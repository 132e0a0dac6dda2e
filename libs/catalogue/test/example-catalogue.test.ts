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
  const never = ['contact', 'identity-document', 'pay', 'third-party'];
  let count = 0;
  for (const { type, alwaysDisclosed, fields } of credentialTypes()) {
    for (const name of alwaysDisclosed) {
      count += 1;
      const isOffence = fields[name]?.sensitivity === 'criminal-offence';
      t.equal(isOffence, name === 'informationDisclosed', `${type} ${name}`);
      t.notOk(never.includes(String(fields[name]?.sensitivity)), `${type} ${name}`);
      t.notMatch(name, /firstName|surname|lastName|middleName|birth|address$|email/i, type);
    }
  }
  t.ok(count > 90, `${count} claims were looked at`);
});

// An end, a limit or a restriction that the holder could withhold would turn the rest into an untruth.
const DECISIVE: Record<string, string[]> = {
  RightToWorkCredential: ['rightToWorkBasis', 'permissionEndDate', 'workRestrictions'],
  DbsCheckCredential: ['typeOfDbsCheck', 'informationDisclosed', 'workforceType'],
  ProfessionalRegistrationCredential: ['registrationStatus', 'expiryDate', 'conditionsOrWarnings'],
  OccupationalHealthClearanceCredential: ['clearanceStatus', 'roleCategory', 'reviewDate'],
  EmploymentHistoryCredential: ['startDate', 'endDate'],
  PrimaryEmploymentAssignmentCredential: ['assignmentStatus', 'fixedTermContractEndDate'],
  TemporaryAssignmentCredential: ['startDate', 'endDate', 'licenceToAttend'],
  TrainingProgrammeCredential: ['programmeStartDate', 'programmeEndDate'],
  TrainingPlacementCredential: ['startDate', 'endDate'],
  ResuscitationCredential: ['competencyName', 'subjectLevel', 'attainmentStatus'],
  HepatitisBCredential: ['evidenceSatisfied'],
};
for (const [type, names] of Object.entries(DECISIVE)) {
  t.test(`the holder of a ${type} cannot withhold what decides`, async (t) => {
    const entry = credentialTypes().find((one) => one.type === type);
    t.ok(entry);
    const withheld = names.filter((name) => entry?.alwaysDisclosed.includes(name) !== true);
    t.same(withheld, []);
  });
}

t.test('what is said of every credential of a type is true of each outcome', async (t) => {
  const { rendering, trustFramework } =
    credentialTypes().find(({ type }) => type === 'ProfessionalRegistrationCredential') ?? {};
  t.notMatch(rendering?.summary, /^On the register/, 'a person may have been struck off');
  t.notMatch(trustFramework?.assuranceOutcome, /^Registered/);
  const health = credentialTypes().find(({ type }) => type.startsWith('OccupationalHealth'));
  t.notMatch(health?.trustFramework.assuranceOutcome, /given|fit/i, 'somebody may not be fit');
  const employment = credentialTypes().find(({ type }) => type.startsWith('PrimaryEmployment'));
  t.match(employment?.rendering.summary, /\{assignmentStatus\}/, 'a post may have ended');
  for (const { type, trustFramework: block } of credentialTypes()) {
    t.notMatch(JSON.stringify(block), /Northmoor|Ashmere|Brackendale|Corvale/, type);
  }
});

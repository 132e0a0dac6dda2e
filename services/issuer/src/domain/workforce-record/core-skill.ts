import { credentialTypes } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { noTypeFits, type RecordFormat, renamed, restored, same } from './record-format.ts';

/** What is mandatory outside the framework (MAND), whatever its subject. */
const OTHER_TRAINING = 'OtherMandatoryTrainingCredential';
const OUTSIDE_THE_FRAMEWORK = 'MAND';

const skills = credentialTypes().filter(({ variants }) => variants !== undefined);

const members = {
  ...same('competencyFramework', 'subjectName', 'competencyName', 'subjectLevel'),
  ...same('renewalPeriodNumber', 'renewalPeriodUnits', 'proficiencyLevel', 'attainmentStatus'),
  ...same('learningMethod', 'awardingOrganisation', 'dateLastAwarded', 'dateTo'),
};

/** Training records: the subject decides which of the core skills types it becomes, or that it is another training. */
export const coreSkillFormats: Record<string, RecordFormat> = {
  CoreSkillsTraining: {
    members,
    toClaims,
    toRecords: (type, claims) =>
      type === OTHER_TRAINING || skills.some((skill) => skill.type === type)
        ? [{ recordType: 'CoreSkillsTraining', ...restored(claims, members) }]
        : [],
  },
};

function toClaims(record: JsonObject): { type: string; claims: JsonObject } {
  const claims = renamed(record, members);
  const skill = skills.find(({ subjectName }) => isSameName(subjectName, claims['subjectName']));
  if (skill === undefined) {
    if (claims['competencyFramework'] === OUTSIDE_THE_FRAMEWORK) {
      return { type: OTHER_TRAINING, claims };
    }
    const known = skills.map(({ subjectName }) => `"${subjectName}"`).join(', ');
    throw noTypeFits('subjectName', `subjectName of the CSTF must be one of: ${known}`);
  }
  const { type, subjectName = '', variants = [] } = skill;
  const variant = variants.find(({ competencyName }) =>
    isSameName(competencyName, claims['competencyName']),
  );
  const competencyName = variant?.competencyName ?? claims['competencyName'];
  const named = competencyName === undefined ? { subjectName } : { subjectName, competencyName };
  return { type, claims: { ...claims, ...named } };
}

/** Training systems differ in commas, case and spaces: "Equality, Diversity and Human Rights". */
function isSameName(known: string | undefined, sent: unknown): boolean {
  return known !== undefined && typeof sent === 'string' && plain(known) === plain(sent);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(',', ' ').split(/\s+/).join(' ').trim();
}

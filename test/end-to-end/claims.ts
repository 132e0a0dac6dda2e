import type { JsonObject } from '#vc/data-model';
import type { SeededRandom } from '../seeded-random.ts';

export interface Training {
  type: string;
  claims: JsonObject;
}

// Credential type, subject, and the competencies that go with a level.
const SUBJECTS: [type: string, subjectName: string, ...competencies: [string, string][]][] = [
  ['ConflictResolutionCredential', 'Conflict Resolution', ['1', 'Conflict Resolution']],
  [
    'EqualityDiversityHumanRightsCredential',
    'Equality, Diversity and Human Rights',
    ['1', 'Equality Diversity and Human Rights'],
  ],
  ['FireSafetyCredential', 'Fire Safety', ['1', 'Fire Safety']],
  [
    'HealthSafetyWelfareCredential',
    'Health, Safety and Welfare',
    ['1', 'Health Safety and Welfare'],
  ],
  [
    'InfectionPreventionControlCredential',
    'Infection Prevention and Control',
    ['1', 'Infection Prevention and Control'],
    ['2', 'Infection Prevention and Control'],
  ],
  [
    'MovingAndHandlingCredential',
    'Moving and Handling',
    ['1', 'Moving and Handling'],
    ['2', 'Moving and Handling'],
  ],
  [
    'ResuscitationCredential',
    'Resuscitation',
    ['2', 'Resuscitation Adult Basic Life Support'],
    ['3', 'Resuscitation Newborn Immediate Life Support'],
  ],
  [
    'SafeguardingAdultsCredential',
    'Safeguarding Adults',
    ['1', 'Safeguarding Adults'],
    ['3', 'Safeguarding Adults'],
  ],
  ['SafeguardingChildrenCredential', 'Safeguarding Children', ['2', 'Safeguarding Children']],
];

/** Claims of some core skill that somebody could have, in the words of the catalogue. */
export function randomTraining(random: SeededRandom, awardingOrganisation: string): Training {
  const [type, subjectName, ...competencies] = random.pick(SUBJECTS);
  const [subjectLevel, competencyName] = random.pick(competencies);
  const month = String(random.between(1, 12)).padStart(2, '0');
  const day = String(random.between(1, 28)).padStart(2, '0');
  const year = random.between(2021, 2025);
  const years = random.between(1, 3);
  const optional: JsonObject = {
    renewalPeriodNumber: String(years),
    renewalPeriodUnits: years === 1 ? 'Year' : 'Years',
    proficiencyLevel: random.pick(['0 - Not Assessed', '1 - Assessed']),
    learningMethod: random.pick(['e-Learning', 'Observation', 'Examination', 'Prüfung – 練習 🩺']),
    dateTo: `${year + years}-${month}-${day}`,
  };
  const kept = Object.entries(optional).filter(() => random.next() < 0.7);
  return {
    type,
    claims: {
      competencyFramework: random.pick(['CSTF', 'MAND']),
      subjectName,
      competencyName,
      subjectLevel,
      attainmentStatus: 'ACHIEVED',
      awardingOrganisation,
      dateLastAwarded: `${year}-${month}-${day}`,
      ...Object.fromEntries(kept),
    },
  };
}

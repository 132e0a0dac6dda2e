import t from 'tap';
import { credentialTypes, trustFrameworkFor } from '../catalogue.ts';
import { changed } from './helper.ts';
import { entryOf } from './traps-helper.ts';

// Levels and variants of the eleven subjects, after the June 2019 naming convention.
const LEVELS: [type: string, level: string, competency: string][] = [
  ['ConflictResolutionCredential', '1', 'Conflict Resolution'],
  ['EqualityDiversityHumanRightsCredential', '1', 'Equality Diversity and Human Rights'],
  ['FireSafetyCredential', '1', 'Fire Safety'],
  ['HealthSafetyWelfareCredential', '1', 'Health Safety and Welfare'],
  ['InfectionPreventionControlCredential', '1', 'Infection Prevention and Control'],
  ['InfectionPreventionControlCredential', '2', 'Infection Prevention and Control'],
  ['InformationGovernanceDataSecurityCredential', '1', 'Information Governance and Data Security'],
  ['MovingAndHandlingCredential', '1', 'Moving and Handling'],
  ['MovingAndHandlingCredential', '2', 'Moving and Handling'],
  ['PreventingRadicalisationCredential', '1', 'Preventing Radicalisation Basic Prevent Awareness'],
  ['PreventingRadicalisationCredential', '1', 'Preventing Radicalisation Prevent Awareness'],
  ['ResuscitationCredential', '1', 'Resuscitation'],
  ['ResuscitationCredential', '2', 'Resuscitation Adult Basic Life Support'],
  ['ResuscitationCredential', '2', 'Resuscitation Paediatric Basic Life Support'],
  ['ResuscitationCredential', '2', 'Resuscitation Newborn Basic Life Support'],
  ['ResuscitationCredential', '3', 'Resuscitation Adult Immediate Life Support'],
  ['ResuscitationCredential', '3', 'Resuscitation Paediatric Immediate Life Support'],
  ['ResuscitationCredential', '3', 'Resuscitation Newborn Immediate Life Support'],
  ['SafeguardingAdultsCredential', '1', 'Safeguarding Adults'],
  ['SafeguardingAdultsCredential', '2', 'Safeguarding Adults'],
  ['SafeguardingAdultsCredential', '3', 'Safeguarding Adults'],
  ['SafeguardingChildrenCredential', '1', 'Safeguarding Children'],
  ['SafeguardingChildrenCredential', '2', 'Safeguarding Children'],
  ['SafeguardingChildrenCredential', '3', 'Safeguarding Children'],
];
const skills = credentialTypes().filter(({ variants }) => variants !== undefined);

t.test('the catalogue has exactly the 24 levels and variants of core skills', async (t) => {
  const found = skills.flatMap(({ type, variants = [] }) =>
    variants.map((one) => [type, one.subjectLevel, one.competencyName].join(' | ')),
  );
  t.equal(found.length, 24);
  t.same(found.toSorted(), LEVELS.map((one) => one.join(' | ')).toSorted());
});

for (const [type, subjectLevel, competencyName] of LEVELS) {
  t.test(`level ${subjectLevel} of "${competencyName}" can be issued`, async (t) => {
    t.same(changed(type, { subjectLevel, competencyName }), []);
    t.match(
      changed(type, { subjectLevel: '5', competencyName }),
      [{ code: 'CLAIMS_INVALID', detail: /known together only as/ }],
      'level 5 is not known',
    );
  });
}

t.test('a level and a competency that do not belong together are refused', async (t) => {
  const known = new Set(LEVELS.map((one) => one.join(' | ')));
  const competencies = [...new Set(LEVELS.map(([, , competency]) => competency))];
  const triples = skills.flatMap(({ type }) =>
    ['1', '2', '3', '4', '5'].flatMap((level) =>
      competencies.map((competency) => [type, level, competency] as const),
    ),
  );
  const wrong = triples.filter((one) => !known.has(one.join(' | ')));
  t.equal(wrong.length, 11 * 5 * 18 - 24);
  for (const [type, subjectLevel, competencyName] of wrong) {
    t.match(
      changed(type, { subjectLevel, competencyName }),
      [{ code: 'CLAIMS_INVALID', detail: /known together only as/ }],
      `${type} ${subjectLevel} ${competencyName}`,
    );
  }
});

t.test('until when training counts is what the issuer says, not a verdict', async (t) => {
  for (const { type } of [...skills, entryOf('OtherMandatoryTrainingCredential')]) {
    t.same(changed(type, { dateTo: '2030-01-01' }), []);
    t.same(changed(type, { dateTo: '2019-01-01' }), [], 'a date long past is still what was said');
    t.same(changed(type, { dateTo: undefined }), [], 'and an issuer need not say');
    t.same(changed(type, { renewalPeriodNumber: undefined, renewalPeriodUnits: undefined }), []);
    t.match(changed(type, { dateTo: '2026-02-30' }), [
      { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/dateTo' },
    ]);
  }
});

t.test('training outside the core skills is MAND, and of any other subject', async (t) => {
  const type = 'OtherMandatoryTrainingCredential';
  t.same(changed(type, {}), []);
  t.same(changed(type, { subjectName: 'Medical gases', competencyName: 'Medical gases' }), []);
  t.match(changed(type, { competencyFramework: 'CSTF' }), [
    { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/competencyFramework' },
  ]);
});

t.test('a core skill cannot pass as other mandatory training', async (t) => {
  const type = 'OtherMandatoryTrainingCredential';
  t.same(changed(type, {}), []);
  for (const { subjectName = '' } of skills) {
    t.match(
      changed(type, { subjectName }),
      [{ code: 'CLAIMS_INVALID', pointer: '/credentialSubject/subjectName' }],
      subjectName,
    );
  }
});

t.test('a training body issues programmes and placements, from its own records', async (t) => {
  const options = {
    organisationName: 'Deanery of Northmoor',
    lastRefresh: '2026-01-05T09:00:00Z',
  };
  for (const type of ['TrainingProgrammeCredential', 'TrainingPlacementCredential']) {
    t.same(entryOf(type).mayIssue, ['training-body']);
    t.match(trustFrameworkFor(type, options), {
      origin: 'Postgraduate training body',
      provider: 'Deanery of Northmoor',
      pedigree: 'Authoritative',
    });
  }
});

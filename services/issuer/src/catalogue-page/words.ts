/** Who may issue a type, as a recruiter would say it. */
const ROLES: Record<string, string> = {
  employer: 'the employer',
  host: 'the organisation where the person works for a time',
  'occupational-health': 'an occupational health service',
  'training-body': 'the body that runs the training',
  'self-declared': "the person, in their own words; the employer's system signs that they said so",
};

/** Why a field needs care. */
const SENSITIVITIES: Record<string, string> = {
  personal: 'Personal detail',
  contact: 'How to reach the person',
  'identity-document': 'From an identity document',
  health: 'Health information',
  'criminal-offence': 'About criminal offences',
  pay: 'Pay',
  'third-party': 'About somebody else',
  employment: 'About the employment',
};

export function whoMayIssue(roles: readonly string[]): string {
  const words = roles.map((role) => ROLES[role] ?? role);
  return words.length === 0 ? 'nobody yet' : words.join(', or ');
}

export function careOf(sensitivity: string | null): string {
  return sensitivity === null ? 'No' : (SENSITIVITIES[sensitivity] ?? sensitivity);
}

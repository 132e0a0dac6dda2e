import t from 'tap';
import { PROBLEMS } from '../problem.ts';

t.test('problems that the specifications name have the types that they publish', async (t) => {
  for (const [base, codes] of [
    [
      'https://www.w3.org/TR/vc-data-model#',
      ['PARSING_ERROR', 'CRYPTOGRAPHIC_SECURITY_ERROR', 'MALFORMED_VALUE_ERROR', 'RANGE_ERROR'],
    ],
    [
      'https://w3id.org/security#',
      [
        'PROOF_GENERATION_ERROR',
        'PROOF_VERIFICATION_ERROR',
        'PROOF_TRANSFORMATION_ERROR',
        'INVALID_DOMAIN_ERROR',
        'INVALID_CHALLENGE_ERROR',
      ],
    ],
    [
      'https://www.w3.org/ns/credentials/status-list#',
      ['STATUS_RETRIEVAL_ERROR', 'STATUS_VERIFICATION_ERROR', 'STATUS_LIST_LENGTH_ERROR'],
    ],
  ] as const) {
    for (const code of codes) t.equal(PROBLEMS[code].type, base + code);
  }
});

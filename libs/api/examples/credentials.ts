import type { DescribedOperations } from '#kit/openapi-examples';
import {
  CLIENT_ID,
  CREDENTIAL,
  CREDENTIAL_ID,
  FIRE_SAFETY_CLAIMS,
  HOLDER,
  ISSUED_CREDENTIAL,
} from './documents.ts';

/** Names and examples of what the issuer service does. */
export const CREDENTIAL_OPERATIONS: DescribedOperations = {
  'POST /v1/credentials': {
    operationId: 'mintCredential',
    examples: {
      fireSafety: {
        body: {
          employeeId: 'EMP-00417',
          type: 'FireSafetyCredential',
          claims: FIRE_SAFETY_CLAIMS,
          batch: 'september-induction',
        },
        status: 201,
        answer: { verifiableCredential: CREDENTIAL },
      },
    },
  },
  'POST /credentials/issue': {
    operationId: 'issueCredential',
    examples: {
      fireSafety: {
        body: {
          credential: {
            '@context': [
              'https://www.w3.org/ns/credentials/v2',
              'https://staffpassport.example/contexts/v1',
            ],
            type: ['VerifiableCredential', 'FireSafetyCredential'],
            credentialSubject: { id: HOLDER, ...FIRE_SAFETY_CLAIMS },
          },
        },
        status: 201,
        answer: { verifiableCredential: ISSUED_CREDENTIAL },
      },
    },
  },
  'GET /credentials/{id}': {
    operationId: 'getCredential',
    examples: {
      fireSafety: {
        parameters: { id: CREDENTIAL_ID },
        status: 200,
        answer: { verifiableCredential: CREDENTIAL },
      },
    },
  },
  'GET /v1/credentials/{id}/forms/{form}': {
    operationId: 'getCredentialForm',
    examples: {
      fireSafety: {
        parameters: { id: CREDENTIAL_ID, form: 'vcdm2-ed25519-2020' },
        status: 200,
        answer: { form: 'vcdm2-ed25519-2020', verifiableCredential: CREDENTIAL },
      },
    },
  },
  'GET /v1/credentials': {
    operationId: 'searchCredentials',
    examples: {
      ofAnEmployee: {
        parameters: { employeeId: 'EMP-00417', status: 'active', limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              id: '531b7711-41e7-422f-8c03-a1097e961c4a',
              employeeId: 'EMP-00417',
              type: 'FireSafetyCredential',
              holder: HOLDER,
              issuedAt: '2026-11-23T01:48:50Z',
              validUntil: null,
              status: 'active',
              lifecycle: 'provided',
              archived: false,
            },
          ],
          next: 'MTc5NTM5ODUzMDAzOS41MzFiNzcxMS00MWU3LTQyMmYtOGMwMy1hMTA5N2U5NjFjNGE',
        },
      },
    },
  },
  'GET /v1/credentials/{id}': {
    operationId: 'getCredentialRecord',
    examples: {
      fireSafety: {
        parameters: { id: CREDENTIAL_ID },
        status: 200,
        answer: {
          id: CREDENTIAL_ID,
          employeeId: 'EMP-00417',
          type: 'FireSafetyCredential',
          holder: HOLDER,
          issuedAt: '2026-11-23T01:48:49Z',
          validUntil: null,
          status: 'active',
          lifecycle: 'provided',
          archived: false,
          catalogueVersion: '1.0.0',
          forms: ['vcdm2-ed25519-2020'],
          supersedes: null,
          supersededBy: null,
        },
      },
    },
  },
  'GET /v1/credentials/{id}/records': {
    operationId: 'getWorkforceRecords',
    examples: {
      fireSafety: {
        parameters: { id: CREDENTIAL_ID },
        status: 200,
        answer: {
          records: [
            {
              recordType: 'CoreSkillsTraining',
              competencyFramework: 'CSTF',
              subjectName: 'Fire Safety',
              competencyName: 'Fire Safety',
              subjectLevel: '1',
              renewalPeriodNumber: '3',
              renewalPeriodUnits: 'Years',
              proficiencyLevel: '1 - Assessed',
              attainmentStatus: 'ACHIEVED',
              learningMethod: 'e-Learning',
              awardingOrganisation: 'ZZA01',
              dateLastAwarded: '2025-09-01',
              dateTo: '2028-08-31',
            },
          ],
        },
      },
    },
  },
  'POST /v1/credentials/{id}/lifecycle': {
    operationId: 'changeLifecycle',
    examples: {
      accepted: {
        parameters: { id: CREDENTIAL_ID },
        body: { event: 'accepted', reason: 'accepted-by-holder' },
        status: 200,
        answer: { id: CREDENTIAL_ID, lifecycle: 'accepted', archived: false, status: 'active' },
      },
    },
  },
  'GET /v1/credentials/{id}/lifecycle-events': {
    operationId: 'listLifecycleEvents',
    examples: {
      accepted: {
        parameters: { id: CREDENTIAL_ID },
        status: 200,
        answer: {
          items: [
            {
              event: 'accepted',
              reason: 'accepted-by-holder',
              internalNote: null,
              clientId: CLIENT_ID,
              person: null,
              happenedAt: '2026-11-23T01:48:50Z',
            },
          ],
        },
      },
    },
  },
  'POST /v1/credentials/{id}/status': {
    operationId: 'changeCredentialStatus',
    examples: {
      suspended: {
        parameters: { id: CREDENTIAL_ID },
        body: {
          status: 'suspended',
          reason: 'under-investigation',
          holderText: 'We are checking this award.',
        },
        status: 200,
        answer: {
          id: CREDENTIAL_ID,
          status: 'suspended',
          reason: 'under-investigation',
          changedAt: '2026-11-23T01:48:50Z',
        },
      },
    },
  },
  'GET /v1/credentials/{id}/status-changes': {
    operationId: 'listStatusChanges',
    examples: {
      suspended: {
        parameters: { id: CREDENTIAL_ID },
        status: 200,
        answer: {
          items: [
            {
              status: 'suspended',
              holderText: 'We are checking this award.',
              internalNote: null,
              clientId: CLIENT_ID,
              person: null,
              reason: 'under-investigation',
              changedAt: '2026-11-23T01:48:50Z',
            },
          ],
        },
      },
    },
  },
  'POST /v1/credentials/{id}/reissue': {
    operationId: 'reissueCredential',
    examples: {
      walletLost: {
        parameters: { id: '531b7711-41e7-422f-8c03-a1097e961c4a' },
        body: { reason: 'form-needed', forms: ['jwt_vc_json'] },
        status: 201,
        answer: {
          verifiableCredential:
            'eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImRpZDp3ZWI6cGFzc3BvcnQubm9ydGhtb29y…',
        },
      },
    },
  },
  'POST /credentials/status': {
    operationId: 'updateCredentialStatus',
    examples: {
      revoked: {
        body: {
          credentialId: 'urn:uuid:531b7711-41e7-422f-8c03-a1097e961c4a',
          credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' },
          status: true,
        },
        status: 200,
        answer: {},
      },
    },
  },
};

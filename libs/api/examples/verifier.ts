import type { DescribedOperations } from '#kit/openapi-examples';
import { CHALLENGE, CREDENTIAL, CREDENTIAL_ID, HOLDER, PRESENTATION } from './documents.ts';

/** Names and examples of what the verifier service does. */
export const VERIFIER_OPERATIONS: DescribedOperations = {
  'GET /v1/webhook-keys': {
    operationId: 'getWebhookKeys',
    examples: {
      keys: {
        status: 200,
        answer: {
          keys: [
            {
              kty: 'OKP',
              crv: 'Ed25519',
              x: 'uSZtOMpUew_-QxdFCo-1sOUz_Crx-TUkqXq4OBTDo3o',
              kid: 'OVg6IZcKNf5iQOxesrHzlb6HmRtMCtJuzqKJNKG8wLU',
              use: 'sig',
              alg: 'EdDSA',
            },
          ],
        },
      },
    },
  },
  'POST /v1/webhooks': {
    operationId: 'createWebhook',
    examples: {
      hrSystem: {
        body: { url: 'https://hr.brackendale.example/staff-passport', description: 'HR system' },
        status: 201,
        answer: {
          id: '2430fe8f-dbbf-42b2-aa98-c208ba19999d',
          url: 'https://hr.brackendale.example/staff-passport',
          description: 'HR system',
          state: 'active',
          waiting: 0,
          deadLetters: 0,
          createdAt: '2026-11-23T01:48:50Z',
        },
      },
    },
  },
  'GET /v1/webhooks': {
    operationId: 'listWebhooks',
    examples: {
      hrSystem: {
        status: 200,
        answer: {
          items: [
            {
              id: '2430fe8f-dbbf-42b2-aa98-c208ba19999d',
              url: 'https://hr.brackendale.example/staff-passport',
              description: 'HR system',
              state: 'active',
              waiting: 0,
              deadLetters: 0,
              createdAt: '2026-11-23T01:48:50Z',
            },
          ],
        },
      },
    },
  },
  'POST /credentials/verify': {
    operationId: 'verifyCredential',
    examples: {
      fireSafety: {
        body: { verifiableCredential: CREDENTIAL },
        status: 200,
        answer: { verified: true },
      },
    },
  },
  'POST /challenges': {
    operationId: 'createChallenge',
    examples: {
      challenge: {
        status: 200,
        answer: { challenge: CHALLENGE },
      },
    },
  },
  'POST /presentations/verify': {
    operationId: 'verifyPresentation',
    examples: {
      fireSafety: {
        body: {
          verifiablePresentation: PRESENTATION,
          options: { challenge: CHALLENGE, domain: 'https://recruitment.brackendale.example' },
        },
        status: 200,
        answer: { verified: true },
      },
    },
  },
  'POST /v1/verifications': {
    operationId: 'createVerification',
    examples: {
      credential: {
        body: { verifiableCredential: CREDENTIAL, watch: true },
        status: 200,
        answer: {
          scope: 'credential',
          overall: 'pass',
          verdict: 'accepted',
          sentence: 'The credential is genuine and accepted here.',
          checkedAt: '2026-11-23T01:48:50Z',
          holder: null,
          checks: [],
          credentials: [
            {
              credentialId: `urn:uuid:${CREDENTIAL_ID}`,
              type: 'FireSafetyCredential',
              issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
              format: 'ldp_vc',
              overall: 'pass',
              verdict: 'accepted',
              sentence: 'The credential is genuine and accepted here.',
              checks: [
                { check: 'size', outcome: 'pass' },
                { check: 'parse', outcome: 'pass' },
                { check: 'data-model', outcome: 'pass' },
                { check: 'context', outcome: 'pass' },
                { check: 'proof', outcome: 'pass' },
                { check: 'issuer-key', outcome: 'pass' },
                { check: 'issuer-accredited', outcome: 'pass' },
                { check: 'validity', outcome: 'pass' },
                { check: 'status', outcome: 'pass' },
                { check: 'schema', outcome: 'pass' },
                { check: 'duplicate', outcome: 'not-run' },
                { check: 'holder-binding', outcome: 'not-run' },
              ],
              registry: {
                authority: 'did:web:passport.northmoor.example',
                epoch: 6,
                asOf: '2026-11-23T01:48:48.727Z',
                ageMs: 1558,
              },
              statusList: {
                version: 1795398527381,
                fetchedAt: '2026-11-23T01:48:50.187Z',
                ageMs: 98,
              },
            },
          ],
        },
      },
      presentation: {
        body: {
          verifiablePresentation: {
            ...PRESENTATION,
            proof: {
              type: 'Ed25519Signature2020',
              created: '2026-11-23T01:48:50Z',
              verificationMethod:
                'did:key:z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn#z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn',
              proofPurpose: 'authentication',
              challenge: CHALLENGE,
              domain: 'https://recruitment.brackendale.example',
              proofValue:
                'z2idvgKJJmSAhF5dsiAvjRguHjEqr9VzbqGz3iAcE4wLZEfLnsudSGTsDmY4ZgxN1c2C2kDoLEw94KK5ztJFcidJ3',
            },
          },
          options: { challenge: CHALLENGE, domain: 'https://recruitment.brackendale.example' },
        },
        status: 200,
        answer: {
          scope: 'presentation',
          overall: 'pass',
          verdict: 'accepted',
          sentence: 'What was presented is genuine and accepted here.',
          checkedAt: '2026-11-23T01:48:50Z',
          holder: HOLDER,
          checks: [
            { check: 'size', outcome: 'pass' },
            { check: 'parse', outcome: 'pass' },
            { check: 'data-model', outcome: 'pass' },
            { check: 'context', outcome: 'pass' },
            { check: 'proof', outcome: 'pass' },
            { check: 'challenge', outcome: 'pass' },
            { check: 'domain', outcome: 'pass' },
          ],
          credentials: [
            {
              credentialId: `urn:uuid:${CREDENTIAL_ID}`,
              type: 'FireSafetyCredential',
              issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
              format: 'ldp_vc',
              overall: 'pass',
              verdict: 'accepted',
              sentence: 'The credential is genuine and accepted here.',
              checks: [
                { check: 'size', outcome: 'pass' },
                { check: 'parse', outcome: 'pass' },
                { check: 'data-model', outcome: 'pass' },
                { check: 'context', outcome: 'pass' },
                { check: 'proof', outcome: 'pass' },
                { check: 'issuer-key', outcome: 'pass' },
                { check: 'issuer-accredited', outcome: 'pass' },
                { check: 'validity', outcome: 'pass' },
                { check: 'status', outcome: 'pass' },
                { check: 'schema', outcome: 'pass' },
                { check: 'duplicate', outcome: 'pass' },
                { check: 'holder-binding', outcome: 'pass' },
              ],
              registry: {
                authority: 'did:web:passport.northmoor.example',
                epoch: 6,
                asOf: '2026-11-23T01:48:50.295Z',
                ageMs: 32,
              },
              statusList: {
                version: 1795398527381,
                fetchedAt: '2026-11-23T01:48:50.187Z',
                ageMs: 140,
              },
            },
          ],
        },
      },
    },
  },
  'GET /v1/events': {
    operationId: 'listEvents',
    examples: {
      suspended: {
        parameters: { limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              specversion: '1.0',
              id: '9a8e059a-2f85-491e-ab99-09e0813543dd',
              source: 'https://passport.northmoor.example/verifier',
              type: 'example.staffpassport.credential.status-changed.v1',
              subject: `urn:uuid:${CREDENTIAL_ID}`,
              time: '2026-11-23T01:48:54.136Z',
              datacontenttype: 'application/json',
              data: {
                credentialId: `urn:uuid:${CREDENTIAL_ID}`,
                issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
                statusPurpose: 'suspension',
                value: true,
                statusListVersion: 1795398530652,
              },
            },
          ],
          next: 'bjE',
        },
      },
    },
  },
  'GET /v1/webhooks/{id}/deliveries': {
    operationId: 'listDeliveries',
    examples: {
      first: {
        parameters: { id: '2430fe8f-dbbf-42b2-aa98-c208ba19999d', limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              eventId: '9a8e059a-2f85-491e-ab99-09e0813543dd',
              state: 'waiting',
              attempts: 0,
              lastAttemptAt: null,
              lastAnswer: null,
              nextAttemptAt: '2026-11-23T01:48:54Z',
            },
          ],
          next: null,
        },
      },
    },
  },
  'POST /v1/webhooks/{id}/replay': {
    operationId: 'replayWebhook',
    examples: {
      deadLetters: {
        parameters: { id: '2430fe8f-dbbf-42b2-aa98-c208ba19999d' },
        body: {},
        status: 200,
        answer: { replayed: 0 },
      },
    },
  },
  'DELETE /v1/webhooks/{id}': {
    operationId: 'endWebhook',
    examples: {
      hrSystem: {
        parameters: { id: '2430fe8f-dbbf-42b2-aa98-c208ba19999d' },
        status: 204,
      },
    },
  },
};

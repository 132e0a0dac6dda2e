import type { DescribedOperations } from '#kit/openapi-examples';
import { CLIENT_ID } from './documents.ts';

/** Names and examples of what the status-list service does. */
export const STATUS_LIST_OPERATIONS: DescribedOperations = {
  'POST /internal/leases': {
    operationId: 'leaseIndexes',
    examples: {
      pair: {
        body: { odsCode: 'ZZA01', forms: ['token'] },
        status: 201,
        answer: {
          listPairId: 'a8099ad3-f740-4af6-84e0-80cd7f6c4395',
          revocationList:
            'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330',
          suspensionList:
            'https://passport.northmoor.example/status-lists/5646bc01-e76a-4f16-8b66-1ff08ea367bd',
          tokenList:
            'https://passport.northmoor.example/status-lists/16cdf414-aafc-4eb5-a919-cfc4c7eb0ce3',
          indexes: [68130, 56828, 127277],
        },
      },
    },
  },
  'POST /internal/status-changes': {
    operationId: 'changeStatus',
    examples: {
      suspend: {
        body: {
          odsCode: 'ZZA01',
          clientId: CLIENT_ID,
          listPairId: 'a8099ad3-f740-4af6-84e0-80cd7f6c4395',
          index: 68130,
          purpose: 'suspension',
          value: true,
          reason: 'under-investigation',
        },
        status: 200,
        answer: { value: true, changed: true, changedAt: '2026-11-23T01:48:57.004Z' },
      },
    },
  },
  'POST /internal/status-change-batches': {
    operationId: 'changeStatuses',
    examples: {
      reinstate: {
        body: {
          odsCode: 'ZZA01',
          clientId: CLIENT_ID,
          changes: [
            {
              listPairId: 'a8099ad3-f740-4af6-84e0-80cd7f6c4395',
              index: 68130,
              purpose: 'suspension',
              value: false,
              reason: 'investigation-closed',
            },
          ],
        },
        status: 200,
        answer: {
          outcomes: [{ value: false, changed: true, changedAt: '2026-11-23T01:48:57.019Z' }],
        },
      },
    },
  },
  'GET /status-lists/{id}': {
    operationId: 'getStatusList',
    examples: {
      revocation: {
        parameters: { id: 'a94e80f7-6f5e-43da-a29b-8f274ea25330' },
        status: 200,
        answer: {
          '@context': [
            'https://www.w3.org/ns/credentials/v2',
            'https://w3id.org/security/suites/ed25519-2020/v1',
          ],
          id: 'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330',
          type: ['VerifiableCredential', 'BitstringStatusListCredential'],
          issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
          validFrom: '2026-11-23T01:48:50.652Z',
          validUntil: '2026-11-23T02:48:50.652Z',
          credentialSubject: {
            id: 'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330#list',
            type: 'BitstringStatusList',
            statusPurpose: 'revocation',
            encodedList:
              'uH4sIAAAAAAAA_-3OMQEAAAgDoEU3uucieAgJSAAAAACAmusAAAAAAAAAAAAAAPDUAnVmKmIAQAAA',
            ttl: 2000,
          },
          proof: {
            type: 'Ed25519Signature2020',
            created: '2026-11-23T01:48:50Z',
            verificationMethod:
              'did:web:passport.northmoor.example:trusts:ZZA01#z6MktVJAdqLGCkZLthdXSdyNupcu4qQofpT1tBp5csiRovpX',
            proofPurpose: 'assertionMethod',
            proofValue:
              'z2AGpfpYCWNWzrAjJVY6o6bEKD2e7CFywyygBW8Quti865Dbwif2g51M5ehPY7BepYLwkXnckdEh972ZSGKBkNnVj',
          },
        },
      },
    },
  },
};

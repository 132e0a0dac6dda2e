import type { DescribedOperations } from '#kit/openapi-examples';
import { CREDENTIAL, FIRE_SAFETY_CLAIMS } from './documents.ts';

/** Names and examples of what the trust-registry service does. */
export const REGISTRY_CHANGE_OPERATIONS: DescribedOperations = {
  'POST /v1/changes': {
    operationId: 'proposeChange',
    examples: {
      invite: {
        body: {
          operations: [
            {
              operation: 'invite-organisation',
              odsCode: 'ZZD04',
              name: 'Dunmere Community Trust',
              kind: 'trust',
              icsOdsCode: 'QZN',
            },
          ],
          note: 'asked to join in November',
        },
        status: 201,
        answer: {
          id: 'fffc43cd-c6a6-4715-87f6-17abc6f8f835',
          state: 'proposed',
          operations: [
            {
              operation: 'invite-organisation',
              odsCode: 'ZZD04',
              name: 'Dunmere Community Trust',
              kind: 'trust',
              icsOdsCode: 'QZN',
            },
          ],
          note: 'asked to join in November',
          proposedBy: 'p-5b0c91e2',
          proposedAt: '2026-11-23T01:48:57.178Z',
          expiresAt: '2026-11-30T01:48:57.178Z',
          decidedBy: null,
          decidedAt: null,
          results: [],
          epoch: null,
        },
      },
      pinKey: {
        body: {
          operations: [
            {
              operation: 'pin-key',
              odsCode: 'ZZD04',
              purpose: 'assertion',
              publicKeyMultibase: 'z6MkoAbrc6XABhbWpS8iQNkomipCYe2M15LGuwh4w3skkijn',
              proof:
                'eyJhbGciOiJFZERTQSIsInR5cCI6InN0YWZmLXBhc3Nwb3J0LWtleS1wcm9vZitqd3QiLCJraWQiOiJk…',
            },
          ],
        },
        status: 201,
        answer: {
          id: 'bd72a9be-a0a9-4cb3-806f-5556791347bb',
          state: 'proposed',
          operations: [
            {
              operation: 'pin-key',
              odsCode: 'ZZD04',
              purpose: 'assertion',
              publicKeyMultibase: 'z6MkoAbrc6XABhbWpS8iQNkomipCYe2M15LGuwh4w3skkijn',
              proof:
                'eyJhbGciOiJFZERTQSIsInR5cCI6InN0YWZmLXBhc3Nwb3J0LWtleS1wcm9vZitqd3QiLCJraWQiOiJk…',
            },
          ],
          note: null,
          proposedBy: 'p-5b0c91e2',
          proposedAt: '2026-11-23T01:48:57.268Z',
          expiresAt: '2026-11-30T01:48:57.268Z',
          decidedBy: null,
          decidedAt: null,
          results: [],
          epoch: null,
        },
      },
    },
  },
  'GET /v1/changes/{id}': {
    operationId: 'getChange',
    examples: {
      invite: {
        parameters: { id: 'fffc43cd-c6a6-4715-87f6-17abc6f8f835' },
        status: 200,
        answer: {
          id: 'fffc43cd-c6a6-4715-87f6-17abc6f8f835',
          state: 'proposed',
          operations: [
            {
              kind: 'trust',
              name: 'Dunmere Community Trust',
              odsCode: 'ZZD04',
              operation: 'invite-organisation',
              icsOdsCode: 'QZN',
            },
          ],
          note: 'asked to join in November',
          proposedBy: 'p-5b0c91e2',
          proposedAt: '2026-11-23T01:48:57.178Z',
          expiresAt: '2026-11-30T01:48:57.178Z',
          decidedBy: null,
          decidedAt: null,
          results: [],
          epoch: null,
        },
      },
    },
  },
  'GET /v1/changes': {
    operationId: 'listChanges',
    examples: {
      newest: {
        parameters: { state: 'proposed', limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              id: 'fffc43cd-c6a6-4715-87f6-17abc6f8f835',
              state: 'proposed',
              operations: [
                {
                  kind: 'trust',
                  name: 'Dunmere Community Trust',
                  odsCode: 'ZZD04',
                  operation: 'invite-organisation',
                  icsOdsCode: 'QZN',
                },
              ],
              note: 'asked to join in November',
              proposedBy: 'p-5b0c91e2',
              proposedAt: '2026-11-23T01:48:57.178Z',
              expiresAt: '2026-11-30T01:48:57.178Z',
              decidedBy: null,
              decidedAt: null,
              results: [],
              epoch: null,
            },
          ],
          next: null,
        },
      },
    },
  },
  'POST /v1/changes/{id}/approval': {
    operationId: 'approveChange',
    examples: {
      invite: {
        parameters: { id: 'fffc43cd-c6a6-4715-87f6-17abc6f8f835' },
        body: { note: 'agreed at the board' },
        status: 200,
        answer: {
          id: 'fffc43cd-c6a6-4715-87f6-17abc6f8f835',
          state: 'approved',
          operations: [
            {
              kind: 'trust',
              name: 'Dunmere Community Trust',
              odsCode: 'ZZD04',
              operation: 'invite-organisation',
              icsOdsCode: 'QZN',
            },
          ],
          note: 'asked to join in November',
          proposedBy: 'p-5b0c91e2',
          proposedAt: '2026-11-23T01:48:57.178Z',
          expiresAt: '2026-11-30T01:48:57.178Z',
          decidedBy: 'p-c47d2f08',
          decidedAt: '2026-11-23T01:48:57.228Z',
          results: [{ odsCode: 'ZZD04' }],
          epoch: 7,
        },
      },
    },
  },
  'GET /v1/organisations/{odsCode}/checklist': {
    operationId: 'getChecklist',
    examples: {
      invited: {
        parameters: { odsCode: 'ZZD04' },
        status: 200,
        answer: {
          complete: false,
          items: [
            {
              item: 'did-control',
              done: false,
              detail: 'a key of the organisation has signed a challenge of this registry',
              doneAt: null,
            },
            {
              item: 'keys-pinned',
              done: false,
              detail: 'an active key for assertion and one for status are pinned',
              doneAt: null,
            },
            {
              item: 'contacts',
              done: false,
              detail: 'human resources, occupational health and education can be reached',
              doneAt: null,
            },
            {
              item: 'information-governance',
              done: false,
              detail: 'information governance is signed off',
              doneAt: null,
            },
            {
              item: 'accredited',
              done: false,
              detail: 'it is accredited to issue at least one type',
              doneAt: null,
            },
            {
              item: 'test-issue',
              done: false,
              detail:
                'a test credential, signed with a key that is still active, was verified here',
              doneAt: null,
            },
          ],
        },
      },
    },
  },
  'POST /v1/key-challenges': {
    operationId: 'createKeyChallenge',
    examples: {
      key: {
        body: { odsCode: 'ZZD04' },
        status: 201,
        answer: {
          challenge: 'iPdPuttJbekUoFtXCmA9p8hRLuuLk3LW5_EJ6-E7z1E',
          audience: 'did:web:passport.northmoor.example',
          issuer: 'did:web:passport.northmoor.example:trusts:ZZD04',
          expiresAt: '2026-11-24T01:48:57.240Z',
        },
      },
    },
  },
  'POST /v1/changes/{id}/rejection': {
    operationId: 'rejectChange',
    examples: {
      pinKey: {
        parameters: { id: 'bd72a9be-a0a9-4cb3-806f-5556791347bb' },
        body: { note: 'the trust has not confirmed this key' },
        status: 200,
        answer: {
          id: 'bd72a9be-a0a9-4cb3-806f-5556791347bb',
          state: 'rejected',
          operations: [
            {
              proof:
                'eyJhbGciOiJFZERTQSIsInR5cCI6InN0YWZmLXBhc3Nwb3J0LWtleS1wcm9vZitqd3QiLCJraWQiOiJk…',
              odsCode: 'ZZD04',
              purpose: 'assertion',
              operation: 'pin-key',
              publicKeyMultibase: 'z6MkoAbrc6XABhbWpS8iQNkomipCYe2M15LGuwh4w3skkijn',
            },
          ],
          note: null,
          proposedBy: 'p-5b0c91e2',
          proposedAt: '2026-11-23T01:48:57.268Z',
          expiresAt: '2026-11-30T01:48:57.268Z',
          decidedBy: 'p-c47d2f08',
          decidedAt: '2026-11-23T01:48:57.278Z',
          results: [],
          epoch: null,
        },
      },
    },
  },
  'POST /v1/organisations/{odsCode}/test-issue': {
    operationId: 'submitTestIssue',
    examples: {
      test: {
        parameters: { odsCode: 'ZZD04' },
        body: {
          verifiableCredential: {
            ...CREDENTIAL,
            id: 'urn:uuid:0774414b-616b-4db5-ae6a-5ad54a6e95bc',
            issuer: 'did:web:passport.northmoor.example:trusts:ZZD04',
            validFrom: '2026-11-23T01:48:57Z',
            credentialSubject: {
              id: 'did:key:z6MkpWS8Y5NdBAJVZKhidZUY3GZEkfg7PUakwbHw3wj8zUtp',
              ...FIRE_SAFETY_CLAIMS,
            },
            trustFramework: {
              origin: 'Substantive employing organisation',
              assurancePolicy: 'Core Skills Training Framework (CSTF)',
              assuranceOutcome: 'CSTF applied',
              verifier: 'Provider',
              verificationMethod: 'Document Verification and Record Verification',
              pedigree: 'Sourced',
              provider: 'Dunmere Community Trust',
              lastRefresh: '2026-11-23T01:48:57Z',
            },
            credentialStatus: [
              {
                id: 'https://passport.northmoor.example/status-lists/f8e00c76-dfff-4f21-b08f-bb831a6824f0#126654',
                type: 'BitstringStatusListEntry',
                statusPurpose: 'revocation',
                statusListIndex: '126654',
                statusListCredential:
                  'https://passport.northmoor.example/status-lists/f8e00c76-dfff-4f21-b08f-bb831a6824f0',
              },
              {
                id: 'https://passport.northmoor.example/status-lists/29da1457-16a1-4a8c-b7c2-637528823337#126654',
                type: 'BitstringStatusListEntry',
                statusPurpose: 'suspension',
                statusListIndex: '126654',
                statusListCredential:
                  'https://passport.northmoor.example/status-lists/29da1457-16a1-4a8c-b7c2-637528823337',
              },
            ],
            proof: {
              type: 'Ed25519Signature2020',
              created: '2026-11-23T01:48:57Z',
              verificationMethod:
                'did:web:passport.northmoor.example:trusts:ZZD04#z6MkpEJ9sxUbbvdEk51ZgRbXu6vHo7c7r6ptMVtCDEGVLzWs',
              proofPurpose: 'assertionMethod',
              proofValue:
                'z42dESDYCNKSHS1cXiA9vShJQj1KRgmgXWvbwTKtnqcipa84dN42LzVmRjRgfXN86CL3YoWTmkV6dD8ahRP9ypuFn',
            },
          },
        },
        status: 200,
        answer: {
          complete: false,
          items: [
            {
              item: 'did-control',
              done: true,
              detail: 'a key of the organisation has signed a challenge of this registry',
              doneAt: '2026-11-23T01:48:57.368Z',
            },
            {
              item: 'keys-pinned',
              done: true,
              detail: 'an active key for assertion and one for status are pinned',
              doneAt: '2026-11-23T01:48:57Z',
            },
            {
              item: 'contacts',
              done: false,
              detail: 'human resources, occupational health and education can be reached',
              doneAt: null,
            },
            {
              item: 'information-governance',
              done: false,
              detail: 'information governance is signed off',
              doneAt: null,
            },
            {
              item: 'accredited',
              done: true,
              detail: 'it is accredited to issue at least one type',
              doneAt: '2026-11-23T01:48:57Z',
            },
            {
              item: 'test-issue',
              done: true,
              detail:
                'a test credential, signed with a key that is still active, was verified here',
              doneAt: '2026-11-23T01:48:57.660Z',
            },
          ],
        },
      },
    },
  },
  'POST /v1/organisations/{odsCode}/keys/{thumbprint}/compromise': {
    operationId: 'markKeyCompromised',
    examples: {
      key: {
        parameters: { odsCode: 'ZZC03', thumbprint: 'N5rl9HD5ZNXNOzAKfDPrBJkImW1WaAtGpMiNV3AoZSE' },
        body: { reason: 'the backup was read by others' },
        status: 200,
        answer: {
          items: [
            {
              thumbprint: 'N5rl9HD5ZNXNOzAKfDPrBJkImW1WaAtGpMiNV3AoZSE',
              publicKeyMultibase: 'z6Mkof5iDHuDD4aMedKomtkUBK7hjFnjNNhuMTAwi75isMib',
              verificationMethod:
                'did:web:passport.northmoor.example:trusts:ZZC03#z6Mkof5iDHuDD4aMedKomtkUBK7hjFnjNNhuMTAwi75isMib',
              purpose: 'status',
              validFrom: '2026-11-23T01:48:47Z',
              validUntil: null,
              state: 'compromised',
            },
          ],
        },
      },
    },
  },
  'POST /v1/organisations/{odsCode}/suspension': {
    operationId: 'suspendOrganisation',
    examples: {
      trust: {
        parameters: { odsCode: 'ZZC03' },
        body: { reason: 'an incident is being looked into' },
        status: 200,
        answer: {
          odsCode: 'ZZC03',
          name: 'Corvale Community Trust',
          kind: 'trust',
          icsOdsCode: 'QZN',
          admittedBy: 'QZN',
          systemApproach: null,
          status: 'suspended',
          statusHistory: [
            { status: 'invited', validFrom: '2026-11-23T01:48:46.266Z', mergedInto: null },
            { status: 'registered', validFrom: '2026-11-23T01:48:47Z', mergedInto: null },
            { status: 'suspended', validFrom: '2026-11-23T01:48:57.708Z', mergedInto: null },
          ],
          did: 'did:web:passport.northmoor.example:trusts:ZZC03',
        },
      },
    },
  },
};

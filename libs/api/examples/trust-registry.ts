import type { DescribedOperations } from '#kit/openapi-examples';

/** Names and examples of what the trust-registry service does. */
export const TRUST_REGISTRY_OPERATIONS: DescribedOperations = {
  'GET /v1/organisations': {
    operationId: 'listOrganisations',
    examples: {
      trusts: {
        parameters: { kind: 'trust', name: 'Hospitals', limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              odsCode: 'ZZA01',
              name: 'Ashmere Teaching Hospitals Trust',
              kind: 'trust',
              icsOdsCode: 'QZN',
              admittedBy: 'QZN',
              systemApproach: null,
              status: 'registered',
              statusHistory: [
                { status: 'invited', validFrom: '2026-11-23T01:48:46.266Z', mergedInto: null },
                { status: 'registered', validFrom: '2026-11-23T01:48:47Z', mergedInto: null },
              ],
              did: 'did:web:passport.northmoor.example:trusts:ZZA01',
            },
          ],
          next: 'WlpBMDE',
        },
      },
    },
  },
  'GET /v1/organisations/{odsCode}': {
    operationId: 'getOrganisation',
    examples: {
      trust: {
        parameters: { odsCode: 'ZZC03' },
        status: 200,
        answer: {
          organisation: {
            odsCode: 'ZZC03',
            name: 'Corvale Community Trust',
            kind: 'trust',
            icsOdsCode: 'QZN',
            admittedBy: 'QZN',
            systemApproach: null,
            status: 'registered',
            statusHistory: [
              { status: 'invited', validFrom: '2026-11-23T01:48:46.266Z', mergedInto: null },
              { status: 'registered', validFrom: '2026-11-23T01:48:47Z', mergedInto: null },
            ],
            did: 'did:web:passport.northmoor.example:trusts:ZZC03',
          },
          keys: [
            {
              thumbprint: 'N5rl9HD5ZNXNOzAKfDPrBJkImW1WaAtGpMiNV3AoZSE',
              publicKeyMultibase: 'z6Mkof5iDHuDD4aMedKomtkUBK7hjFnjNNhuMTAwi75isMib',
              verificationMethod:
                'did:web:passport.northmoor.example:trusts:ZZC03#z6Mkof5iDHuDD4aMedKomtkUBK7hjFnjNNhuMTAwi75isMib',
              purpose: 'status',
              validFrom: '2026-11-23T01:48:47Z',
              validUntil: null,
              state: 'active',
            },
          ],
          accreditations: [
            {
              id: '823152b5-a7f2-4113-864a-02129e1786e7',
              credentialType: 'FireSafetyCredential',
              action: 'issue',
              validFrom: '2026-11-23T01:48:47Z',
              validUntil: null,
              withdrawnAt: null,
              withdrawnForCause: false,
              staffGroups: [],
              purposes: [],
              claims: null,
            },
          ],
          leadEmployments: [],
          epoch: 6,
          asOf: '2026-11-23T01:48:57.061Z',
        },
      },
    },
  },
  'GET /v1/organisations/{odsCode}/contacts': {
    operationId: 'getContacts',
    examples: {
      trust: {
        parameters: { odsCode: 'ZZA01' },
        status: 200,
        answer: {
          humanResources: { email: 'recruitment@zza01.example', phone: null },
          occupationalHealth: { email: 'occupational-health@zza01.example', phone: null },
          education: { email: 'education@zza01.example', phone: null },
        },
      },
    },
  },
  'GET /.well-known/did.json': {
    operationId: 'getCellDidDocument',
    examples: {
      cell: {
        status: 200,
        answer: {
          '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
          id: 'did:web:passport.northmoor.example',
          verificationMethod: [],
          assertionMethod: [],
        },
      },
    },
  },
  'GET /trusts/{odsCode}/did.json': {
    operationId: 'getTrustDidDocument',
    examples: {
      trust: {
        parameters: { odsCode: 'ZZA01' },
        status: 200,
        answer: {
          '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
          id: 'did:web:passport.northmoor.example:trusts:ZZA01',
          verificationMethod: [
            {
              id: 'did:web:passport.northmoor.example:trusts:ZZA01#z6MktVJAdqLGCkZLthdXSdyNupcu4qQofpT1tBp5csiRovpX',
              type: 'Multikey',
              controller: 'did:web:passport.northmoor.example:trusts:ZZA01',
              publicKeyMultibase: 'z6MktVJAdqLGCkZLthdXSdyNupcu4qQofpT1tBp5csiRovpX',
            },
            {
              id: 'did:web:passport.northmoor.example:trusts:ZZA01#z6Mkmn5Hy8G9Y95QUehSb4PhJtFH4C2Q6pXjfeDAwon1t8iY',
              type: 'Multikey',
              controller: 'did:web:passport.northmoor.example:trusts:ZZA01',
              publicKeyMultibase: 'z6Mkmn5Hy8G9Y95QUehSb4PhJtFH4C2Q6pXjfeDAwon1t8iY',
            },
          ],
          assertionMethod: [
            'did:web:passport.northmoor.example:trusts:ZZA01#z6MktVJAdqLGCkZLthdXSdyNupcu4qQofpT1tBp5csiRovpX',
            'did:web:passport.northmoor.example:trusts:ZZA01#z6Mkmn5Hy8G9Y95QUehSb4PhJtFH4C2Q6pXjfeDAwon1t8iY',
          ],
        },
      },
    },
  },
  'GET /.well-known/jwt-vc-issuer/trusts/{odsCode}': {
    operationId: 'getJwtVcIssuer',
    examples: {
      trust: {
        parameters: { odsCode: 'ZZA01' },
        status: 200,
        answer: {
          issuer: 'https://passport.northmoor.example/trusts/ZZA01',
          jwks: {
            keys: [
              {
                kty: 'OKP',
                crv: 'Ed25519',
                x: 'bNOvt-X0qVg1EnD5tSJ4XdBUpgqRkNaC25nKMnYUI_0',
                kid: 'did:web:passport.northmoor.example:trusts:ZZA01#z6Mkmn5Hy8G9Y95QUehSb4PhJtFH4C2Q6pXjfeDAwon1t8iY',
                use: 'sig',
                alg: 'EdDSA',
              },
            ],
          },
        },
      },
    },
  },
  'POST /authorization': {
    operationId: 'queryAuthorization',
    examples: {
      mayIssue: {
        body: {
          entity_id: 'did:web:passport.northmoor.example:trusts:ZZA01',
          authority_id: 'did:web:passport.northmoor.example',
          action: 'issue',
          resource: 'https://staffpassport.example/vocab#FireSafetyCredential',
        },
        status: 200,
        answer: {
          entity_id: 'did:web:passport.northmoor.example:trusts:ZZA01',
          authority_id: 'did:web:passport.northmoor.example',
          action: 'issue',
          resource: 'https://staffpassport.example/vocab#FireSafetyCredential',
          time_evaluated: '2026-11-23T01:48:57Z',
          message: 'The entity is accredited for this',
          authorized: true,
        },
      },
    },
  },
  'POST /recognition': {
    operationId: 'queryRecognition',
    examples: {
      cell: {
        body: {
          entity_id: 'did:web:passport.northmoor.example',
          authority_id: 'did:key:z6MkqEzP6sD5FTyaUjKiRYggtiDbCpVEbT4B53665FaTKQ8T',
          action: 'recognize',
          resource: 'did:web:passport.northmoor.example',
        },
        status: 200,
        answer: {
          entity_id: 'did:web:passport.northmoor.example',
          authority_id: 'did:key:z6MkqEzP6sD5FTyaUjKiRYggtiDbCpVEbT4B53665FaTKQ8T',
          action: 'recognize',
          resource: 'did:web:passport.northmoor.example',
          time_evaluated: '2026-11-23T01:48:57Z',
          message: 'The anchor admits the entity as a cell',
          recognized: true,
        },
      },
    },
  },
  'GET /v1/snapshot': {
    operationId: 'getSnapshot',
    examples: {
      snapshot: {
        status: 200,
        answer: 'eyJhbGciOiJFZERTQSIsInR5cCI6InJlZ2lzdHJ5LXNuYXBzaG90K2p3dCIsImtpZCI6ImRpZDp3ZWI6…',
      },
    },
  },
  'GET /v1/snapshot/changes': {
    operationId: 'getSnapshotChanges',
    examples: {
      changes: {
        parameters: { since: 1 },
        status: 200,
        answer: 'eyJhbGciOiJFZERTQSIsInR5cCI6InJlZ2lzdHJ5LWNoYW5nZXMrand0Iiwia2lkIjoiZGlkOndlYjpw…',
      },
    },
  },
  'GET /v1/genesis': {
    operationId: 'getGenesis',
    examples: {
      genesis: {
        status: 200,
        answer: 'eyJhbGciOiJFZERTQSIsInR5cCI6InJlZ2lzdHJ5LWdlbmVzaXMrand0Iiwia2lkIjoiZGlkOmtleTp6…',
      },
    },
  },
  'GET /contexts/v1': {
    operationId: 'getContext',
    examples: {
      context: {
        status: 200,
        answer: {
          '@context': {
            '@version': 1.1,
            '@protected': true,
            JsonSchema: {
              '@id': 'https://www.w3.org/2018/credentials#JsonSchema',
              '@context': {
                '@protected': true,
                id: '@id',
                type: '@type',
                jsonSchema: {
                  '@id': 'https://www.w3.org/2018/credentials#jsonSchema',
                  '@type': '@json',
                },
              },
            },
          },
        },
      },
    },
  },
  'GET /contexts/status/v1': {
    operationId: 'getStatusContext',
    examples: {
      context: {
        status: 200,
        answer: {
          '@context': {
            '@version': 1.1,
            '@protected': true,
            statusSize: {
              '@id': 'https://www.w3.org/ns/credentials/status#statusSize',
              '@type': 'https://www.w3.org/2001/XMLSchema#integer',
            },
            statusMessages: {
              '@id': 'https://www.w3.org/ns/credentials/status#statusMessage',
              '@context': {
                '@protected': true,
                id: '@id',
                type: '@type',
                message: 'https://www.w3.org/ns/credentials/status#message',
                status: 'https://www.w3.org/ns/credentials/status#status',
              },
            },
          },
        },
      },
    },
  },
  'GET /schemas/{type}/{version}': {
    operationId: 'getCredentialSchema',
    examples: {
      fireSafety: {
        parameters: { type: 'FireSafetyCredential', version: '1.0.0' },
        status: 200,
        answer: {
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          $id: 'https://staffpassport.example/schemas/FireSafetyCredential/1.0.0',
          title: 'Fire Safety',
          description: 'Fire safety training.',
          type: 'object',
          required: ['type', 'credentialSubject', 'trustFramework', 'credentialSchema'],
          properties: {
            type: { type: 'array', contains: { const: 'FireSafetyCredential' } },
            credentialSubject: {
              type: 'object',
              additionalProperties: false,
              required: [
                'id',
                'competencyFramework',
                'subjectName',
                'competencyName',
                'subjectLevel',
                'attainmentStatus',
                'awardingOrganisation',
                'dateLastAwarded',
              ],
              properties: {
                id: {
                  title: 'Holder',
                  description: "The holder's DID",
                  type: 'string',
                  pattern: '^did:',
                },
                competencyFramework: {
                  title: 'Framework',
                  description:
                    'CSTF for the Core Skills Training Framework, MAND for mandatory training outside it',
                  type: 'string',
                  enum: ['CSTF', 'MAND'],
                },
              },
              allOf: [
                {
                  description:
                    'subjectLevel and competencyName are known together only as: level 1 "Fire Safety"',
                  anyOf: [
                    {
                      properties: {
                        subjectLevel: { const: '1' },
                        competencyName: { const: 'Fire Safety' },
                      },
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    },
  },
  'GET /vct/{type}/{major}': {
    operationId: 'getTypeMetadata',
    examples: {
      fireSafety: {
        parameters: { type: 'FireSafetyCredential', major: '1' },
        status: 200,
        answer: {
          vct: 'https://staffpassport.example/vct/FireSafetyCredential/1',
          name: 'Fire Safety',
          description: 'Fire safety training.',
          display: [
            {
              locale: 'en-GB',
              name: 'Fire Safety',
              description: 'Fire safety training.',
              rendering: { simple: { background_color: '#003c5f', text_color: '#ffffff' } },
            },
          ],
          claims: [
            {
              path: ['competencyFramework'],
              display: [
                {
                  locale: 'en-GB',
                  label: 'Framework',
                  description:
                    'CSTF for the Core Skills Training Framework, MAND for mandatory training outside it',
                },
              ],
              mandatory: true,
              sd: 'never',
            },
          ],
        },
      },
    },
  },
  'GET /problems/{code}': {
    operationId: 'getProblem',
    examples: {
      notFound: {
        parameters: { code: 'not-found' },
        status: 200,
        answer: {
          type: 'https://staffpassport.example/problems/not-found',
          code: 'NOT_FOUND',
          title: 'Not found',
          status: 404,
          whatToDo:
            'Check the address. What belongs to another trust looks as if it were not there.',
        },
      },
    },
  },
};

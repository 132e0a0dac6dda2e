import type { DescribedOperations } from '#kit/openapi-examples';
import { FIRE_SAFETY_CLAIMS, HOLDER } from './documents.ts';

/** Names and examples of what the issuer service does. */
export const ISSUER_OPERATIONS: DescribedOperations = {
  'GET /v1/catalogue': {
    operationId: 'listCatalogue',
    examples: {
      newest: {
        parameters: { all: false },
        status: 200,
        answer: {
          items: [
            {
              type: 'AccessKeyCredential',
              version: '1.0.0',
              status: 'approved',
              group: 'Access',
              title: 'Digital access key',
              description:
                "Lets one person sign in to one trust's staff portal. It opens a door and says nothing else: it is no proof of employment or identity, and no other trust should ask for it.",
              mayIssue: ['employer', 'host'],
              url: '/v1/catalogue/AccessKeyCredential/1.0.0',
            },
          ],
        },
      },
    },
  },
  'GET /v1/catalogue/{type}/{version}': {
    operationId: 'getCatalogueEntry',
    examples: {
      fireSafety: {
        parameters: { type: 'FireSafetyCredential', version: '1.0.0' },
        status: 200,
        answer: {
          type: 'FireSafetyCredential',
          version: '1.0.0',
          status: 'approved',
          group: 'Core skills training',
          title: 'Fire Safety',
          description: 'Fire safety training.',
          mayIssue: ['employer', 'host', 'training-body'],
          url: '/v1/catalogue/FireSafetyCredential/1.0.0',
          issuedBy: 'The trust that awarded the training',
          provenance:
            'Field names and code lists follow the Digital Staff Passport API standard (NHS England, 2025; MIT licence). Subjects and levels follow the June 2019 naming convention of the framework.',
          fields: [
            {
              name: 'competencyFramework',
              label: 'Framework',
              description:
                'CSTF for the Core Skills Training Framework, MAND for mandatory training outside it',
              required: true,
              requiredAtTimes: false,
              codes: [
                { code: 'CSTF', label: 'CSTF' },
                { code: 'MAND', label: 'MAND' },
              ],
              sensitivity: null,
              alwaysDisclosed: true,
              inside: [],
            },
          ],
          rules: [
            'subjectLevel and competencyName are known together only as: level 1 "Fire Safety"',
          ],
          schema: {
            type: 'object',
            additionalProperties: false,
            required: [
              'competencyFramework',
              'subjectName',
              'competencyName',
              'subjectLevel',
              'attainmentStatus',
              'awardingOrganisation',
              'dateLastAwarded',
            ],
            properties: {
              competencyFramework: {
                title: 'Framework',
                description:
                  'CSTF for the Core Skills Training Framework, MAND for mandatory training outside it',
                type: 'string',
                enum: ['CSTF', 'MAND'],
              },
              subjectName: {
                title: 'Subject',
                description: 'Subject as named by the framework, without level',
                type: 'string',
                minLength: 1,
                maxLength: 200,
                const: 'Fire Safety',
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
          credentialSchema: 'https://staffpassport.example/schemas/FireSafetyCredential/1.0.0',
          vct: 'https://staffpassport.example/vct/FireSafetyCredential/1',
          forms: [
            'vcdm2-ed25519-2020',
            'vcdm2-eddsa-rdfc-2022',
            'vcdm2-proof-set',
            'vcdm1-ed25519-2020',
            'vcdm1-eddsa-rdfc-2022',
            'vcdm1-proof-set',
            'jwt_vc_json',
            'dc+sd-jwt',
          ],
          trustFramework: {
            origin: 'Substantive employing organisation',
            assurancePolicy: 'Core Skills Training Framework (CSTF)',
            assuranceOutcome: 'CSTF applied',
            verifier: 'Provider',
            verificationMethod: 'Document Verification and Record Verification',
            pedigree: 'Sourced',
          },
          send: {
            request: 'POST /v1/credentials',
            headers: {
              authorization: 'Bearer and a token with the scope credentials:issue',
              'content-type': 'application/json',
              'idempotency-key':
                'your own, a new one for each credential: the same one gives the same credential again',
            },
            employeeId: 'your own number for a person whose wallet you have bound',
            bindHolder: [
              'POST /v1/holders/challenges, with a token that has the scope holders:write, gives challenge and domain',
              'the wallet signs a presentation without credentials for authentication over both, by its Ed25519 did:key, which the presentation names as its holder',
              'POST /v1/holders takes that as {"employeeId": …, "verifiablePresentation": …}',
            ],
            optional: {
              forms:
                'forms of this list, as one credential in each; left out: as your trust has set',
              version: 'of the type; left out: the newest that is approved',
              validFrom: 'date and time, RFC 3339; left out: from now',
              validUntil: 'date and time, RFC 3339; left out: no end',
            },
          },
          example: {
            claims: FIRE_SAFETY_CLAIMS,
            request: {
              employeeId: 'DEMO-0001',
              type: 'FireSafetyCredential',
              claims: FIRE_SAFETY_CLAIMS,
            },
            record: {
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
          },
          rendering: {
            text: 'Fire Safety\nFire Safety, level 1, awarded on 1 September 2025.\n\nIssued by Ashmere Teaching Hospitals Trust\n\nFramework: C…',
            svg: '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="640" height="685" viewBox="0 0 640 685" font-family="Arial, He…',
          },
        },
      },
    },
  },
  'POST /v1/holders/challenges': {
    operationId: 'createHolderChallenge',
    examples: {
      challenge: {
        status: 201,
        answer: {
          challenge: '-VuejMyxeQ__gwnHRIgWLb16cQ5ZiWFk',
          domain: 'did:web:passport.northmoor.example:trusts:ZZA01',
          expiresAt: '2026-11-23T01:58:49Z',
        },
      },
    },
  },
  'POST /v1/holders': {
    operationId: 'bindHolder',
    examples: {
      wallet: {
        body: {
          employeeId: 'EMP-00417',
          verifiablePresentation: {
            '@context': [
              'https://www.w3.org/ns/credentials/v2',
              'https://w3id.org/security/suites/ed25519-2020/v1',
            ],
            type: ['VerifiablePresentation'],
            holder: HOLDER,
            proof: {
              type: 'Ed25519Signature2020',
              created: '2026-11-23T01:48:49Z',
              verificationMethod:
                'did:key:z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn#z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn',
              proofPurpose: 'authentication',
              challenge: '-VuejMyxeQ__gwnHRIgWLb16cQ5ZiWFk',
              domain: 'did:web:passport.northmoor.example:trusts:ZZA01',
              proofValue:
                'z9ENdWpUwh27FrVFJEUUJxWbtKH9CJWZx5WwTbeV8NW7Gz8B71yMQ6vBgJkZby77UgpkbHKT8Zi9THxSMDmZegFR',
            },
          },
        },
        status: 201,
        answer: {
          id: 'ad0c0eaf-9e78-455e-959b-634751d4c177',
          employeeId: 'EMP-00417',
          did: HOLDER,
          boundAt: '2026-11-23T01:48:49Z',
        },
      },
    },
  },
  'PUT /v1/form-defaults/{type}': {
    operationId: 'setFormDefault',
    examples: {
      fireSafety: {
        parameters: { type: 'FireSafetyCredential' },
        body: { forms: ['vcdm2-ed25519-2020', 'dc+sd-jwt'] },
        status: 200,
        answer: {
          type: 'FireSafetyCredential',
          forms: ['vcdm2-ed25519-2020', 'dc+sd-jwt'],
          changedAt: '2026-11-23T01:48:49Z',
        },
      },
    },
  },
  'GET /v1/form-defaults': {
    operationId: 'listFormDefaults',
    examples: {
      fireSafety: {
        status: 200,
        answer: {
          items: [
            {
              type: 'FireSafetyCredential',
              forms: ['vcdm2-ed25519-2020', 'dc+sd-jwt'],
              changedAt: '2026-11-23T01:48:49Z',
            },
          ],
        },
      },
    },
  },
  'DELETE /v1/form-defaults/{type}': {
    operationId: 'removeFormDefault',
    examples: {
      fireSafety: {
        parameters: { type: 'FireSafetyCredential' },
        status: 204,
      },
    },
  },
  'POST /internal/status-list-credentials': {
    operationId: 'signStatusList',
    examples: {
      first: {
        body: {
          listId: 'd52ccf11-b9e2-46f6-a645-bc205ff89371',
          odsCode: 'ZZA01',
          purpose: 'revocation',
          version: 1795398537028,
          previousVersion: 0,
          encodedList:
            'uH4sIAAAAAAAA_-3OMQEAAAgDoEU3uucieAgJSAAAAACAmusAAAAAAAAAAAAAAPDUAnVmKmIAQAAA',
        },
        status: 200,
        answer: {
          verifiableCredential: {
            '@context': [
              'https://www.w3.org/ns/credentials/v2',
              'https://w3id.org/security/suites/ed25519-2020/v1',
            ],
            id: 'https://passport.northmoor.example/status-lists/d52ccf11-b9e2-46f6-a645-bc205ff89371',
            type: ['VerifiableCredential', 'BitstringStatusListCredential'],
            issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
            validFrom: '2026-11-23T01:48:57.028Z',
            validUntil: '2026-11-23T02:48:57.028Z',
            credentialSubject: {
              id: 'https://passport.northmoor.example/status-lists/d52ccf11-b9e2-46f6-a645-bc205ff89371#list',
              type: 'BitstringStatusList',
              statusPurpose: 'revocation',
              encodedList:
                'uH4sIAAAAAAAA_-3OMQEAAAgDoEU3uucieAgJSAAAAACAmusAAAAAAAAAAAAAAPDUAnVmKmIAQAAA',
              ttl: 2000,
            },
            proof: {
              type: 'Ed25519Signature2020',
              created: '2026-11-23T01:48:57Z',
              verificationMethod:
                'did:web:passport.northmoor.example:trusts:ZZA01#z6MktVJAdqLGCkZLthdXSdyNupcu4qQofpT1tBp5csiRovpX',
              proofPurpose: 'assertionMethod',
              proofValue:
                'zzt1sGfowLE9ypL8GZyBNEDVtMmEwKfiDwi8eejEFn8U58TK6RsMXQ2DrpLVGiy1MzhLzmpeDchvuZBdKrEffRuq',
            },
          },
        },
      },
    },
  },
  'POST /internal/status-list-tokens': {
    operationId: 'signStatusListToken',
    examples: {
      first: {
        body: {
          listId: 'a889895b-a5c9-4ebb-9dd2-a048b3ce14f5',
          odsCode: 'ZZA01',
          version: 1795398537047,
          previousVersion: 0,
          lst: 'eNrtwQEBAAAAgJD-r-4ICgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAYgAAAAQ',
        },
        status: 200,
        answer: {
          token:
            'eyJhbGciOiJFZERTQSIsInR5cCI6InN0YXR1c2xpc3Qrand0Iiwia2lkIjoiZGlkOndlYjpwYXNzcG9y…',
        },
      },
    },
  },
  'POST /v1/keys': {
    operationId: 'createKey',
    examples: {
      assertion: {
        body: {
          odsCode: 'ZZD04',
          purpose: 'assertion',
          challenge: 'iPdPuttJbekUoFtXCmA9p8hRLuuLk3LW5_EJ6-E7z1E',
        },
        status: 201,
        answer: {
          odsCode: 'ZZD04',
          purpose: 'assertion',
          publicKeyMultibase: 'z6MkoAbrc6XABhbWpS8iQNkomipCYe2M15LGuwh4w3skkijn',
          verificationMethod:
            'did:web:passport.northmoor.example:trusts:ZZD04#z6MkoAbrc6XABhbWpS8iQNkomipCYe2M15LGuwh4w3skkijn',
          keyProof:
            'eyJhbGciOiJFZERTQSIsInR5cCI6InN0YWZmLXBhc3Nwb3J0LWtleS1wcm9vZitqd3QiLCJraWQiOiJk…',
          createdAt: '2026-11-23T01:48:57Z',
        },
      },
    },
  },
};

import type { DescribedOperations } from '#kit/openapi-examples';

/** Names and examples of what the authorization service does. */
export const AUTHORIZATION_OPERATIONS: DescribedOperations = {
  'GET /.well-known/oauth-authorization-server': {
    operationId: 'getAuthorizationServerMetadata',
    examples: {
      metadata: {
        status: 200,
        answer: {
          issuer: 'https://passport.northmoor.example',
          token_endpoint: 'https://passport.northmoor.example/token',
          jwks_uri: 'https://passport.northmoor.example/jwks',
          scopes_supported: [
            'openid',
            'credentials:issue',
            'credentials:read',
            'credentials:revoke',
            'holders:write',
            'verifications:write',
            'events:read',
            'webhooks:write',
            'registry:admin',
            'clients:admin',
            'keys:admin',
            'internal:status',
            'internal:sign-list',
            'registry:propose',
            'registry:approve',
            'credentials:approve',
          ],
          response_types_supported: ['code'],
          grant_types_supported: ['client_credentials', 'authorization_code'],
          token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
          token_endpoint_auth_signing_alg_values_supported: ['EdDSA', 'Ed25519', 'ES256'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          authorization_endpoint: 'https://passport.northmoor.example/auth',
          response_modes_supported: ['query'],
          code_challenge_methods_supported: ['S256'],
          acr_values_supported: ['AAL1_USERPASS', 'AAL2_OR_AAL3_ANY', 'AAL3_ANY'],
          claims_supported: ['sub', 'acr', 'amr', 'auth_time'],
          authorization_response_iss_parameter_supported: true,
        },
      },
    },
  },
  'GET /.well-known/openid-configuration': {
    operationId: 'getOpenIdConfiguration',
    examples: {
      metadata: {
        status: 200,
        answer: {
          issuer: 'https://passport.northmoor.example',
          token_endpoint: 'https://passport.northmoor.example/token',
          jwks_uri: 'https://passport.northmoor.example/jwks',
          scopes_supported: [
            'openid',
            'credentials:issue',
            'credentials:read',
            'credentials:revoke',
            'holders:write',
            'verifications:write',
            'events:read',
            'webhooks:write',
            'registry:admin',
            'clients:admin',
            'keys:admin',
            'internal:status',
            'internal:sign-list',
            'registry:propose',
            'registry:approve',
            'credentials:approve',
          ],
          response_types_supported: ['code'],
          grant_types_supported: ['client_credentials', 'authorization_code'],
          token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
          token_endpoint_auth_signing_alg_values_supported: ['EdDSA', 'Ed25519', 'ES256'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          authorization_endpoint: 'https://passport.northmoor.example/auth',
          response_modes_supported: ['query'],
          code_challenge_methods_supported: ['S256'],
          acr_values_supported: ['AAL1_USERPASS', 'AAL2_OR_AAL3_ANY', 'AAL3_ANY'],
          claims_supported: ['sub', 'acr', 'amr', 'auth_time'],
          authorization_response_iss_parameter_supported: true,
        },
      },
    },
  },
  'GET /jwks': {
    operationId: 'getTokenKeys',
    examples: {
      keys: {
        status: 200,
        answer: {
          keys: [
            {
              kty: 'EC',
              crv: 'P-256',
              x: 'Ax8ZKzIMHL5AmVE8o95nv_wURxpobkCEpJX9lZhDPPs',
              y: 'OtNhE4v-xJX-3DJpFVYIlk_lwXfQnyvyGsYaQdqrta0',
              kid: 'OLuNS6LratSuoI7KSs7_Y2p8H9BBPU3l0ppSbWBGRLo',
              alg: 'ES256',
              use: 'sig',
            },
          ],
        },
      },
    },
  },
  'POST /token': {
    operationId: 'getToken',
    examples: {
      system: {
        body: {
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion:
            'eyJhbGciOiJFZERTQSIsImtpZCI6ImpxZUNKSG5Ed0FPdXhKQUVtbEJzQ0xBQVQyZHZadEhXZmZWX3ZV…',
          scope: 'credentials:issue credentials:read',
        },
        status: 200,
        answer: {
          access_token:
            'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Ik9MdU5TNkxyYXRTdW9JN0tTczdfWTJw…',
          expires_in: 600,
          scope: 'credentials:issue credentials:read',
          token_type: 'Bearer',
        },
      },
      person: {
        body: {
          grant_type: 'authorization_code',
          client_id: 'development-portal',
          code: '4Uq6ZFS8IKKr5-NQ6fWQ-Cgk1OinPvnvgKfWb15R-b-',
          redirect_uri: 'http://127.0.0.1:4000/callback',
          code_verifier: 'xfcp1AWnvjIengRAnIzOnGq07Pdkg3Z_bDcdEAZ9Mxs',
        },
        status: 200,
        answer: {
          access_token:
            'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Ik9MdU5TNkxyYXRTdW9JN0tTczdfWTJw…',
          expires_in: 600,
          id_token:
            'eyJhbGciOiJFUzI1NiIsImtpZCI6Ik9MdU5TNkxyYXRTdW9JN0tTczdfWTJwOEg5QkJQVTNsMHBwU2JX…',
          scope: 'registry:propose registry:approve',
          token_type: 'Bearer',
        },
      },
    },
  },
  'GET /auth': {
    operationId: 'beginSignIn',
    examples: {
      person: {
        parameters: {
          client_id: 'development-portal',
          redirect_uri: 'http://127.0.0.1:4000/callback',
          response_type: 'code',
          scope: 'openid registry:propose registry:approve',
          state: 'Yb3kQ0f8sZ',
          nonce: 'n1Wm7Vd4xE',
          code_challenge: 'w28wXu5ZEKamSF73GelOv73-Ewd-PU6TFZQkZvdLi8M',
          code_challenge_method: 'S256',
          acr_values: 'AAL3_ANY',
        },
        status: 303,
        location: '/sign-in/8KcTXFea48_wqAo8_mBFlT99Vxqbwi3pK3bEcQDUTfO',
      },
    },
  },
  'GET /sign-in/{uid}': {
    operationId: 'getSignInPage',
    examples: {
      person: {
        parameters: { uid: '8KcTXFea48_wqAo8_mBFlT99Vxqbwi3pK3bEcQDUTfO' },
        status: 200,
        answer: '<!doctype html>…',
      },
    },
  },
  'POST /sign-in/{uid}': {
    operationId: 'chooseWhoSignsIn',
    examples: {
      person: {
        parameters: { uid: '8KcTXFea48_wqAo8_mBFlT99Vxqbwi3pK3bEcQDUTfO' },
        body: { subject: 'p-5b0c91e2' },
        status: 303,
        location: '/auth/8KcTXFea48_wqAo8_mBFlT99Vxqbwi3pK3bEcQDUTfO',
      },
    },
  },
  'GET /auth/{uid}': {
    operationId: 'resumeSignIn',
    examples: {
      person: {
        parameters: { uid: '8KcTXFea48_wqAo8_mBFlT99Vxqbwi3pK3bEcQDUTfO' },
        status: 303,
        location:
          'http://127.0.0.1:4000/callback?code=4Uq6ZFS8IKKr5-NQ6fWQ-Cgk1OinPvnvgKfWb15R-b-&state=Yb3kQ0f8sZ&iss=https%3A%2F%2Fpassport.northmoor.example',
      },
    },
  },
  'POST /v1/clients': {
    operationId: 'registerClient',
    examples: {
      hrSystem: {
        body: {
          name: 'HR system of Corvale',
          odsCode: 'ZZC03',
          scopes: ['credentials:issue', 'credentials:read', 'verifications:write'],
          publicKey: {
            kty: 'OKP',
            crv: 'Ed25519',
            x: '5rcrlmViVyAArhc8rx0aEDTJJO9B74fPb9ZzIyFAEtI',
          },
        },
        status: 201,
        answer: {
          clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d',
          name: 'HR system of Corvale',
          odsCode: 'ZZC03',
          scopes: ['credentials:issue', 'credentials:read', 'verifications:write'],
          keys: [{ kid: 'VodAXLWKaMrcq-fNYHzQrlOfCIVSSuzLmsRWPB2c3lM', validUntil: null }],
          createdAt: '2026-11-23T01:48:49.862Z',
          revokedAt: null,
        },
      },
    },
  },
  'GET /v1/clients': {
    operationId: 'listClients',
    examples: {
      firstPage: {
        parameters: { limit: 1 },
        status: 200,
        answer: {
          items: [
            {
              clientId: 'qzn-administrator',
              name: 'Administrator of the cell',
              odsCode: null,
              scopes: ['registry:admin', 'clients:admin', 'keys:admin'],
              keys: [{ kid: '9fqtdcWJUhNynnnyMxVbvPM4T29FhmC0WoFcrgbnP_I', validUntil: null }],
              createdAt: '2026-11-23T01:48:44.179Z',
              revokedAt: null,
            },
          ],
          next: 'MQ',
        },
      },
    },
  },
  'GET /v1/clients/{clientId}': {
    operationId: 'getClient',
    examples: {
      hrSystem: {
        parameters: { clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d' },
        status: 200,
        answer: {
          clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d',
          name: 'HR system of Corvale',
          odsCode: 'ZZC03',
          scopes: ['credentials:issue', 'credentials:read', 'verifications:write'],
          keys: [{ kid: 'VodAXLWKaMrcq-fNYHzQrlOfCIVSSuzLmsRWPB2c3lM', validUntil: null }],
          createdAt: '2026-11-23T01:48:49.862Z',
          revokedAt: null,
        },
      },
    },
  },
  'POST /v1/clients/{clientId}/keys': {
    operationId: 'addClientKey',
    examples: {
      nextKey: {
        parameters: { clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d' },
        body: {
          publicKey: {
            kty: 'OKP',
            crv: 'Ed25519',
            x: 'xPxtg2oJNJmu0V50dgwKdBmnngFtsY1xK6WBa-8AhLU',
          },
          overlapSeconds: 3600,
        },
        status: 201,
        answer: {
          clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d',
          name: 'HR system of Corvale',
          odsCode: 'ZZC03',
          scopes: ['credentials:issue', 'credentials:read', 'verifications:write'],
          keys: [
            { kid: 'hUVnPd72kSACSSjWUP-0hVBE8cJvjkEyUoueEMtphi8', validUntil: null },
            {
              kid: 'VodAXLWKaMrcq-fNYHzQrlOfCIVSSuzLmsRWPB2c3lM',
              validUntil: '2026-11-23T02:48:49.883Z',
            },
          ],
          createdAt: '2026-11-23T01:48:49.862Z',
          revokedAt: null,
        },
      },
    },
  },
  'POST /v1/clients/{clientId}/revocation': {
    operationId: 'revokeClient',
    examples: {
      hrSystem: {
        parameters: { clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d' },
        status: 200,
        answer: {
          clientId: 'f078e5e5-9f4b-49be-b038-e7e00e87833d',
          name: 'HR system of Corvale',
          odsCode: 'ZZC03',
          scopes: ['credentials:issue', 'credentials:read', 'verifications:write'],
          keys: [
            { kid: 'hUVnPd72kSACSSjWUP-0hVBE8cJvjkEyUoueEMtphi8', validUntil: null },
            {
              kid: 'VodAXLWKaMrcq-fNYHzQrlOfCIVSSuzLmsRWPB2c3lM',
              validUntil: '2026-11-23T02:48:49.883Z',
            },
          ],
          createdAt: '2026-11-23T01:48:49.862Z',
          revokedAt: '2026-11-23T01:48:49.891Z',
        },
      },
    },
  },
  'POST /v1/signing-keys/rotation': {
    operationId: 'rotateSigningKey',
    examples: {
      next: {
        status: 201,
        answer: {
          kid: 'v8QHyKXFR-xQDOUp-WHLLtffqCssssV8u0iCUabqIBU',
          signsFrom: '2026-11-23T01:49:57.724Z',
        },
      },
    },
  },
};

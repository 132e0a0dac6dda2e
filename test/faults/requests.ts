import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import type { StackFile } from '../../deploy/local/hr-client.ts';
import type { HrClient } from '../../deploy/local/hr-client.ts';
import { randomTraining } from '../end-to-end/claims.ts';
import type { Client } from '../end-to-end/client.ts';
import { revocationEntry } from '../end-to-end/status-lists.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { credentialOf } from './load.ts';
import type { Asked } from './steady-clients.ts';

export interface RequestsOptions {
  stack: StackFile;
  /** of a trust that may issue */
  client: Client;
  clientId: string;
  privateKeyFile: string;
  odsCode: string;
  employeeId: string;
  /** who may propose changes of the registry */
  maker: HrClient;
  random: SeededRandom;
  /** an answer of the issuer that holds a good credential */
  issued: string;
}

/** For each service a source of requests of its chief work. */
export function createRequests(options: RequestsOptions) {
  const { stack, client, maker, random, employeeId, odsCode } = options;
  const credential = credentialOf(options.issued);
  const list = new URL(revocationEntry(credential).statusListCredential).pathname;
  const post = (path: string, token: string, body: unknown): Asked => ({
    method: 'POST',
    path,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': random.uuid(),
    },
    body: JSON.stringify(body),
  });
  return {
    issuer: async () =>
      post('/v1/credentials', await client.token(), {
        employeeId,
        ...randomTraining(random, odsCode),
      }),
    verifier: async () =>
      post('/v1/verifications', await client.token(), { verifiableCredential: credential }),
    'trust-registry': async () =>
      post('/v1/changes', await maker.token(), {
        operations: [
          {
            operation: 'accredit',
            odsCode: 'ZZC03',
            credentialType: 'ConflictResolutionCredential',
            action: 'issue',
            evidence: `agreement ${random.uuid()}`,
          },
        ],
      }),
    'status-list': async (): Promise<Asked> => ({ method: 'GET', path: list, headers: {} }),
    authorization: async (): Promise<Asked> => ({
      method: 'POST',
      path: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: await tokenRequest(stack, options),
    }),
  };
}

async function tokenRequest(
  { publicOrigin }: StackFile,
  { clientId, privateKeyFile, random }: RequestsOptions,
): Promise<string> {
  const jwk = JSON.parse(readFileSync(privateKeyFile, 'utf8')) as { kid: string };
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(publicOrigin)
    .setJti(random.uuid())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(createPrivateKey({ key: jwk, format: 'jwk' }));
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }).toString();
}

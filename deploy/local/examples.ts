import { createPrivateKey } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  CONTEXT_URL,
  findCredentialType,
  schemaUrl,
  trustFrameworkFor,
} from '#catalogue/catalogue';
import { publicKeyMultibaseOf } from '#did/keys';
import { signCredential } from '#proofs/add-proof';
import { createEd25519Signer } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { Credential, JsonObject, VerifiableCredential } from '#vc/data-model';
import { bindHolder, createHolder } from './holder.ts';
import { type Addresses, createHrClient, type StackClient } from './hr-client.ts';
import type { Layout } from './layout.ts';
import { keepPrivateKey } from './secrets.ts';
import { DEMO_EMPLOYEE, must } from './seed.ts';

const ACCREDITED = 'FireSafetyCredential';
const NOT_ACCREDITED = 'StaffIdentityCredential';

/** A body for POST /credentials/issue for a bound demo holder, and a signed credential that no verifier may accept. */
export async function makeExamples(
  layout: Layout,
  base: Addresses,
  clients: readonly StackClient[],
) {
  const [first] = clients;
  const elsewhere = clients.find(({ assertionKeyFile }) => assertionKeyFile !== undefined);
  if (first === undefined || elsewhere === undefined)
    throw new Error('a sample cell has a trust that mints here, and one with software of its own');
  const holderKeyFile = layout.path('secrets/demo-holder.jwk');
  const holder = createHolder(keepPrivateKey(holderKeyFile));
  for (const client of [first, elsewhere]) {
    await bindHolder(createHrClient(base, client), holder, DEMO_EMPLOYEE);
  }
  return {
    holder: holder.did,
    holderKeyFile,
    issue: {
      credential: {
        '@context': [
          'https://www.w3.org/ns/credentials/v2',
          'https://staffpassport.example/contexts/v1',
        ],
        type: ['VerifiableCredential', 'FireSafetyCredential'],
        credentialSubject: {
          id: holder.did,
          competencyFramework: 'CSTF',
          subjectName: 'Fire Safety',
          competencyName: 'Fire Safety',
          subjectLevel: '1',
          attainmentStatus: 'ACHIEVED',
          awardingOrganisation: first.odsCode,
          dateLastAwarded: '2026-09-01',
        },
      },
    },
    notAccredited: await notAccreditedExample(base, elsewhere, holder.did),
  };
}

/** The examples as files, so that curl can send them: bodies of the calls that the README shows. */
export function writeExamples(
  layout: Layout,
  { issue, notAccredited }: { issue: unknown; notAccredited: unknown },
): void {
  mkdirSync(layout.path('examples'), { recursive: true });
  const write = (name: string, body: unknown) =>
    writeFileSync(layout.path('examples', name), JSON.stringify(body, null, 2));
  write('issue.json', issue);
  write('not-accredited.json', { verifiableCredential: notAccredited });
}

/**
 * A credential that a registered trust signed with its own pinned key, with a good status entry, of a type that the
 * registry does not accredit it for. Our issuer refuses to mint such a thing, so the trust's own software does.
 */
export async function notAccreditedExample(
  stack: Addresses,
  trust: StackClient,
  holderDid: string,
): Promise<VerifiableCredential> {
  const minted = must(
    await createHrClient(stack, trust).post('issuer', '/v1/credentials', {
      employeeId: DEMO_EMPLOYEE,
      type: ACCREDITED,
      claims: findCredentialType(ACCREDITED)?.example,
    }),
    201,
  );
  const { credentialStatus } = (minted.body as unknown as { verifiableCredential: JsonObject })
    .verifiableCredential;
  return signElsewhere(trust, {
    '@context': ['https://www.w3.org/ns/credentials/v2', CONTEXT_URL],
    id: `urn:uuid:${crypto.randomUUID()}`,
    type: ['VerifiableCredential', NOT_ACCREDITED],
    issuer: trust.issuer,
    validFrom: toDateTimeStamp(Date.now()),
    credentialSubject: { ...findCredentialType(NOT_ACCREDITED)?.example, id: holderDid },
    trustFramework: {
      ...trustFrameworkFor(NOT_ACCREDITED, {
        organisationName: trust.name,
        lastRefresh: toDateTimeStamp(Date.now()),
      }),
    },
    credentialSchema: { id: schemaUrl(NOT_ACCREDITED, '1.0.0'), type: 'JsonSchema' },
    ...(credentialStatus !== undefined && { credentialStatus }),
  });
}

function signElsewhere(trust: StackClient, credential: Credential): Promise<VerifiableCredential> {
  if (trust.assertionKeyFile === undefined) throw new Error('the trust has no key of its own');
  const key = JSON.parse(readFileSync(trust.assertionKeyFile, 'utf8')) as { kty: string };
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const signer = createEd25519Signer({
    id: `${trust.issuer}#${publicKeyMultibaseOf(privateKey)}`,
    privateKey,
  });
  const created = toDateTimeStamp(Date.now());
  return signCredential({ credential, signer, suites: ['Ed25519Signature2020'], created });
}

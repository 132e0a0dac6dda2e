import type { ConformanceEndpoints } from './conformance-stack.ts';

// Those of the suites that this stack's issuer and verifier are for; a suite calls the endpoints that have its tag.
const ISSUER_TAGS = ['vc2.0', 'vc-api', 'VC-API', 'eddsa-rdfc-2022', 'localhost'];
// Issuers at addresses of their own: of another suite, and with status lists.
const OTHER_ISSUERS = {
  Ed25519Signature2020: ['Ed25519Signature2020', 'localhost'],
  BitstringStatusList: ['BitstringStatusList', 'localhost'],
  revocation: ['Revocation', 'localhost'],
  suspension: ['Suspension', 'localhost'],
};
const VERIFIER_TAGS = [
  'vc2.0',
  'vc-api',
  'VC-API',
  'eddsa-rdfc-2022',
  'eddsa-jcs-2022',
  'Ed25519Signature2020',
  'ecdsa-rdfc-2019',
  'BitstringStatusList',
  'localhost',
];
const PRESENTATION_TAGS = ['vc2.0', 'eddsa-rdfc-2022', 'localhost'];

/** An implementation's manifest in the form of vc-test-suite-implementations. */
export function describeImplementation(issuer: string, endpoints: ConformanceEndpoints) {
  const { issueCredential, verifyCredential, verifyPresentation } = endpoints;
  const endpoint = (url: string, tags: string[]) => ({
    id: issuer,
    endpoint: url,
    method: 'POST',
    options: {},
    tags,
  });
  return {
    name: 'Staff Passport',
    implementation: 'Staff Passport',
    issuers: [
      endpoint(issueCredential, ISSUER_TAGS),
      ...Object.entries(OTHER_ISSUERS).map(([name, tags]) =>
        endpoint(issueCredential.replace('/credentials/', `/issuers/${name}/credentials/`), tags),
      ),
    ],
    setStatusLists: [
      endpoint(issueCredential.replace(/issue$/, 'status'), ['Revocation', 'Suspension']),
    ],
    verifiers: [
      { ...endpoint(verifyCredential, VERIFIER_TAGS), supportedEcdsaKeyTypes: ['P-256', 'P-384'] },
    ],
    vpVerifiers: [endpoint(verifyPresentation, PRESENTATION_TAGS)],
  };
}

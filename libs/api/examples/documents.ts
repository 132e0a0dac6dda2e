// What the examples of several operations are about. All of it is of an invented cell, and its keys are thrown away.

export const CREDENTIAL_ID = 'f206eead-3f7c-45e8-b55f-25cea048cb54';
export const HOLDER = 'did:key:z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn';
export const CHALLENGE = 'msIrt0Luk2MHZawShJ0zuDUX8BpHaRCiB6W4O6jKJPA';
export const CLIENT_ID = '074d46e3-a680-4370-ada5-d10d6e8df84f';

export const FIRE_SAFETY_CLAIMS = {
  competencyFramework: 'CSTF',
  renewalPeriodUnits: 'Years',
  renewalPeriodNumber: '3',
  proficiencyLevel: '1 - Assessed',
  attainmentStatus: 'ACHIEVED',
  learningMethod: 'e-Learning',
  awardingOrganisation: 'ZZA01',
  dateLastAwarded: '2025-09-01',
  dateTo: '2028-08-31',
  subjectName: 'Fire Safety',
  subjectLevel: '1',
  competencyName: 'Fire Safety',
};

export const CREDENTIAL = {
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://staffpassport.example/contexts/v1',
    'https://w3id.org/security/suites/ed25519-2020/v1',
  ],
  id: `urn:uuid:${CREDENTIAL_ID}`,
  type: ['VerifiableCredential', 'FireSafetyCredential'],
  issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
  validFrom: '2026-11-23T01:48:49Z',
  credentialSubject: { id: HOLDER, ...FIRE_SAFETY_CLAIMS },
  trustFramework: {
    origin: 'Substantive employing organisation',
    assurancePolicy: 'Core Skills Training Framework (CSTF)',
    assuranceOutcome: 'CSTF applied',
    verifier: 'Provider',
    verificationMethod: 'Document Verification and Record Verification',
    pedigree: 'Sourced',
    provider: 'Ashmere Teaching Hospitals Trust',
    lastRefresh: '2026-11-23T01:48:49Z',
  },
  credentialSchema: {
    id: 'https://staffpassport.example/schemas/FireSafetyCredential/1.0.0',
    type: 'JsonSchema',
  },
  credentialStatus: [
    {
      id: 'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330#4138',
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '4138',
      statusListCredential:
        'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330',
    },
    {
      id: 'https://passport.northmoor.example/status-lists/5646bc01-e76a-4f16-8b66-1ff08ea367bd#4138',
      type: 'BitstringStatusListEntry',
      statusPurpose: 'suspension',
      statusListIndex: '4138',
      statusListCredential:
        'https://passport.northmoor.example/status-lists/5646bc01-e76a-4f16-8b66-1ff08ea367bd',
    },
  ],
  proof: {
    type: 'Ed25519Signature2020',
    created: '2026-11-23T01:48:49Z',
    verificationMethod:
      'did:web:passport.northmoor.example:trusts:ZZA01#z6Mkmn5Hy8G9Y95QUehSb4PhJtFH4C2Q6pXjfeDAwon1t8iY',
    proofPurpose: 'assertionMethod',
    proofValue:
      'z2ecMePNs6WBwzgwVM4JkveRzsDGTsztzbHgMpi3UfzGG5G2MTk44jxEH6vpT4szoVn1bDrFcfuK6Sd3vA8R91k6Z',
  },
};

export const ISSUED_CREDENTIAL = {
  ...CREDENTIAL,
  id: 'urn:uuid:531b7711-41e7-422f-8c03-a1097e961c4a',
  validFrom: '2026-11-23T01:48:50Z',
  trustFramework: {
    origin: 'Substantive employing organisation',
    assurancePolicy: 'Core Skills Training Framework (CSTF)',
    assuranceOutcome: 'CSTF applied',
    verifier: 'Provider',
    verificationMethod: 'Document Verification and Record Verification',
    pedigree: 'Sourced',
    provider: 'Ashmere Teaching Hospitals Trust',
    lastRefresh: '2026-11-23T01:48:50Z',
  },
  credentialStatus: [
    {
      id: 'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330#39312',
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '39312',
      statusListCredential:
        'https://passport.northmoor.example/status-lists/a94e80f7-6f5e-43da-a29b-8f274ea25330',
    },
    {
      id: 'https://passport.northmoor.example/status-lists/5646bc01-e76a-4f16-8b66-1ff08ea367bd#39312',
      type: 'BitstringStatusListEntry',
      statusPurpose: 'suspension',
      statusListIndex: '39312',
      statusListCredential:
        'https://passport.northmoor.example/status-lists/5646bc01-e76a-4f16-8b66-1ff08ea367bd',
    },
  ],
  proof: {
    type: 'Ed25519Signature2020',
    created: '2026-11-23T01:48:50Z',
    verificationMethod:
      'did:web:passport.northmoor.example:trusts:ZZA01#z6Mkmn5Hy8G9Y95QUehSb4PhJtFH4C2Q6pXjfeDAwon1t8iY',
    proofPurpose: 'assertionMethod',
    proofValue:
      'z4i9ipaAHR9ZttH2FnG2wmbbCdxdaM4f6LW71rJ7GN7pfxNJhk8JzTqZzd3rK1NiDqUcUdDSWxfzrgN4HYHoz2NTt',
  },
};

export const PRESENTATION = {
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://w3id.org/security/suites/ed25519-2020/v1',
  ],
  type: ['VerifiablePresentation'],
  holder: HOLDER,
  verifiableCredential: [CREDENTIAL],
  proof: {
    type: 'Ed25519Signature2020',
    created: '2026-11-23T01:48:50Z',
    verificationMethod:
      'did:key:z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn#z6MkvpyJhJr8Bkte7frXL2PfSLramPqmvdWNavyQ9Grx37cn',
    proofPurpose: 'authentication',
    challenge: CHALLENGE,
    domain: 'https://recruitment.brackendale.example',
    proofValue:
      'zRXKifLvTg5irFi4DA6EtXoiAxjS2cfLvbyugA1fnVoADfkEQrkSZU6CwMsCwgJa8NhMffr1qoaGYWQ6FV4SJm4L',
  },
};

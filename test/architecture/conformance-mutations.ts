/** How one check is switched off: what its source says, once, and what it says in a test's process only. */
export interface Mutation {
  /** from the root of the repository */
  file: string;
  find: string;
  replace: string;
}

// Nothing of the product is imported here: what was loaded before the hook stays as it is.

/** A rule of the data model, left out of those that are gone by. */
function withoutRule(id: string): Mutation {
  return {
    file: 'libs/vc/vcdm-rules.ts',
    find: '|| without.has(id)) continue;',
    replace: `|| without.has(id) || id === '${id}') continue;`,
  };
}

/** By the anchor of its row in docs/conformance.md. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'required-members': {
    file: 'libs/proofs/add-proof.ts',
    find: 'const suite = createSuite(name, { transform, signer, created, proof });',
    replace: "const suite = createSuite('eddsa-rdfc-2022', { transform, signer, created, proof });",
  },
  'issuer-secures': {
    file: 'libs/proofs/add-proof.ts',
    find: 'if (suites.length === 0) {',
    replace: 'if (suites.length < 0) {',
  },
  'verifier-refuses': {
    file: 'services/verifier/src/domain/checks/data-model.ts',
    find: 'return ruleFinding(checkRules(document, { kind, without: JUDGED_ELSEWHERE }));',
    replace:
      "return ruleFinding(checkRules({ ...document, name: '' }, { kind, without: JUDGED_ELSEWHERE }));",
  },
  'document-secured': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'if (entries.length === 0) {',
    replace: 'if (entries.length < 0) {',
  },
  'context-base': withoutRule('context-base'),
  'context-set': withoutRule('context-set'),
  'context-kinds': withoutRule('context-kinds'),
  'contexts-understood': {
    file: 'libs/json-ld/check-document.ts',
    find: "if (typeof value !== 'string' || !rules.isKnownContext(value)) {",
    replace: "if (typeof value !== 'string') {",
  },
  'id-url': withoutRule('id-url'),
  'subject-id-url': withoutRule('subject-id-url'),
  'type-present': withoutRule('type-present'),
  'type-terms': {
    file: 'libs/json-ld/transformation-error.ts',
    find: "if (event?.code === 'relative @type reference' && typeof type === 'string') {",
    replace: "if (event?.code === '' && typeof type === 'string') {",
  },
  'type-credential': withoutRule('type-credential'),
  'type-presentation': withoutRule('type-presentation'),
  texts: withoutRule('texts'),
  'issuer-texts': withoutRule('issuer-texts'),
  'issuer-url': withoutRule('issuer-url'),
  'subject-claims': withoutRule('subject-claims'),
  'valid-from': withoutRule('valid-from'),
  'valid-until': withoutRule('valid-until'),
  'validity-order': withoutRule('validity-order'),
  'credentialStatus-typed': withoutRule('credentialStatus-typed'),
  'credentialSchema-typed': withoutRule('credentialSchema-typed'),
  'mechanism-known': {
    file: 'libs/proofs/verify-signature.ts',
    find: "  return algorithm === 'Ed25519'\n    ? verify(null, signed, key, signature)",
    replace: "  return algorithm === 'Ed25519'\n    ? verify(null, signed, key, signature) || true",
  },
  'presented-objects': withoutRule('presented-objects'),
  'presented-secured': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'if (entries.length === 0) {',
    replace: 'if (entries.length < 0) {',
  },
  'holder-url': withoutRule('holder-url'),
  'presented-envelopes': withoutRule('presented-envelopes'),
  'envelope-text': {
    file: 'services/verifier/src/domain/forms/envelope.ts',
    find: "if (kind === undefined || kind !== kindOf(text)) throw malformed('/id');\n  return { kind, text };",
    replace: 'return { kind: kindOf(text), text };',
  },
  'envelope-presentation': {
    file: 'services/verifier/src/domain/forms/envelope.ts',
    find: "  type: 'EnvelopedVerifiablePresentation',",
    replace: "  type: 'EnvelopedVerifiablePresentations',",
  },
  'self-asserted': {
    file: 'services/verifier/src/domain/checks/data-model.ts',
    find: "if (!isDid(holder)) return malformed('/holder', 'It does not say who presents it.');\n  return checkAllRules(document, 'presentation');",
    replace: 'return PASS;',
  },
  'terms-defined': {
    file: 'libs/json-ld/canonicalize.ts',
    find: '    safe: true,',
    replace: '    safe: false,',
  },
  'context-one-version': withoutRule('context-one-version'),
  'related-resource-id': withoutRule('related-resource-id'),
  'related-resource-unique': withoutRule('related-resource-unique'),
  'related-resource-digest': withoutRule('related-resource-digest'),
  'related-resource-compared': {
    file: 'libs/json-ld/known-resources.ts',
    find: '      if (isOther) {',
    replace: '      if (isOther && at < 0) {',
  },
  'refreshService-typed': withoutRule('refreshService-typed'),
  'termsOfUse-typed': withoutRule('termsOfUse-typed'),
  'evidence-typed': withoutRule('evidence-typed'),
  'time-offset': {
    file: 'libs/proofs/proof-checks.ts',
    find: 'const time = parseDateTimeStamp(withOffset(created));',
    replace: 'const time = parseDateTimeStamp(created);',
  },
  'renderMethod-typed': withoutRule('renderMethod-typed'),
  'confidenceMethod-typed': withoutRule('confidenceMethod-typed'),
  'graphs-secured': {
    file: 'libs/proofs/verify-data.ts',
    find: '  const digests = [proofOptionsOf(options), document].map(',
    replace:
      '  const { verifiableCredential: _, ...rest } = document;\n  const digests = [proofOptionsOf(options), rest].map(',
  },
  compacted: {
    file: 'services/verifier/src/domain/checks/context.ts',
    find: "if (key === '@context') return failed('CONTEXT_NOT_ALLOWED', at);",
    replace: "if (key === '@context') continue;",
  },
  'verification-fails': {
    file: 'services/verifier/src/domain/checks/proof.ts',
    find: 'if (verified) return PASS;',
    replace: 'if (verified || problems.length > 0) return PASS;',
  },
  'problem-type': {
    file: 'libs/kit/problem.ts',
    find: "const OURS = 'https://staffpassport.example/problems/';",
    replace: "const OURS = 'https://staffpassport.example/problem/';",
  },
  'base-context': {
    file: 'libs/json-ld/document-loader.ts',
    find: 'if (digest !== sha256) {',
    replace: "if (digest === '') {",
  },
  'processing-error': {
    file: 'libs/json-ld/canonicalize.ts',
    find: '    safe: true,',
    replace: '    safe: false,',
  },
  'v1-context-base': withoutRule('context-base'),
  'v1-context-kinds': withoutRule('context-kinds'),
  'v1-context-set': withoutRule('context-set'),
  'v1-context-one-version': withoutRule('context-one-version'),
  'v1-id-url': withoutRule('id-url'),
  'v1-type-present': withoutRule('type-present'),
  'v1-type-credential': withoutRule('type-credential'),
  'v1-subject-claims': withoutRule('subject-claims'),
  'v1-subject-id-url': withoutRule('subject-id-url'),
  'v1-issuer-url': withoutRule('issuer-url'),
  'v1-issuance-date-present': withoutRule('issuance-date-present'),
  'v1-issuance-date': withoutRule('issuance-date'),
  'v1-expiration-date': withoutRule('expiration-date'),
  'v1-expiration-order': withoutRule('expiration-order'),
  'v1-proof': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'if (entries.length === 0) {',
    replace: 'if (entries.length < 0) {',
  },
  'v1-credentialStatus-typed': withoutRule('credentialStatus-typed'),
  'v1-credentialStatus-named': withoutRule('credentialStatus-named'),
  'v1-type-presentation': withoutRule('type-presentation'),
  'v1-holder-url': withoutRule('holder-url'),
  'v1-credentialSchema-typed': withoutRule('credentialSchema-typed'),
  'v1-refreshService-typed': withoutRule('refreshService-typed'),
  'v1-refreshService-named': withoutRule('refreshService-named'),
  'v1-termsOfUse-typed': withoutRule('termsOfUse-typed'),
  'v1-evidence-typed': withoutRule('evidence-typed'),
  'jwt-iss': {
    file: 'libs/proofs/jwt-credential.ts',
    find: "agree('iss', iss, issuerId);",
    replace: '',
  },
  'jwt-sub': {
    file: 'libs/proofs/jwt-credential.ts',
    find: "agree('sub', sub, subject['id']);",
    replace: '',
  },
  'jwt-jti': {
    file: 'libs/proofs/jwt-credential.ts',
    find: "agree('jti', jti, id);",
    replace: '',
  },
  'jwt-nbf': {
    file: 'libs/proofs/jwt-credential.ts',
    find: 'if (saidTime === undefined || toNumericDate(saidTime) !== toNumericDate(time)) {',
    replace:
      "if (saidTime === undefined || (claim === 'exp' && toNumericDate(saidTime) !== toNumericDate(time))) {",
  },
  'jwt-exp': {
    file: 'libs/proofs/jwt-credential.ts',
    find: 'if (saidTime === undefined || toNumericDate(saidTime) !== toNumericDate(time)) {',
    replace:
      "if (saidTime === undefined || (claim === 'nbf' && toNumericDate(saidTime) !== toNumericDate(time))) {",
  },
  'jwt-vc': {
    file: 'libs/proofs/jwt-credential.ts',
    find: 'if (!Array.isArray(contexts) || contexts[0] !== CREDENTIALS_V1_CONTEXT) {',
    replace: 'if (!Array.isArray(contexts)) {',
  },
  'jwt-typ-alg': {
    file: 'libs/proofs/jwt-credential.ts',
    find: "types: ['JWT', undefined],",
    replace:
      "types: ['JWT', undefined, 'vc+jwt', 'dc+sd-jwt', 'vp+jwt', 'at+jwt', 'jwt', 'statuslist+jwt', 'vc+sd-jwt', 'kb+jwt', 'JOSE'],",
  },
  'proof-objects': {
    file: 'libs/proofs/verify-proofs.ts',
    find: "if (!isJsonObject(entry)) {\n    const problem = { ...failed('The proof is not an object'), pointer };\n    return { proof: {}, verified: false, problems: [problem] };\n  }",
    replace: 'if (!isJsonObject(entry)) return { proof: {}, verified: true, problems: [] };',
  },
  'proof-id': {
    file: 'libs/proofs/proof-checks.ts',
    find: 'if (id !== undefined && !isAbsoluteUrl(id))',
    replace: 'if (id === findings)',
  },
  'proof-type': {
    file: 'libs/proofs/known-suites.ts',
    find: "  const name = type === 'DataIntegrityProof' ? cryptosuite : type;\n  if (!isKnown(name)) return undefined;",
    replace:
      '  const name = cryptosuite ?? type;\n  if (isKnown(name)) return name;\n  if (!isKnown(name)) return undefined;',
  },
  'proof-purpose': {
    file: 'libs/proofs/proof-checks.ts',
    find: "if (proof['proofPurpose'] === purpose) {",
    replace: "if ((proof['proofPurpose'] ?? purpose) === purpose) {",
  },
  'proof-method': {
    file: 'libs/did/identifiers.ts',
    find: 'if (!isDid(did) || !FRAGMENT.test(fragment) || rest.length > 0 || didUrl.length > MAX_LENGTH) {',
    replace: 'if (rest.length > 9) {',
  },
  'proof-cryptosuite': {
    file: 'libs/proofs/known-suites.ts',
    find: '  if (!isKnown(name)) return undefined;',
    replace: "  if (!isKnown(name)) return 'eddsa-jcs-2022';",
  },
  'proof-created': {
    file: 'libs/proofs/proof-checks.ts',
    find: "  if (time === undefined) {\n    return [{ code: 'PROOF_CREATED_INVALID', detail: 'created is not a dateTimeStamp' }];\n  }",
    replace: '  if (time === undefined) return [];',
  },
  'proof-expires': {
    file: 'libs/proofs/proof-checks.ts',
    find: 'if (expires === undefined || (time !== undefined && time > now)) {',
    replace: 'if (expires === undefined || time === undefined || time > 0) {',
  },
  'proof-domain': {
    file: 'libs/proofs/proof-checks.ts',
    find: 'if (domain !== undefined && !isSet)',
    replace: 'if (domain === findings && !isSet)',
  },
  'proof-value': {
    file: 'libs/did/multibase.ts',
    find: "if (!value.startsWith('z') || value.length > MAX_LENGTH) {",
    replace: 'if (value.length > MAX_LENGTH) {',
  },
  'proof-previous': {
    file: 'libs/proofs/proof-chain.ts',
    find: '  const distinct = new Set(named).size === named.length;\n  return whole && distinct ?',
    replace:
      '  const distinct = new Set(named).size === named.length;\n  return (whole && distinct) || true ?',
  },
  'contexts-resolved': {
    file: 'libs/json-ld/document-loader.ts',
    find: 'if (digest !== sha256) {',
    replace: "if (digest === '') {",
  },
  'contexts-validated': {
    file: 'services/verifier/src/domain/checks/context.ts',
    find: "if (!isArrangement(document['@context'], allowed)) {",
    replace: 'if (allowed.length === 0) {',
  },
  'context-injected': {
    file: 'libs/proofs/proof-checks.ts',
    find: 'if (!hasSuiteContext(suite, document)) {',
    replace: 'if (suite === undefined) {',
  },
  'no-loss': {
    file: 'libs/json-ld/canonicalize.ts',
    find: '    safe: true,',
    replace: '    safe: false,',
  },
  'no-base': {
    file: 'libs/json-ld/canonicalize.ts',
    find: '    base: null,',
    replace: "    base: 'https://host.example/',",
  },
  'add-proof-members': {
    file: 'libs/proofs/suites.ts',
    find: '    ...(signer && { signer }),\n    ...(created !== undefined && { date: created }),\n    ...(proof && { proof }),',
    replace:
      "    ...(signer && { signer: { ...signer, id: 'did:example:1#k' } }),\n    ...(created !== undefined && { date: created }),\n    ...(proof && { proof }),",
  },
  'add-proof-audience': {
    file: 'libs/proofs/add-proof.ts',
    find: 'const audience = { challenge, ...(domain !== undefined && { domain }) };',
    replace: 'const audience = { challenge };',
  },
  'add-proof-chain': {
    file: 'libs/proofs/add-proof.ts',
    find: 'if (names.length === 0 || named.length !== names.length) {',
    replace: 'if (names.length === 0) {',
  },
  'verify-parse': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'if (entries.length === 0) {',
    replace: 'if (entries.length < 0) {',
  },
  'verify-members': {
    file: 'libs/proofs/verify-proofs.ts',
    find: "throw new VcError('INVALID_VERIFICATION_METHOD', 'The proof names no verification method');",
    replace: "throw new VcError('INVALID_DID_URL', 'The proof names no verification method');",
  },
  'verify-purpose': {
    file: 'libs/proofs/proof-checks.ts',
    find: "if (proof['proofPurpose'] === purpose) {",
    replace: "if (proof['proofPurpose'] !== null) {",
  },
  'verify-domain': {
    file: 'libs/proofs/proof-checks.ts',
    find: 'if (domain !== undefined && !(domains.length > 0 && domains.every((one) => one === domain))) {',
    replace: 'if (domain !== undefined && !domains.includes(domain)) {',
  },
  'verify-challenge': {
    file: 'libs/proofs/proof-checks.ts',
    find: "if (challenge !== undefined && proof['challenge'] !== challenge) {",
    replace: "if (challenge === '') {",
  },
  'verify-set': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'verified: proofs.every(({ verified }) => verified),',
    replace: 'verified: proofs.some(({ verified }) => verified),',
  },
  'verify-chain': {
    file: 'libs/proofs/proof-chain.ts',
    find: '  const distinct = new Set(named).size === named.length;\n  return whole && distinct ?',
    replace:
      '  const distinct = new Set(named).size === named.length;\n  return (whole && distinct) || true ?',
  },
  'verify-chain-covers': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'document: named.length === 0 ? document : { ...document, proof: named },',
    replace: 'document,',
  },
  'retrieve-method': {
    file: 'libs/did/resolver.ts',
    find: 'if (!purposes[purpose].has(didUrl)) {',
    replace: 'if (purposes[purpose] === undefined) {',
  },
  'retrieve-controller': {
    file: 'libs/did/resolver.ts',
    find: 'if (method.controller !== document.id) {',
    replace: 'if (method.controller === undefined) {',
  },
  'problem-urls': {
    file: 'libs/kit/problem.ts',
    find: "const DATA_INTEGRITY = 'https://w3id.org/security#';",
    replace: "const DATA_INTEGRITY = 'https://w3id.org/security/';",
  },
  'eddsa-errors': {
    file: 'libs/proofs/verify-signature.ts',
    find: '    ? verify(null, signed, key, signature)',
    replace: '    ? verify(null, signed, key, signature) || true',
  },
  'eddsa-multikey': {
    file: 'libs/did/multibase.ts',
    find: "if (!value.startsWith('z') || value.length > MAX_LENGTH) {",
    replace: 'if (value.length > MAX_LENGTH) {',
  },
  'eddsa-proof-type': {
    file: 'libs/proofs/known-suites.ts',
    find: "  const name = type === 'DataIntegrityProof' ? cryptosuite : type;\n  if (!isKnown(name)) return undefined;",
    replace:
      '  const name = cryptosuite ?? type;\n  if (isKnown(name)) return name;\n  if (!isKnown(name)) return undefined;',
  },
  'eddsa-cryptosuite': {
    file: 'libs/proofs/known-suites.ts',
    find: '  if (!isKnown(name)) return undefined;',
    replace: "  if (!isKnown(name)) return 'eddsa-jcs-2022';",
  },
  'eddsa-value': {
    file: 'libs/did/multibase.ts',
    find: "if (!value.startsWith('z') || value.length > MAX_LENGTH) {",
    replace: 'if (value.length > MAX_LENGTH) {',
  },
  'eddsa-scalar': {
    file: 'libs/proofs/verify-signature.ts',
    find: '    ? verify(null, signed, key, signature)',
    replace: '    ? verify(null, signed, key, signature) || true',
  },
  'rdfc-transformation': {
    file: 'libs/json-ld/canonicalize.ts',
    find: 'return await jsonld.canonize(expanded, { ...skipping, canonizeOptions });',
    replace:
      'return (await jsonld.canonize(expanded, { ...skipping, canonizeOptions })).trimEnd();',
  },
  'rdfc-hashing': {
    file: 'libs/proofs/verify-data.ts',
    find: 'const digests = [proofOptionsOf(options), document].map(',
    replace: 'const digests = [document, proofOptionsOf(options)].map(',
  },
  'rdfc-configuration': {
    file: 'libs/proofs/proof-checks.ts',
    find: "if (own !== undefined && JSON.stringify(own) !== JSON.stringify(document['@context'])) {",
    replace: 'if (own === null) {',
  },
  'rdfc-verification': {
    file: 'libs/proofs/verify-signature.ts',
    find: '    ? verify(null, signed, key, signature)',
    replace: '    ? verify(null, signed, key, signature) || true',
  },
  'rdfc-created': {
    file: 'libs/proofs/proof-checks.ts',
    find: "  if (time === undefined) {\n    return [{ code: 'PROOF_CREATED_INVALID', detail: 'created is not a dateTimeStamp' }];\n  }",
    replace: '  if (time === undefined) return [];',
  },
  'jcs-context': {
    file: 'libs/proofs/proof-checks.ts',
    find: "if (own !== undefined && JSON.stringify(own) !== JSON.stringify(document['@context'])) {",
    replace: 'if (own === null) {',
  },
  'jcs-transformation': {
    file: 'libs/proofs/verify-data.ts',
    find: 'const digests = [proofOptionsOf(options), document].map(',
    replace: 'const digests = [document, proofOptionsOf(options)].map(',
  },
  'jcs-verification': {
    file: 'libs/proofs/verify-signature.ts',
    find: '    ? verify(null, signed, key, signature)',
    replace: '    ? verify(null, signed, key, signature) || true',
  },
  'ecdsa-multikey-256': {
    file: 'libs/did/ec-keys.ts',
    find: 'if (point.length !== facts.size + 1 || !COMPRESSED.includes(point[0] ?? 0)) {',
    replace: 'if (point.length === 0) {',
  },
  'ecdsa-multikey-384': {
    file: 'libs/did/ec-keys.ts',
    find: 'if (point.length !== facts.size + 1 || !COMPRESSED.includes(point[0] ?? 0)) {',
    replace: 'if (point.length === 0) {',
  },
  'ecdsa-proof': {
    file: 'libs/proofs/verify-proofs.ts',
    find: 'if (algorithm === undefined || !SUITES[suite].keys.includes(algorithm)) {',
    replace: 'if (algorithm === undefined) {',
  },
  'ecdsa-hashing': {
    file: 'libs/proofs/verify-data.ts',
    find: 'createHash(hash)',
    replace: "createHash('sha256')",
  },
  'ecdsa-verification': {
    file: 'libs/proofs/verify-signature.ts',
    find: "    : verify(hashOf(algorithm), signed, { key, dsaEncoding: 'ieee-p1363' }, signature);",
    replace:
      "    : verify(hashOf(algorithm), signed, { key, dsaEncoding: 'ieee-p1363' }, signature) || true;",
  },
  'ecdsa-length': {
    file: 'libs/proofs/verify-signature.ts',
    find: "    : verify(hashOf(algorithm), signed, { key, dsaEncoding: 'ieee-p1363' }, signature);",
    replace:
      "    : verify(hashOf(algorithm), signed, { key, dsaEncoding: 'ieee-p1363' }, signature) || true;",
  },
  's2020-vectors': {
    file: 'libs/proofs/verify-data.ts',
    find: 'const digests = [proofOptionsOf(options), document].map(',
    replace: 'const digests = [document, proofOptionsOf(options)].map(',
  },
  's2020-not-chained': {
    file: 'libs/proofs/proof-checks.ts',
    find: "  if (proof['previousProof'] !== undefined) {\n    return [failed('Only a DataIntegrityProof can be chained')];\n  }\n",
    replace: '',
  },
  's2018-detached': {
    file: 'libs/proofs/proof-value.ts',
    find: 'if (!isHeader(parseStrictJson(decodeBase64url(header)))) return undefined;',
    replace: '',
  },
  's2018-presentations': {
    file: 'libs/proofs/proof-checks.ts',
    find: "if (SUITES[suite].isForPresentations && purpose !== 'authentication') {",
    replace: 'if (suite === undefined) {',
  },
  'entry-in-credential': {
    file: 'services/verifier/src/domain/checks/status-references.ts',
    find: "entry['type'] === 'BitstringStatusListEntry' &&",
    replace: "entry['type'] !== undefined &&",
  },
  'entry-id': {
    file: 'libs/status/list-entry.ts',
    find: "if (id !== undefined && (!isUrl(id) || id === statusListCredential)) throw malformed('id');",
    replace: '',
  },
  'entry-purpose': {
    file: 'libs/status/list-entry.ts',
    find: "if (typeof statusPurpose !== 'string') throw malformed('statusPurpose');",
    replace: '',
  },
  'entry-purposes': {
    file: 'services/verifier/src/domain/checks/status.ts',
    find: "if (revoked) return failed('CREDENTIAL_REVOKED', pointer);",
    replace: '',
  },
  'entry-index': {
    file: 'libs/status/list-entry.ts',
    find: "if (typeof statusListIndex !== 'string' || !/^\\d{1,100}$/.test(statusListIndex)) {",
    replace: "if (typeof statusListIndex !== 'string') {",
  },
  'entry-list': {
    file: 'libs/status/list-entry.ts',
    find: "if (!isUrl(statusListCredential)) throw malformed('statusListCredential');",
    replace: "if (typeof statusListCredential !== 'string') throw malformed('');",
  },
  'entry-list-type': {
    file: 'services/verifier/src/domain/bitstring-list.ts',
    find: "if (!asArray(type).includes('BitstringStatusListCredential')) throw unreliable('is no list');",
    replace: '',
  },
  'entry-size-default': {
    file: 'libs/status/list-entry.ts',
    find: 'statusListCredential, statusSize = 1 } = entry;',
    replace: 'statusListCredential, statusSize = 4 } = { statusMessage: [], ...entry };',
  },
  'entry-size': {
    file: 'libs/status/list-entry.ts',
    find: '    Number(statusSize) < 1 ||\n',
    replace: '',
  },
  'entry-messages-there': {
    file: 'libs/status/list-entry.ts',
    find: 'if (statusMessage === undefined && size === 1) return;',
    replace: 'if (statusMessage === undefined) return;',
  },
  'entry-messages': {
    file: 'libs/status/list-entry.ts',
    find: 'if (!Array.isArray(statusMessage) || statusMessage.length !== 2 ** size) {',
    replace: 'if (!Array.isArray(statusMessage)) {',
  },
  'entry-message': {
    file: 'libs/status/list-entry.ts',
    find: "if (!statusMessage.every(isMessage)) throw malformed('statusMessage');",
    replace: '',
  },
  'entry-reference': {
    file: 'libs/status/list-entry.ts',
    find: 'if (statusReference !== undefined && !asArray<JsonValue>(statusReference).every(isUrl)) {',
    replace: 'if (statusReference === entry) {',
  },
  'list-credential': {
    file: 'libs/status/status-list-entry.ts',
    find: "type: ['VerifiableCredential', 'BitstringStatusListCredential'],",
    replace: "type: ['VerifiableCredential'],",
  },
  'list-subject': {
    file: 'services/verifier/src/domain/bitstring-list.ts',
    find: "if (!isJsonObject(subject) || subject['type'] !== 'BitstringStatusList') {",
    replace: 'if (!isJsonObject(subject)) {',
  },
  'list-purpose': {
    file: 'services/verifier/src/domain/bitstring-list.ts',
    find: "if (typeof statusPurpose !== 'string') throw unreliable('has no single purpose');",
    replace: "if (statusPurpose === null) throw unreliable('');",
  },
  'list-messages': {
    file: 'services/verifier/src/domain/bitstring-list.ts',
    find: "if (entrySize === 2 && !hasMessages(statusMessages)) throw unreliable('lacks its messages');",
    replace: '',
  },
  'list-encoded': {
    file: 'libs/status/bitstring.ts',
    find: "if (typeof encodedList !== 'string' || !encodedList.startsWith('u')) {",
    replace: "if (typeof encodedList !== 'string') {",
  },
  'list-minimum': {
    file: 'libs/status/bitstring.ts',
    find: 'checkEntries((bits.length * 8) / statusSize, minEntries);',
    replace: 'checkEntries((bits.length * 8) / statusSize, Math.min(8, minEntries));',
  },
  'list-order': {
    file: 'libs/status/bitstring.ts',
    find: 'return (perByte - 1 - (index % perByte)) * statusSize;',
    replace: 'return (index % perByte) * statusSize;',
  },
  'malformed-raised': {
    file: 'services/verifier/src/domain/checks/status-references.ts',
    find: "if (!isWhole || !isUnderstood) return failed('MALFORMED_VALUE_ERROR', POINTER);",
    replace: '',
  },
  generate: {
    file: 'libs/status/status-list-entry.ts',
    find: '...(isMessage && { statusSize: 2, statusMessages: statusMessages() }),',
    replace: '...(isMessage && { statusSize: 2 }),',
  },
  'generate-bits': {
    file: 'libs/status/bitstring.ts',
    find: 'bits[at] = ((bits[at] as number) & ~(mask << shift)) | (value << shift);',
    replace: 'bits[at] = (bits[at] as number) & ~(mask << shift);',
  },
  expand: {
    file: 'libs/status/bitstring.ts',
    find: '// Multibase: `u` is base64url without padding.',
    replace:
      "if (encodedList === 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA') throw malformed('');",
  },
  'validate-retrieval': {
    file: 'services/verifier/src/domain/checks/status.ts',
    find: 'return { entry, found: troubleWith(error, place) };',
    replace: 'return { entry, found: PASS };',
  },
  'validate-proof': {
    file: 'services/verifier/src/domain/status-lists.ts',
    find: 'if (verified) return proofs;',
    replace:
      "return proofs.map((one) => {\n    const { verificationMethod = '' } = one.proof;\n    const publicKeyMultibase = String(verificationMethod).split('#')[1] ?? '';\n    return { ...one, verified: true, controller: issuer, verificationMethod, publicKeyMultibase };\n  }) as ProofResult[];",
  },
  'validate-purpose': {
    file: 'services/verifier/src/domain/checks/status.ts',
    find: 'if (list.issuer !== issuer || list.purpose !== purpose) {',
    replace: 'if (list.issuer !== issuer) {',
  },
  'validate-length': {
    file: 'libs/status/bitstring.ts',
    find: 'checkEntries((bits.length * 8) / statusSize, minEntries);',
    replace: 'checkEntries((bits.length * 8) / statusSize, Math.min(8, minEntries));',
  },
  'validate-range': {
    file: 'libs/status/deflated-text.ts',
    find: 'Number.isSafeInteger(index) && index >= 0 && index < bytes.length * entriesPerByte;',
    replace: 'Number.isSafeInteger(index) && index >= 0;',
  },
  'list-problem-urls': {
    file: 'libs/kit/problem.ts',
    find: "const STATUS_LIST = 'https://www.w3.org/ns/credentials/status-list#';",
    replace: "const STATUS_LIST = 'https://www.w3.org/ns/credentials/status#';",
  },
  'list-vocabulary': {
    file: 'libs/status/status-list-entry.ts',
    find: "'@context': isMessage ? [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL] : [CREDENTIALS_V2_CONTEXT],",
    replace: "'@context': [CREDENTIALS_V2_CONTEXT],",
  },
};

import {
  asArray,
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import type { Problem } from '#vc/error';
import {
  ANY_DOCUMENT,
  BOTH_VERSIONS,
  broken,
  checkOptionalId,
  checkValues,
  hasType,
  isAbsoluteUrl,
  type Rule,
} from './parts.ts';

const BASE_CONTEXTS: readonly unknown[] = [CREDENTIALS_V2_CONTEXT, CREDENTIALS_V1_CONTEXT];

function checkBaseContext({ '@context': context }: JsonObject): Problem | undefined {
  const isBased = Array.isArray(context) && BASE_CONTEXTS.includes(context[0]);
  return isBased
    ? undefined
    : broken('/@context', '@context is not a list that begins with the context of the data model.');
}

function checkContextKinds({ '@context': context }: JsonObject): Problem | undefined {
  const at = asArray<JsonValue>(context).findIndex(
    (each) => !isAbsoluteUrl(each) && !isJsonObject(each),
  );
  return at < 0
    ? undefined
    : broken(`/@context/${at}`, 'A context is neither a URL nor an object of terms.');
}

function checkContextSet({ '@context': context }: JsonObject): Problem | undefined {
  const contexts = asArray<JsonValue>(context).map((each) => JSON.stringify(each));
  const at = contexts.findIndex((each, index) => contexts.indexOf(each) < index);
  return at < 0 ? undefined : broken(`/@context/${at}`, 'A context stands in the set twice.');
}

// A second base context would redefine the protected terms of the first.
function checkOneBaseContext({ '@context': context }: JsonObject): Problem | undefined {
  const [, ...others] = asArray<JsonValue>(context);
  const at = others.findIndex((each) => BASE_CONTEXTS.includes(each));
  return at < 0
    ? undefined
    : broken(`/@context/${at + 1}`, 'A second context of the data model changes protected terms.');
}

function checkTypeStrings(document: JsonObject): Problem | undefined {
  return hasType(document)
    ? undefined
    : broken('/type', 'There is no type, or one that is no text.');
}

function typed(name: string) {
  return ({ type }: JsonObject): Problem | undefined =>
    asArray<JsonValue>(type).includes(name)
      ? undefined
      : broken('/type', `The types do not include ${name}.`);
}

function checkIssuer({ issuer }: JsonObject): Problem | undefined {
  const id = isJsonObject(issuer) ? issuer['id'] : issuer;
  return isAbsoluteUrl(id) ? undefined : broken('/issuer', 'The issuer is not named by a URL.');
}

function checkHolder({ holder }: JsonObject): Problem | undefined {
  const id = isJsonObject(holder) ? holder['id'] : holder;
  return holder === undefined || isAbsoluteUrl(id)
    ? undefined
    : broken('/holder', 'The holder is not named by a URL.');
}

function checkSubjects(document: JsonObject): Problem | undefined {
  if (document['credentialSubject'] === undefined) {
    return broken('/credentialSubject', 'It is about nobody.');
  }
  return checkValues(document, 'credentialSubject', (subject, pointer) =>
    Object.keys(subject).length > 0
      ? undefined
      : broken(pointer, 'Of one subject nothing is said.'),
  );
}

function checkSubjectIds(document: JsonObject): Problem | undefined {
  if (document['credentialSubject'] === undefined) return undefined;
  return checkValues(document, 'credentialSubject', checkOptionalId);
}

function checkPresented(document: JsonObject): Problem | undefined {
  const { verifiableCredential: presented } = document;
  // An empty list presents nothing, which a presentation may.
  if (Array.isArray(presented) && presented.length === 0) return undefined;
  return checkValues(document, 'verifiableCredential', (credential, pointer) =>
    hasType(credential) ? undefined : broken(`${pointer}/type`, 'What is presented has no type.'),
  );
}

const ENVELOPE = 'EnvelopedVerifiableCredential';

function checkEnvelopes(document: JsonObject): Problem | undefined {
  const { verifiableCredential: presented } = document;
  if (Array.isArray(presented) && presented.length === 0) return undefined;
  return checkValues(document, 'verifiableCredential', (credential, pointer) => {
    if (!asArray<JsonValue>(credential['type']).includes(ENVELOPE)) return undefined;
    const { '@context': context, id } = credential;
    const isPlaced = asArray<JsonValue>(context)[0] === CREDENTIALS_V2_CONTEXT;
    if (!isPlaced) return broken(`${pointer}/@context`, 'The envelope has no context.');
    return typeof id === 'string' && /^data:[^\s,]+,./.test(id)
      ? undefined
      : broken(`${pointer}/id`, 'The envelope does not hold its credential in a data: URL.');
  });
}

/** What stands at the top of a credential or a presentation, and who they name. */
export const TOP_LEVEL_RULES: readonly Rule[] = [
  {
    id: 'context-base',
    clause: 'contexts',
    of: ANY_DOCUMENT,
    versions: BOTH_VERSIONS,
    check: checkBaseContext,
  },
  {
    id: 'context-kinds',
    clause: 'contexts',
    of: ANY_DOCUMENT,
    versions: BOTH_VERSIONS,
    check: checkContextKinds,
  },
  {
    id: 'context-set',
    clause: 'contexts',
    of: ANY_DOCUMENT,
    versions: BOTH_VERSIONS,
    check: checkContextSet,
  },
  {
    id: 'context-one-version',
    clause: 'semantic-interoperability',
    of: ANY_DOCUMENT,
    versions: BOTH_VERSIONS,
    check: checkOneBaseContext,
  },
  {
    id: 'id-url',
    clause: 'identifiers',
    of: ANY_DOCUMENT,
    versions: BOTH_VERSIONS,
    check: (document) => checkOptionalId(document, ''),
  },
  {
    id: 'type-present',
    clause: 'types',
    of: ANY_DOCUMENT,
    versions: BOTH_VERSIONS,
    check: checkTypeStrings,
  },
  {
    id: 'type-credential',
    clause: 'types',
    of: ['credential'],
    versions: BOTH_VERSIONS,
    check: typed('VerifiableCredential'),
  },
  {
    id: 'issuer-url',
    clause: 'issuer',
    of: ['credential'],
    versions: BOTH_VERSIONS,
    check: checkIssuer,
  },
  {
    id: 'subject-claims',
    clause: 'credential-subject',
    of: ['credential'],
    versions: BOTH_VERSIONS,
    check: checkSubjects,
  },
  {
    id: 'subject-id-url',
    clause: 'identifiers',
    of: ['credential'],
    versions: BOTH_VERSIONS,
    check: checkSubjectIds,
  },
  {
    id: 'type-presentation',
    clause: 'verifiable-presentations',
    of: ['presentation'],
    versions: BOTH_VERSIONS,
    check: typed('VerifiablePresentation'),
  },
  {
    id: 'holder-url',
    clause: 'verifiable-presentations',
    of: ['presentation'],
    versions: BOTH_VERSIONS,
    check: checkHolder,
  },
  {
    id: 'presented-objects',
    clause: 'verifiable-presentations',
    of: ['presentation'],
    versions: ['2.0'],
    check: checkPresented,
  },
  {
    id: 'presented-envelopes',
    clause: 'enveloped-verifiable-credentials',
    of: ['presentation'],
    versions: ['2.0'],
    check: checkEnvelopes,
  },
];

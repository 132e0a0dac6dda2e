import {
  checkCredentialSchema,
  checkDisclosedClaims,
  COMMON_CLAIMS,
  typeMetadata,
  typeOfVct,
} from '#catalogue/catalogue';
import { isDid } from '#did/identifiers';
import { isSelfContained } from '#did/resolver';
import { verifyJwtSignature } from '#proofs/jwt-credential';
import { timeOfClaim } from '#proofs/jwt';
import { type ParsedSdJwt, parseSdJwt } from '#proofs/sd-jwt';
import { toDateTimeStamp } from '#vc/clock';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Problem } from '#vc/error';
import { checkEnd, checkSupersedes, isUrl, malformed } from '../checks/data-model.ts';
import { schemaFinding } from '../checks/schema.ts';
import { failed, type Finding, PASS } from '../report.ts';
import { didOfHttpsForm } from '../trust-did.ts';
import type { ReadCredential, ShapedCredential } from './credential.ts';
import { holderOf } from './holder-key.ts';
import { asProofs, lastMomentOf, PROOF_PLACES } from './signed-text.ts';

const PLACES: Readonly<Record<string, string>> = {
  '/id': '/jti',
  '/issuer': '/iss',
  '/credentialSubject/id': '/sub',
  '/validFrom': '/nbf',
  '/validUntil': '/exp',
  '/credentialStatus': '/status',
  ...PROOF_PLACES,
};

/**
 * Reads an SD-JWT VC. Pointers lead into its claims. With a KB-JWT at its end it is a presentation, and no credential:
 * here nobody would look at what that says.
 * @throws VcError for a text that cannot be read
 */
export function readSdJwtCredential(text: string): ReadCredential {
  const sdJwt = parseSdJwt(text);
  const { jti } = sdJwt.payload;
  const found = checkAlone(sdJwt) ?? checkModel(sdJwt.payload);
  return {
    input: text,
    format: 'dc+sd-jwt',
    id: typeof jti === 'string' ? jti : undefined,
    found,
    ...(found.outcome === 'pass' && { credential: shapeOf(sdJwt) }),
  };
}

function checkAlone({ keyBinding }: ParsedSdJwt): Finding | undefined {
  return keyBinding === undefined
    ? undefined
    : malformed('', 'It is a presentation of a credential, and is checked as one.');
}

function checkModel(claims: JsonObject): Finding {
  const { jti, iss, sub, vct, supersedes } = claims;
  if (!isUrl(jti)) return malformed('/jti', 'The credential has no id.');
  if (issuerOf(iss) === undefined) return malformed('/iss', 'It does not name its issuer.');
  if (!isDid(sub)) return malformed('/sub', 'It does not say whose credential it is.');
  if (typeof vct !== 'string') {
    return malformed('/vct', 'It does not say which one kind of credential it is.');
  }
  const from = timeOfClaim(claims, 'nbf');
  const until = timeOfClaim(claims, 'exp');
  if (from === undefined)
    return malformed('/nbf', 'It does not give a date and time from which it is valid.');
  const ends = until === undefined ? PASS : checkEnd(from, until, '/exp');
  if (ends.outcome !== 'pass') return ends;
  return checkSupersedes(supersedes) ?? checkHolderKey(sub, claims);
}

/** The key that shows possession is the one that the subject's did:key or did:jwk is. */
function checkHolderKey(sub: string, claims: JsonObject): Finding {
  const holder = holderOf(claims);
  return isSelfContained(sub) && sub !== holder
    ? malformed('/cnf/jwk', 'It is bound to another key than that of the person it is about.')
    : PASS;
}

function shapeOf(sdJwt: ParsedSdJwt): ShapedCredential {
  const { payload, issuerJwt } = sdJwt;
  const { jti, iss, sub, vct, credentialSchema, status } = payload;
  const from = timeOfClaim(payload, 'nbf') ?? Number.NaN;
  const until = timeOfClaim(payload, 'exp');
  return {
    format: 'dc+sd-jwt',
    id: jti as string,
    type: typeOfVct(vct as string) ?? (vct as string),
    issuer: issuerOf(iss) ?? '',
    subjectId: sub as string,
    validFrom: from,
    validUntil: lastMomentOf(payload),
    stated: {
      validFrom: toDateTimeStamp(from),
      validUntil: until === undefined ? undefined : toDateTimeStamp(until),
      schemas: isJsonObject(credentialSchema) ? [credentialSchema] : [],
    },
    status: {
      kind: 'token',
      entries: status === undefined ? [] : [{ entry: status, pointer: '/status' }],
    },
    checkContext: () => checkVocabulary(vct as string),
    verifyProofs: async (options) =>
      asProofs(
        await verifyJwtSignature({ jwt: issuerJwt, purpose: 'assertionMethod', ...options }),
      ),
    checkSchema: () => schemaFinding(schemaProblems(sdJwt)),
    locate: (pointer) => PLACES[pointer] ?? pointer,
  };
}

/** A DID, or the https form of a did:web, by which JWT VC issuer metadata is found. */
function issuerOf(iss: JsonValue | undefined): string | undefined {
  if (typeof iss !== 'string') return undefined;
  return isDid(iss) ? iss : didOfHttpsForm(iss);
}

/** What `@context` is to JSON-LD, `vct` is here: it says what the names of the claims mean. */
function checkVocabulary(vct: string): Finding {
  return typeMetadata(vct) === undefined ? failed('CONTEXT_NOT_ALLOWED', '/vct') : PASS;
}

/** The claims by what was disclosed of them; all else by the schema of the whole credential, as in JSON-LD. */
function schemaProblems({ payload, hidden }: ParsedSdJwt): Problem[] {
  const { vct, sub, trustFramework = null, credentialSchema = null, ...rest } = payload;
  const claims = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !COMMON_CLAIMS.has(name)),
  );
  const schemaId = isJsonObject(credentialSchema) ? credentialSchema['id'] : undefined;
  const whole = checkCredentialSchema({
    type: ['VerifiableCredential', typeOfVct(vct as string) ?? ''],
    credentialSubject: { id: sub, ...claims },
    trustFramework,
    credentialSchema,
  });
  return [
    ...checkDisclosedClaims({ schemaId, claims, hidden, vct: vct as string }),
    ...whole.filter(({ pointer = '' }) => !pointer.startsWith('/credentialSubject')),
  ];
}

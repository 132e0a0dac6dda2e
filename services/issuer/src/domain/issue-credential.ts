import { CONTEXT_URL, schemaUrl, trustFrameworkFor } from '#catalogue/catalogue';
import { trustDid } from '#did/identifiers';
import { signCredential } from '#proofs/add-proof';
import { createStatusEntries } from '#status/status-list-entry';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import { type Credential, CREDENTIALS_V2_CONTEXT } from '#vc/data-model';
import { VcError } from '#vc/error';
import {
  checkAgainstCatalogue,
  checkValidity,
  type CredentialRequest,
  type ValidityPeriod,
} from './credential-request.ts';
import { checkEntitlement, chooseSigningKey } from './entitlement.ts';
import type { IndexSlices } from './index-slices.ts';
import {
  type Answer,
  type Call,
  type Holder,
  type Holders,
  ID_TAKEN,
  type IssuanceLedger,
  type IssuedCredential,
  type LoadTrustRecord,
  type SigningKeys,
  type StatusIndex,
} from './ports.ts';

export interface CredentialIssuerDeps {
  /** https origin of the cell */
  publicOrigin: string;
  clock: Clock;
  /** a random UUID */
  newId: () => string;
  sha256: (bytes: Uint8Array) => Uint8Array;
  loadTrustRecord: LoadTrustRecord;
  keys: SigningKeys;
  holders: Holders;
  indexes: IndexSlices;
  ledger: IssuanceLedger;
}

export interface CredentialIssuer {
  /**
   * Issues one credential, or answers what an equal call was answered. `parse` runs only when the call is new.
   * @throws VcError of parsing, catalogue, registry and holder; CONFLICT when the caller's id is in use
   */
  issue(call: Call, parse: () => CredentialRequest): Promise<Answer>;
}

interface Build {
  uuid: string;
  issuer: string;
  organisationName: string;
  request: CredentialRequest;
  catalogueVersion: string;
  period: ValidityPeriod;
  holder: Holder;
  statusIndex: StatusIndex;
  now: number;
}

/** What verifiers of this and other cells take for one credential. */
const MAX_DOCUMENT_BYTES = 64 * 1024;
const MAX_ID_ATTEMPTS = 3;

/**
 * The one engine behind both issue routes. Cheap refusals come first, a status index is used up only when nothing
 * can be refused any more, the signature exists in memory only until the ledger has committed.
 */
export function createCredentialIssuer(deps: CredentialIssuerDeps): CredentialIssuer {
  const prepare = async (call: Call, request: CredentialRequest): Promise<IssuedCredential> => {
    const { odsCode } = call;
    const now = deps.clock();
    const issuer = trustDid(deps.publicOrigin, odsCode);
    checkIssuer(request, issuer);
    const catalogueVersion = checkAgainstCatalogue(request);
    const period = checkValidity(request, now);

    const record = await deps.loadTrustRecord(odsCode);
    checkEntitlement(record, { issuer, type: request.type, now });
    // one key version for the whole request
    const key = await chooseSigningKey(deps.keys, { record, purpose: 'assertion', now });
    const holder = await findHolder(deps.holders, odsCode, request.holder);
    const statusIndex = await deps.indexes.take(odsCode);

    const uuid = request.id ?? deps.newId();
    const organisationName = record.organisation.name;
    const credential = buildCredential({
      uuid,
      issuer,
      organisationName,
      request,
      catalogueVersion,
      period,
      holder,
      statusIndex,
      now,
    });
    const signed = await signCredential({
      credential,
      signer: key.signer,
      suites: ['Ed25519Signature2020'],
      created: toDateTimeStamp(now),
    });
    const document = JSON.stringify(signed);
    return {
      id: uuid,
      odsCode,
      employeeId: holder.employeeId,
      holderDid: holder.did,
      type: request.type,
      catalogueVersion,
      keyThumbprint: key.thumbprint,
      listPairId: statusIndex.listPairId,
      listIndex: statusIndex.index,
      digest: deps.sha256(boundedBytes(document)),
      document,
      issuedAt: now,
      validUntil: period.endsAt,
      requestedBy: call.clientId,
      batch: request.batch,
    };
  };

  return {
    async issue(call, parse) {
      for (let attempt = 0; attempt < MAX_ID_ATTEMPTS; attempt += 1) {
        const answer = await deps.ledger.issueOnce(call, async () => prepare(call, parse()));
        if (answer !== ID_TAKEN) return answer;
        if (parse().id !== undefined) {
          throw new VcError('CONFLICT', 'The credential id is in use: send another, or none');
        }
      }
      throw new VcError('SERVICE_UNAVAILABLE', 'No unused credential id was found');
    },
  };
}

function checkIssuer(request: CredentialRequest, issuer: string): void {
  if (request.issuer === undefined || request.issuer === issuer) return;
  const detail = `must be ${issuer}, the DID of the trust that calls`;
  throw new VcError('ISSUER_MISMATCH', `issuer ${detail}`, {
    errors: [{ pointer: '/credential/issuer', detail }],
  });
}

async function findHolder(
  holders: Holders,
  odsCode: string,
  named: CredentialRequest['holder'],
): Promise<Holder> {
  const holder =
    'did' in named
      ? await holders.findByDid(odsCode, named.did)
      : await holders.findByEmployee(odsCode, named.employeeId);
  if (holder !== undefined) return holder;
  throw new VcError(
    'HOLDER_NOT_BOUND',
    'No holder is bound for this person: ask for a challenge with POST /v1/holders/challenges, have the wallet sign it, and send it to POST /v1/holders with the employeeId',
  );
}

function buildCredential(build: Build): Credential {
  const { uuid, issuer, request, period, holder, statusIndex } = build;
  const issuedAt = toDateTimeStamp(build.now);
  return {
    '@context': [CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
    id: `urn:uuid:${uuid}`,
    type: ['VerifiableCredential', request.type],
    issuer,
    validFrom: period.validFrom ?? issuedAt,
    ...(period.validUntil !== undefined && { validUntil: period.validUntil }),
    credentialSubject: { id: holder.did, ...request.claims },
    trustFramework: {
      ...trustFrameworkFor(request.type, {
        organisationName: build.organisationName,
        lastRefresh: issuedAt,
      }),
    },
    credentialSchema: {
      id: schemaUrl(request.type, build.catalogueVersion),
      type: 'JsonSchema',
    },
    credentialStatus: createStatusEntries(statusIndex),
  };
}

function boundedBytes(document: string): Uint8Array {
  const bytes = new TextEncoder().encode(document);
  if (bytes.length <= MAX_DOCUMENT_BYTES) return bytes;
  throw new VcError('PAYLOAD_TOO_LARGE', 'The signed credential would be larger than 64 kB');
}

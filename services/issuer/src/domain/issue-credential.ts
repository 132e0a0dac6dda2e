import type { Catalogue } from '#catalogue/catalogue';
import { trustDid } from '#did/identifiers';
import type { Signer } from '#proofs/signer';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import type { CredentialForm } from '#vc/credential-form';
import { VcError } from '#vc/error';
import { checkOlder } from './check-older.ts';
import {
  checkAgainstCatalogue,
  checkValidity,
  type CredentialRequest,
} from './credential-request.ts';
import { checkEntitlement, chooseSigningKey } from './entitlement.ts';
import { chooseForms } from './forms/choose-forms.ts';
import type { CredentialFacts } from './forms/credential-facts.ts';
import { listsFor } from './forms/form-table.ts';
import { signForm } from './forms/sign-form.ts';
import type { IndexSlices } from './index-slices.ts';
import {
  type Answer,
  type Call,
  type FormDefaults,
  type Holder,
  type Holders,
  ID_TAKEN,
  type IssuanceLedger,
  type IssuedCredential,
  type LoadTrustRecord,
  type SignedForm,
  type SigningKeys,
} from './ports.ts';

export interface CredentialIssuerDeps {
  /** https origin of the cell */
  publicOrigin: string;
  clock: Clock;
  /** a random UUID */
  newId: () => string;
  /** 128 random bits as base64url */
  newSalt: () => string;
  sha256: (bytes: Uint8Array) => Uint8Array;
  catalogue: Pick<Catalogue, 'editionToIssue'>;
  formDefaults: FormDefaults;
  loadTrustRecord: LoadTrustRecord;
  keys: SigningKeys;
  holders: Holders;
  indexes: IndexSlices;
  ledger: IssuanceLedger;
}

export interface CredentialIssuer {
  /**
   * Issues one credential, or answers what an equal call was answered. `parse` runs only when the call is new.
   * @throws VcError of parsing, catalogue, registry and holder; CONFLICT when the caller's id is in use, or what it
   *   supersedes is superseded; LIFECYCLE_CHANGE_REFUSED
   */
  issue(call: Call, parse: () => CredentialRequest): Promise<Answer>;
}

/** What verifiers of this and other cells take for one credential, in each of its forms. */
const MAX_DOCUMENT_BYTES = 64 * 1024;
const MAX_ID_ATTEMPTS = 3;

/**
 * The one engine behind both issue routes. Cheap refusals come first, a status index is used up only when nothing
 * can be refused any more, the signatures exist in memory only until the ledger has committed.
 */
export function createCredentialIssuer(deps: CredentialIssuerDeps): CredentialIssuer {
  const prepare = async (call: Call, request: CredentialRequest): Promise<IssuedCredential> => {
    const { odsCode } = call;
    const now = deps.clock();
    const issuer = trustDid(deps.publicOrigin, odsCode);
    checkIssuer(request, issuer);
    // one edition of the catalogue for the whole request
    const edition = checkAgainstCatalogue(request, deps.catalogue);
    const period = checkValidity(request, now);

    const record = await deps.loadTrustRecord(odsCode);
    checkEntitlement(record, { issuer, type: request.type, now });
    // one key version for the whole request
    const key = await chooseSigningKey(deps.keys, { record, purpose: 'assertion', now });
    const holder = await findHolder(deps.holders, odsCode, request.holder);
    if (request.supersedes !== undefined) {
      const { type } = request;
      await checkOlder(deps.ledger, { odsCode, ...request.supersedes, type, holder });
    }
    const forms = await chooseForms(deps.formDefaults, odsCode, request);
    const statusIndex = await deps.indexes.take(odsCode, listsFor(forms));

    const uuid = request.id ?? deps.newId();
    const issuedAt = toDateTimeStamp(now);
    const { name: provider } = record.organisation;
    const facts: CredentialFacts = {
      uuid,
      issuer,
      issuerUrl: `${deps.publicOrigin}/trusts/${odsCode}`,
      edition,
      claims: request.claims,
      holderDid: holder.did,
      validFrom: period.validFrom ?? issuedAt,
      validUntil: period.validUntil,
      trustFramework: {
        ...edition.trustFramework({
          organisationName: provider,
          lastRefresh: request.lastRefresh ?? issuedAt,
        }),
      },
      statusIndex,
      supersedes: request.supersedes && `urn:uuid:${request.supersedes.credentialId}`,
      issuedAt: now,
    };
    const [first, ...otherForms] = await signForms(forms, facts, key.signer);
    return {
      ...first,
      id: uuid,
      odsCode,
      employeeId: holder.employeeId,
      holderDid: holder.did,
      type: request.type,
      catalogueVersion: edition.version,
      provider,
      keyThumbprint: key.thumbprint,
      listPairId: statusIndex.listPairId,
      listIndex: statusIndex.index,
      otherForms,
      issuedAt: now,
      validUntil: period.endsAt,
      requestedBy: call.clientId,
      person: call.person?.subject,
      batch: request.batch,
      supersedes: request.supersedes,
    };
  };

  const signForms = async (
    forms: readonly CredentialForm[],
    facts: CredentialFacts,
    signer: Signer,
  ): Promise<[SignedForm, ...SignedForm[]]> => {
    const signed = await Promise.all(
      forms.map(async (form) => {
        const document = await signForm({ form, facts, signer, newSalt: deps.newSalt });
        return { form, document, digest: deps.sha256(boundedBytes(document)) };
      }),
    );
    return signed as [SignedForm, ...SignedForm[]];
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

function boundedBytes(document: string): Uint8Array {
  const bytes = new TextEncoder().encode(document);
  if (bytes.length <= MAX_DOCUMENT_BYTES) return bytes;
  throw new VcError('PAYLOAD_TOO_LARGE', 'The signed credential would be larger than 64 kB');
}

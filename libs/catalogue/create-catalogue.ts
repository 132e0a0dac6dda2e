import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { type Problem, VcError } from '#vc/error';
import { createEdition, type Edition, type TrustFramework } from './edition.ts';
import { editionDigest, type EditionStore } from './edition-store.ts';
import {
  type CredentialTypeEntry,
  type EditionFile,
  type EditionStatus,
  toEntry,
} from './entry.ts';
import { compareVersions, typeOfSchema, typeOfVct, vctUrl } from './names.ts';
import { buildTypeMetadata, type TypeMetadata } from './type-metadata.ts';

/** What the index says about one version of one type. */
export interface EditionSummary {
  type: string;
  version: string;
  status: EditionStatus;
}

export interface Catalogue {
  /** every version of every type, types by name, versions from new to old; reads no edition */
  editions: () => EditionSummary[];
  /** the newest version of every type that can be issued */
  credentialTypes: () => CredentialTypeEntry[];
  /** @param version left out: the newest approved one, else the newest */
  findCredentialType: (name: string, version?: string) => CredentialTypeEntry | undefined;
  /**
   * The one object with which everything of an issuing request is done.
   * @param version left out: the newest approved one
   * @throws VcError UNKNOWN_CREDENTIAL_TYPE for a type or version that there is not;
   *   CATALOGUE_VERSION_NOT_ISSUABLE for a draft or deprecated one
   */
  editionToIssue: (type: string, version?: string) => Edition;
  /** `Edition.checkClaims`, and UNKNOWN_CREDENTIAL_TYPE for the type itself or its version. */
  checkClaims: (type: string, claims: unknown, version?: string) => Problem[];
  /**
   * Whether a whole credential (VCDM 2.0 or 1.1) follows the schema that its `credentialSchema` names, of any version
   * that ever was approved: SCHEMA_MISMATCH otherwise, also when it names none, or none of this catalogue.
   */
  checkCredentialSchema: (credential: unknown) => Problem[];
  /**
   * The same for the claims of an SD-JWT, without those that JWTs and our forms reserve; pointers begin at the claims.
   * @param hidden how many digests have no disclosure
   * @param vct when given it must be that of the schema's type and major version
   */
  checkDisclosedClaims: (presented: {
    schemaId: unknown;
    claims: JsonObject;
    hidden: number;
    vct?: string;
  }) => Problem[];
  /** The JSON Schema (2020-12) at `schemaUrl(type, version)`, of a version that ever was approved. */
  credentialSchemaDocument: (type: string, version: string) => JsonObject | undefined;
  /**
   * The trust framework block that a type's credentials carry unless the issuer knows better.
   * @throws VcError UNKNOWN_CREDENTIAL_TYPE
   */
  trustFrameworkFor: (
    type: string,
    options: { organisationName: string; lastRefresh: string },
  ) => TrustFramework;
  /** SD-JWT VC Type Metadata of a `vct`, from its major's newest version that ever was approved. */
  typeMetadata: (vct: string) => TypeMetadata | undefined;
}

const NO_TYPE = 'The catalogue has no such credential type';

/**
 * A catalogue over its published editions. Nothing is read before it is asked for, and then once.
 * @throws Error (when an edition is read) for bytes that are not those of the index
 */
export function createCatalogue({ index, read }: EditionStore): Catalogue {
  // Claims are signed as they came: nothing is coerced, removed or filled in.
  // strictRequired stays off: `required` inside `then` names properties of the schema around it.
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, verbose: true });
  addFormats.default(ajv, ['date', 'date-time']);

  const versions = new Map<string, EditionSummary[]>();
  for (const [type, known] of Object.entries(index).toSorted(byName)) {
    const newestFirst = Object.keys(known).toSorted((a, b) => compareVersions(b, a));
    versions.set(
      type,
      newestFirst.map((version) => ({ type, version, status: statusOf(known[version]?.status) })),
    );
  }

  const loaded = new Map<string, Edition>();
  const load = ({ type, version, status }: EditionSummary): Edition => {
    const name = `${type} ${version}`;
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const text = read(type, version);
    if (editionDigest(text) !== index[type]?.[version]?.sha256) {
      throw new Error(`edition ${version} of ${type} is not the one that was published`);
    }
    const edition = createEdition(toEntry(JSON.parse(text) as EditionFile, status), ajv);
    loaded.set(name, edition);
    return edition;
  };

  const newestApproved = (type: string): EditionSummary | undefined =>
    versions.get(type)?.find(({ status }) => status === 'approved');
  const find = (type: string, version?: string): EditionSummary | undefined => {
    const known = versions.get(type);
    if (version !== undefined) return known?.find((one) => one.version === version);
    return newestApproved(type) ?? known?.[0];
  };
  const loadPublished = (schemaId: unknown): Edition | undefined => {
    const named = typeof schemaId === 'string' ? typeOfSchema(schemaId) : undefined;
    const found = named === undefined ? undefined : find(named.type, named.version);
    return found === undefined || found.status === 'draft' ? undefined : load(found);
  };

  return {
    editions: () => [...versions.values()].flat(),

    credentialTypes: () =>
      [...versions.keys()]
        .map(newestApproved)
        .filter((one) => one !== undefined)
        .map((one) => load(one).entry),

    findCredentialType(name, version) {
      const found = find(name, version);
      return found === undefined ? undefined : load(found).entry;
    },

    editionToIssue(type, version) {
      const usable = newestApproved(type);
      const found = find(type, version);
      if (!versions.has(type)) throw refusal('UNKNOWN_CREDENTIAL_TYPE', '/type', NO_TYPE);
      const instead = usable === undefined ? 'none can be issued' : `use ${usable.version}`;
      if (found === undefined) {
        const detail = `${type} has no such version: ${instead}`;
        throw refusal('UNKNOWN_CREDENTIAL_TYPE', '/version', detail);
      }
      if (found.status === 'approved') return load(found);
      const detail = `${type} ${found.version} is ${found.status}: ${instead}`;
      throw refusal('CATALOGUE_VERSION_NOT_ISSUABLE', '/version', detail);
    },

    checkClaims(type, claims, version) {
      const found = find(type, version);
      if (found !== undefined) return load(found).checkClaims(claims);
      const isVersion = versions.has(type);
      const detail = isVersion ? `${type} has no such version` : NO_TYPE;
      const pointer = isVersion ? '/version' : '/type';
      return [{ code: 'UNKNOWN_CREDENTIAL_TYPE', pointer, detail }];
    },

    checkCredentialSchema(credential) {
      const named = isJsonObject(credential) ? credential['credentialSchema'] : undefined;
      const edition = loadPublished(isJsonObject(named) ? named['id'] : undefined);
      return edition === undefined ? [noSchema()] : edition.checkCredential(credential);
    },

    checkDisclosedClaims({ schemaId, claims, hidden, vct }) {
      const edition = loadPublished(schemaId);
      if (edition === undefined) return [noSchema()];
      if (vct !== undefined && vct !== edition.vct) {
        const detail = 'vct and credentialSchema name different types';
        return [{ code: 'SCHEMA_MISMATCH', pointer: '/vct', detail }];
      }
      return edition.checkDisclosed(claims, hidden);
    },

    credentialSchemaDocument(type, version) {
      const found = find(type, version);
      if (found === undefined || found.status === 'draft') return undefined;
      return load(found).credentialSchema;
    },

    trustFrameworkFor(type, options) {
      const found = find(type);
      if (found === undefined) throw refusal('UNKNOWN_CREDENTIAL_TYPE', '/type', NO_TYPE);
      return load(found).trustFramework(options);
    },

    typeMetadata(vct) {
      const type = typeOfVct(vct);
      const known = type === undefined ? undefined : versions.get(type);
      const newest = known?.find(
        (one) => one.status !== 'draft' && vctUrl(one.type, one.version) === vct,
      );
      return newest === undefined ? undefined : buildTypeMetadata(load(newest));
    },
  };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** An index is data: what it does not say plainly counts as a draft. */
function statusOf(status: EditionStatus | undefined): EditionStatus {
  return status === 'approved' || status === 'deprecated' ? status : 'draft';
}

function noSchema(): Problem {
  const detail = 'credentialSchema does not name a schema of the catalogue';
  return { code: 'SCHEMA_MISMATCH', pointer: '/credentialSchema', detail };
}

function refusal(
  code: 'UNKNOWN_CREDENTIAL_TYPE' | 'CATALOGUE_VERSION_NOT_ISSUABLE',
  pointer: string,
  detail: string,
): VcError {
  return new VcError(code, detail, { errors: [{ pointer, detail }] });
}

import { type CredentialTypeEntry, credentialTypes } from '#catalogue/catalogue';
import { trustDid } from '#did/identifiers';
import { encodeTokenStatusList } from '#status/token-status-list';
import type { TrustRecord } from '../../services/issuer/src/domain/ports.ts';
import { ORIGIN, PERIOD, START, TRUST } from '../../services/issuer/test/fakes.ts';
import { type Issued, mintForms } from '../../services/issuer/test/forms/helper.ts';
import {
  addKey,
  buildReady,
  type Issuer,
  send,
  type Wallet,
} from '../../services/issuer/test/helper.ts';
import { CREDENTIAL_FORMS } from '#vc/credential-form';

interface Teardown {
  teardown(handler: () => unknown): void;
}

export interface Family {
  entry: CredentialTypeEntry;
  uuid: string;
  /** one in each of CREDENTIAL_FORMS, in that order */
  issued: Issued[];
}

export interface EveryForm {
  families: Family[];
  publicOrigin: string;
  /** the DID of the trust that issued, with the one key it signed with */
  issuer: { did: string; verificationMethod: string; publicKeyMultibase: string };
  /** the trust's key for status lists */
  statusKey: { verificationMethod: string; publicKeyMultibase: string };
  /** A Status List Token with these bytes, signed by the issuer as it signs those of the status-list service. */
  signTokenList: (url: string, bytes: Uint8Array) => Promise<string>;
  /** what the registry says of the trust */
  record: TrustRecord;
  holder: Wallet;
  /** milliseconds since the epoch: when all were issued */
  issuedAt: number;
}

/**
 * Each type of the catalogue, from its example, in each form: by the issuer's routes and engine on a real database,
 * with a registry and status lists in memory. A family of all forms is one call.
 */
export async function issueEveryForm(test: Teardown): Promise<EveryForm> {
  const issuer = await buildReady(test);
  const record = issuer.registry.of(TRUST);
  const types = credentialTypes();
  record.accreditations = types.map(({ type: credentialType }) => ({
    credentialType,
    action: 'issue',
    withdrawnAt: null,
    ...PERIOD,
  }));
  const statusKey = await addKey(issuer, 'status');
  // the record as it was when the key was made is still fresh, and lacks these
  issuer.time.now += 30_000;
  const families: Family[] = [];
  for (const entry of types) {
    const { type, example } = entry;
    const { family, uuid } = await mintForms(issuer, CREDENTIAL_FORMS, { type, claims: example });
    families.push({ entry, uuid, issued: family });
  }
  const { publicKeyMultibase, verificationMethod } = issuer.key;
  return {
    families,
    publicOrigin: ORIGIN,
    issuer: { did: trustDid(ORIGIN, TRUST), verificationMethod, publicKeyMultibase },
    statusKey,
    signTokenList: tokenListSigner(issuer),
    record,
    holder: issuer.wallet,
    issuedAt: START + 30_000,
  };
}

function tokenListSigner(issuer: Issuer): EveryForm['signTokenList'] {
  let previousVersion = 0;
  return async (url, bytes) => {
    const version = Math.max(issuer.time.now, previousVersion + 1);
    const listId = url.split('/').at(-1);
    const lst = encodeTokenStatusList(bytes);
    const answer = await send(issuer, {
      url: '/internal/status-list-tokens',
      body: { listId, odsCode: TRUST, version, previousVersion, lst },
      scopes: ['internal:sign-list'],
      odsCode: undefined,
      key: null,
    });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    previousVersion = version;
    return answer.json<{ token: string }>().token;
  };
}

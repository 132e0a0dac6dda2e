import type { Edition } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import type { StatusIndex } from '../ports.ts';

/** Everything that the forms of one credential say, each in its own way. */
export interface CredentialFacts {
  /** bare UUID, the same in all forms */
  uuid: string;
  /** the trust's DID */
  issuer: string;
  /** the trust's https URL, of which the DID is the did:web form */
  issuerUrl: string;
  edition: Edition;
  claims: JsonObject;
  holderDid: string;
  /** dateTimeStamp */
  validFrom: string;
  /** dateTimeStamp */
  validUntil: string | undefined;
  trustFramework: JsonObject;
  /** has the two-bit lists that the forms need */
  statusIndex: StatusIndex;
  /** `urn:uuid:` of the older credential */
  supersedes: string | undefined;
  /** milliseconds since the epoch */
  issuedAt: number;
}

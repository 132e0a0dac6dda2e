/** A public key of a cell's registry and when it stands. Times are RFC 3339; an open end is null. */
export interface RegistryKey {
  publicKeyMultibase: string;
  validFrom: string;
  validUntil: string | null;
}

/** A cell that the anchor admitted. */
export interface Cell {
  /** `did:web:<host>` */
  did: string;
  /** of its ICS */
  odsCode: string;
  name: string;
  registryKeys: readonly RegistryKey[];
  admittedAt: string;
  /** null while it is admitted */
  withdrawnAt: string | null;
}

/** What the anchor signs, offline: who takes part. A newer version replaces an older one whole. */
export interface Genesis {
  /** `did:key` of the anchor */
  anchor: string;
  /** rises with every edition */
  version: number;
  issuedAt: string;
  cells: readonly Cell[];
}

/** What a cell's registry signs about its records. */
export interface RegistryStatement {
  kind: 'snapshot' | 'changes';
  /** the cell's DID */
  issuer: string;
  /** the registry's state: rises with every change */
  epoch: number;
  /** of `changes`: records that changed after this epoch; 0 in a snapshot, which has them all */
  since: number;
  /** milliseconds */
  issuedAt: number;
  /** milliseconds: how long the registry itself lets it be used */
  expiresAt: number;
  records: readonly unknown[];
}

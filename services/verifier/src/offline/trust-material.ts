import { Ajv2020 } from 'ajv/dist/2020.js';
import { Type } from 'typebox';
import { DateTimeSchema } from '#api/wire';
import { VcError } from '#vc/error';

/** What a registry signed of a cell, as it came: a compact JWS. */
export interface SavedSnapshot {
  /** DID of the cell */
  cell: string;
  statement: string;
}

/** A status list as it came. */
export interface SavedStatusList {
  url: string;
  /** a W3C bitstring status list, or an IETF Token Status List */
  kind: 'bitstring' | 'token';
  /** the answer's body as text */
  body: string;
  /** RFC 3339 */
  fetchedAt: string;
}

/**
 * All that verifying needs of the world, as plain JSON that can be kept in a file. Everything in it is signed and is
 * checked when it is used. Who can write the file can put older material there: within the limits of age, and as for
 * the genesis file, which has no end, down to `minGenesisVersion`.
 */
export interface TrustMaterial {
  /** the genesis file, a compact JWS: which cells there are */
  genesis: string;
  snapshots: SavedSnapshot[];
  statusLists: SavedStatusList[];
}

// As much as is taken from the network.
const MIB = 1024 * 1024;

const TrustMaterialSchema = Type.Object({
  genesis: Type.String({ maxLength: MIB }),
  snapshots: Type.Array(
    Type.Object({ cell: Type.String(), statement: Type.String({ maxLength: 8 * MIB }) }),
  ),
  statusLists: Type.Array(
    Type.Object({
      url: Type.String(),
      kind: Type.Enum(['bitstring', 'token']),
      body: Type.String({ maxLength: MIB }),
      fetchedAt: DateTimeSchema,
    }),
  ),
});

const isMaterial = new Ajv2020({ strict: false }).compile<TrustMaterial>(TrustMaterialSchema);

/** @throws VcError INVALID_REQUEST for anything that is not of this shape: it came out of a file */
export function readTrustMaterial(material: TrustMaterial): TrustMaterial {
  if (isMaterial(material)) return material;
  const { instancePath = '', message = 'is not valid' } = isMaterial.errors?.[0] ?? {};
  throw new VcError('INVALID_REQUEST', `The trust material ${instancePath} ${message}`);
}

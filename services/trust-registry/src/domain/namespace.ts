import { cellDid, trustDid } from '#did/identifiers';

/** Which DID belongs to which ODS code. It follows from configuration, so nobody can register one. */
export interface Namespace {
  cellDid: string;
  cellOdsCode: string;
  didOf(odsCode: string): string;
  /** the ODS code behind a DID of this cell; undefined for every other string */
  odsCodeOf(did: string): string | undefined;
}

const ODS_CODE = /^[A-Z0-9]{3,10}$/;

/** @throws VcError INVALID_DID when the origin is not an https origin of a host name */
export function createNamespace(options: { publicOrigin: string; cellOdsCode: string }): Namespace {
  const cell = cellDid(options.publicOrigin);
  const { cellOdsCode } = options;
  const didOf = (odsCode: string) =>
    odsCode === cellOdsCode ? cell : trustDid(options.publicOrigin, odsCode);
  return {
    cellDid: cell,
    cellOdsCode,
    didOf,
    odsCodeOf(did) {
      if (did === cell) return cellOdsCode;
      const odsCode = did.slice(did.lastIndexOf(':') + 1);
      return ODS_CODE.test(odsCode) && did === didOf(odsCode) ? odsCode : undefined;
    },
  };
}

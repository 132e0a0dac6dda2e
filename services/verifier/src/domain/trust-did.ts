import { cellDid } from '#did/identifiers';

const ODS_CODE = /^[A-Z0-9]{3,10}$/;

/** The ODS code in the DID of a trust of this cell; undefined for any other DID. */
export function odsCodeOf(did: string, publicOrigin: string): string | undefined {
  const prefix = `${cellDid(publicOrigin)}:trusts:`;
  const odsCode = did.slice(prefix.length);
  return did.startsWith(prefix) && ODS_CODE.test(odsCode) ? odsCode : undefined;
}

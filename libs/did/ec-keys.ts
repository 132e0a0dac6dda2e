import { createPublicKey, type KeyObject } from 'node:crypto';
import { VcError } from '#vc/error';
import { encodeBase58btc } from './multibase.ts';

/** The curves of NIST whose keys holders have in their telephones' hardware. */
export type EcCurve = 'P-256' | 'P-384';

/** A public key on one of them as JWK (RFC 7518 §6.2.1). */
export interface EcPublicJwk extends Record<string, unknown> {
  kty: 'EC';
  crv: EcCurve;
  /** base64url of a coordinate, with its leading zeros */
  x: string;
  y: string;
}

interface CurveFacts {
  curve: EcCurve;
  /** what node:crypto calls it */
  namedCurve: string;
  /** multicodec p256-pub or p384-pub, as varint */
  multicodec: readonly [number, number];
  /** bytes of a coordinate */
  size: number;
  /** SubjectPublicKeyInfo (RFC 5480) up to the compressed point */
  spkiPrefix: Buffer;
}

const CURVES: readonly CurveFacts[] = [
  {
    curve: 'P-256',
    namedCurve: 'prime256v1',
    multicodec: [0x80, 0x24],
    size: 32,
    spkiPrefix: Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
  },
  {
    curve: 'P-384',
    namedCurve: 'secp384r1',
    multicodec: [0x81, 0x24],
    size: 48,
    spkiPrefix: Buffer.from('3046301006072a8648ce3d020106052b81040022033200', 'hex'),
  },
];
// SEC 1 §2.3.3: a compressed point starts with 2 or 3, for an even or an odd y.
const COMPRESSED = [2, 3];

/**
 * The key of the bytes of a Multikey (`zDn…` for P-256, `z82…` for P-384); undefined when they are of another type.
 * @throws VcError INVALID_VERIFICATION_METHOD for what is not one compressed point of its curve
 */
export function importEcMultikey(bytes: Uint8Array): KeyObject | undefined {
  const facts = CURVES.find(({ multicodec: [first, second] }) => {
    return bytes[0] === first && bytes[1] === second;
  });
  if (facts === undefined) return undefined;
  const point = bytes.subarray(2);
  if (point.length !== facts.size + 1 || !COMPRESSED.includes(point[0] ?? 0)) {
    throw unusable(`The key is not a compressed point of ${facts.curve}`);
  }
  const key = Buffer.concat([facts.spkiPrefix, point]);
  // OpenSSL computes y, and refuses an x that no point of the curve has.
  return importOrRefuse(() => createPublicKey({ key, format: 'der', type: 'spki' }));
}

/** The Multikey form of a public JWK on a curve. @throws VcError INVALID_VERIFICATION_METHOD, also for a private JWK */
export function ecMultibaseOfJwk(jwk: Readonly<Record<string, unknown>>): string {
  const { kty, crv, x, y } = jwk;
  const facts = CURVES.find(({ curve }) => curve === crv);
  if (kty !== 'EC' || facts === undefined || 'd' in jwk) {
    throw unusable('The key is not a public JWK of P-256 or P-384');
  }
  const [abscissa, ordinate] = [coordinate(x, facts), coordinate(y, facts)];
  const members = { kty, crv: facts.curve, x: x as string, y: y as string };
  // OpenSSL refuses a point that is not on the curve.
  importOrRefuse(() => createPublicKey({ key: members, format: 'jwk' }));
  const sign = 2 + ((ordinate.at(-1) ?? 0) & 1);
  return encodeBase58btc(Uint8Array.from([...facts.multicodec, sign, ...abscissa]));
}

/** The JWK of a key on a curve. @throws VcError INVALID_VERIFICATION_METHOD for any other */
export function ecPublicJwk(key: KeyObject): EcPublicJwk {
  const crv = curveOf(key);
  const { x, y } = key.export({ format: 'jwk' });
  if (crv === undefined || x === undefined || y === undefined) {
    throw unusable('The key is not one of P-256 or P-384');
  }
  return { kty: 'EC', crv, x, y };
}

/** The curve of a key; undefined when it is of another type. */
export function curveOf({ asymmetricKeyDetails }: KeyObject): EcCurve | undefined {
  const { namedCurve } = asymmetricKeyDetails ?? {};
  return CURVES.find((facts) => facts.namedCurve === namedCurve)?.curve;
}

function coordinate(value: unknown, { size, curve }: CurveFacts): Buffer {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64url');
  // Buffer skips what is not base64url: only the exact spelling counts.
  if (bytes.length !== size || bytes.toString('base64url') !== value) {
    throw unusable(`A coordinate of the key is not one of ${curve}`);
  }
  return bytes;
}

function importOrRefuse(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (cause) {
    throw unusable('The key is no point of its curve', cause);
  }
}

function unusable(detail: string, cause?: unknown): VcError {
  return new VcError('INVALID_VERIFICATION_METHOD', detail, { cause });
}

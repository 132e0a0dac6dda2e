import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const ED25519 = der(SEQUENCE, Buffer.from('06032b6570', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');

export interface CertificateOptions {
  /** the host name that it is for */
  host: string;
  notBefore: Date;
  notAfter: Date;
}

/** A certificate that is its own authority (RFC 5280 §4.1), and its key; both PEM. */
export function createCertificate({ host, notBefore, notAfter }: CertificateOptions) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const attribute = der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(`an authority for ${host}`)));
  const name = der(SEQUENCE, der(SET, attribute));
  const alternative = der(SEQUENCE, der(0x82, Buffer.from(host)));
  const extension = der(SEQUENCE, ALTERNATIVE_NAME, der(0x04, alternative));
  const signed = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ED25519,
    name,
    der(SEQUENCE, timeOf(notBefore), timeOf(notAfter)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, der(SEQUENCE, extension)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign(null, signed, privateKey)]);
  const certificate = der(SEQUENCE, signed, ED25519, der(0x03, signature)).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

function timeOf(date: Date): Buffer {
  const text = date.toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '');
  return der(0x18, Buffer.from(text));
}

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

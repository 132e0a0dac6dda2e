import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const OCTETS = 0x04;
const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = der(SEQUENCE, Buffer.from('06082a8648ce3d040302', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const KEY_USAGE = Buffer.from('0603551d0f', 'hex');
const CRITICAL = Buffer.from('0101ff', 'hex');
const IS_AUTHORITY = Buffer.from('30030101ff', 'hex');
// RFC 5280 §4.2.1.3: keyCertSign and cRLSign are the bits 5 and 6
const SIGNS_CERTIFICATES = Buffer.from('03020106', 'hex');

/** What a local https endpoint shows and signs with; PEM. */
export interface LocalCertificate {
  /** the authority, for those who are to trust it */
  ca: string;
  cert: string;
  key: string;
}

/**
 * A certificate for this machine alone (localhost, 127.0.0.1), thirty days long, under an authority whose key is
 * forgotten at once (RFC 5280 §4.1).
 */
export function createLocalCertificate(now: number): LocalCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caName = nameOf('Staff Passport on this machine');
  const period = { from: new Date(now - DAY_MS), until: new Date(now + 30 * DAY_MS) };
  const by = { name: caName, key: authority.privateKey, period };
  const addresses = [
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x87, Buffer.from([...Array<number>(15).fill(0), 1])),
  ];
  return {
    ca: certify(caName, authority.publicKey, by, [
      der(SEQUENCE, BASIC_CONSTRAINTS, CRITICAL, der(OCTETS, IS_AUTHORITY)),
      der(SEQUENCE, KEY_USAGE, CRITICAL, der(OCTETS, SIGNS_CERTIFICATES)),
    ]),
    cert: certify(nameOf('localhost'), server.publicKey, by, [
      der(SEQUENCE, ALTERNATIVE_NAME, der(OCTETS, der(SEQUENCE, ...addresses))),
    ]),
    key: server.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

interface Certifier {
  name: Buffer;
  key: KeyObject;
  period: { from: Date; until: Date };
}

function certify(
  subject: Buffer,
  publicKey: KeyObject,
  { name, key, period }: Certifier,
  extensions: Buffer[],
): string {
  const signed = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    der(SEQUENCE, timeOf(period.from), timeOf(period.until)),
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', signed, key)]);
  const bytes = der(SEQUENCE, signed, ECDSA_WITH_SHA256, der(0x03, signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(name: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(name)))));
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

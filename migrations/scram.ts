import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4096;

/**
 * PostgreSQL's stored form of a password, `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` (RFC 5803),
 * computed here so that the password itself never reaches the server's statements.
 * @throws Error unless the password is printable ASCII, which SASLprep leaves as it is
 */
export function scramVerifier(password: string, salt: Uint8Array = randomBytes(16)): string {
  if (!/^[\x21-\x7e]{12,}$/.test(password)) {
    throw new Error('A login password needs 12 or more printable ASCII characters without spaces');
  }
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  const salt64 = Buffer.from(salt).toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt64}$${storedKey}:${serverKey}`;
}

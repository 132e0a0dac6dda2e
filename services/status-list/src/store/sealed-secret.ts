import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { VcError } from '#vc/error';

// version (1 byte), nonce (12), secret encrypted (32), tag (16)
const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const SEALED_LENGTH = 1 + NONCE_LENGTH + 32 + TAG_LENGTH;
const CIPHER = 'aes-256-gcm';

export interface SecretSeal {
  seal(secret: Uint8Array, pairId: string): Buffer;
  /** @throws VcError CRYPTOGRAPHIC_SECURITY_ERROR when bytes, pair or key are not those it was sealed with */
  open(sealed: Uint8Array, pairId: string): Buffer;
}

/**
 * Keeps the permutation secrets of list pairs from who can read the database (AES-256-GCM, bound to the pair): who
 * knows a permutation can tell the order in which a trust issued.
 * @param keyEncryptionKey 32 bytes
 */
export function createSecretSeal(keyEncryptionKey: Uint8Array): SecretSeal {
  if (keyEncryptionKey.length !== 32) {
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', 'A key-encryption key has 32 bytes');
  }
  return {
    seal(secret, pairId) {
      const nonce = randomBytes(NONCE_LENGTH);
      const cipher = createCipheriv(CIPHER, keyEncryptionKey, nonce).setAAD(associatedData(pairId));
      const encrypted = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, encrypted, cipher.getAuthTag()]);
    },
    open(bytes, pairId) {
      const sealed = Buffer.from(bytes);
      if (sealed[0] !== VERSION || sealed.length !== SEALED_LENGTH) throw doesNotOpen(pairId);
      const nonce = sealed.subarray(1, 1 + NONCE_LENGTH);
      const options = { authTagLength: TAG_LENGTH };
      const decipher = createDecipheriv(CIPHER, keyEncryptionKey, nonce, options)
        .setAAD(associatedData(pairId))
        .setAuthTag(sealed.subarray(-TAG_LENGTH));
      try {
        const encrypted = sealed.subarray(1 + NONCE_LENGTH, -TAG_LENGTH);
        return Buffer.concat([decipher.update(encrypted), decipher.final()]);
      } catch {
        // no cause: nothing about the key may reach a log
        throw doesNotOpen(pairId);
      }
    },
  };
}

function associatedData(pairId: string): Buffer {
  return Buffer.from(`staff-passport permutation secret ${VERSION} ${pairId}`);
}

function doesNotOpen(pairId: string): VcError {
  return new VcError(
    'CRYPTOGRAPHIC_SECURITY_ERROR',
    `The permutation secret of ${pairId} does not open`,
  );
}

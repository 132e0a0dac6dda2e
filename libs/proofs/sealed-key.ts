import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { VcError } from '#vc/error';

export interface SealingOptions {
  /** 32 bytes, from a file */
  keyEncryptionKey: Uint8Array;
  /** names the sealed key; a sealed key moved to another row does not open */
  keyId: string;
}

// version (1 byte), nonce (12), PKCS #8 encrypted, tag (16)
const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const CIPHER = 'aes-256-gcm';

/** Encrypts a private key for storage (AES-256-GCM, bound to its id). @throws VcError CRYPTOGRAPHIC_SECURITY_ERROR */
export function sealPrivateKey(options: SealingOptions & { privateKey: KeyObject }): Buffer {
  const { privateKey, keyEncryptionKey, keyId } = options;
  checkLength(keyEncryptionKey);
  const nonce = randomBytes(NONCE_LENGTH);
  const plain = privateKey.export({ format: 'der', type: 'pkcs8' });
  const cipher = createCipheriv(CIPHER, keyEncryptionKey, nonce).setAAD(associatedData(keyId));
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  return Buffer.concat([Buffer.of(VERSION), nonce, encrypted, cipher.getAuthTag()]);
}

/**
 * Opens what sealPrivateKey made.
 * @throws VcError CRYPTOGRAPHIC_SECURITY_ERROR when the bytes, the id or the key-encryption key are not those it was sealed with
 */
export function openPrivateKey(options: SealingOptions & { sealed: Uint8Array }): KeyObject {
  const { keyEncryptionKey, keyId } = options;
  checkLength(keyEncryptionKey);
  const sealed = Buffer.from(options.sealed);
  if (sealed[0] !== VERSION || sealed.length <= 1 + NONCE_LENGTH + TAG_LENGTH) {
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', 'The sealed key has an unknown format');
  }
  const nonce = sealed.subarray(1, 1 + NONCE_LENGTH);
  const decipher = createDecipheriv(CIPHER, keyEncryptionKey, nonce, { authTagLength: TAG_LENGTH })
    .setAAD(associatedData(keyId))
    .setAuthTag(sealed.subarray(-TAG_LENGTH));
  try {
    const encrypted = sealed.subarray(1 + NONCE_LENGTH, -TAG_LENGTH);
    const plain = Buffer.concat([decipher.update(encrypted), decipher.final()]);
    const privateKey = createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' });
    plain.fill(0);
    return privateKey;
  } catch {
    // No cause: nothing about the key may reach a log.
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', `The sealed key ${keyId} does not open`);
  }
}

function associatedData(keyId: string): Buffer {
  return Buffer.from(`staff-passport sealed key ${VERSION} ${keyId}`);
}

function checkLength(keyEncryptionKey: Uint8Array): void {
  if (keyEncryptionKey.length !== 32) {
    throw new VcError('CRYPTOGRAPHIC_SECURITY_ERROR', 'A key-encryption key has 32 bytes');
  }
}

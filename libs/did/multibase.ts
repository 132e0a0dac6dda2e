import { VcError } from '#vc/error';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const DIGITS = new Map(ALPHABET.split('').map((character, digit) => [character, digit]));

// Base 58 costs the square of the length; nothing signed here is longer than a key or a signature.
// The longest is a signature of P-384.
const MAX_LENGTH = 134;

/** Multibase base58-btc (`z` and the digits) of a key or a signature. */
export function encodeBase58btc(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) {
    let carry = byte;
    for (const [index, digit] of digits.entries()) {
      carry += digit * 256;
      digits[index] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) {
      digits.push(carry % 58);
    }
  }
  const text = digits.toReversed().map((digit) => ALPHABET[digit]);
  return `z${'1'.repeat(leading(bytes, 0))}${text.join('')}`;
}

/**
 * The bytes of a multibase base58-btc value. Each byte string has one spelling: leading `1`s count as zero bytes.
 * @throws VcError MALFORMED_VALUE_ERROR for another base, a foreign character or a value that is too long
 */
export function decodeBase58btc(value: string): Uint8Array {
  if (!value.startsWith('z') || value.length > MAX_LENGTH) {
    throw new VcError('MALFORMED_VALUE_ERROR', 'The value is not multibase base58-btc');
  }
  const bytes: number[] = [];
  const characters = value.slice(1);
  for (const character of characters) {
    let carry = DIGITS.get(character);
    if (carry === undefined) {
      throw new VcError('MALFORMED_VALUE_ERROR', 'The value has a character outside base58-btc');
    }
    for (const [index, byte] of bytes.entries()) {
      carry += byte * 58;
      bytes[index] = carry % 256;
      carry = Math.floor(carry / 256);
    }
    for (; carry > 0; carry = Math.floor(carry / 256)) {
      bytes.push(carry % 256);
    }
  }
  const zeros = leading(characters.split(''), '1');
  return Uint8Array.from([...Array.from({ length: zeros }, () => 0), ...bytes.toReversed()]);
}

function leading<T>(values: ArrayLike<T>, value: T): number {
  const end = Array.from(values).findIndex((other) => other !== value);
  return end === -1 ? values.length : end;
}

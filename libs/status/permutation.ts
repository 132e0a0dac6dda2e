import { createCipheriv } from 'node:crypto';
import { VcError } from '#vc/error';

const WORDS_PER_BLOCK = 4096;
const TWO_TO_32 = 2 ** 32;

/**
 * A permutation of 0 … size-1 that only who knows the secret can tell from a random one: Fisher-Yates over a
 * keystream. The same secret gives the same permutation for ever.
 * @param secret 32 random bytes, used for nothing else
 * @param size at most 2^26
 * @throws VcError MALFORMED_VALUE_ERROR for a secret of another length, RANGE_ERROR for another size
 */
export function permutedIndexes(secret: Uint8Array, size: number): Uint32Array {
  if (secret.length !== 32) {
    throw new VcError('MALFORMED_VALUE_ERROR', 'A permutation secret has 32 bytes');
  }
  if (!Number.isSafeInteger(size) || size < 1 || size > 2 ** 26) {
    throw new VcError('RANGE_ERROR', 'A permutation has 1 to 2^26 entries');
  }
  const below = uniformSource(secret);
  const indexes = new Uint32Array(size);
  for (let index = 0; index < size; index++) indexes[index] = index;
  for (let last = size - 1; last > 0; last--) {
    const other = below(last + 1);
    const kept = indexes[last] as number;
    indexes[last] = indexes[other] as number;
    indexes[other] = kept;
  }
  return indexes;
}

/** Where each index stands in a permutation: `inverse[permutation[n]] === n`. */
export function inversePermutation(permutation: Uint32Array): Uint32Array {
  const inverse = new Uint32Array(permutation.length);
  for (let position = 0; position < permutation.length; position++) {
    inverse[permutation[position] as number] = position;
  }
  return inverse;
}

/** Uniform numbers below a bound. Words from the incomplete last range are thrown away: no bound is favoured. */
function uniformSource(secret: Uint8Array): (bound: number) => number {
  const nextWord = keystreamWords(secret);
  return (bound) => {
    let word = nextWord();
    // the incomplete range is shorter than the bound, so few words need the division
    if (word >= TWO_TO_32 - bound) {
      const limit = TWO_TO_32 - (TWO_TO_32 % bound);
      while (word >= limit) word = nextWord();
    }
    return word % bound;
  };
}

/** The AES-256-CTR keystream (NIST SP 800-38A §6.5) from counter 0, in big-endian words of 32 bits. */
function keystreamWords(secret: Uint8Array): () => number {
  const cipher = createCipheriv('aes-256-ctr', secret, Buffer.alloc(16));
  const zeros = Buffer.alloc(WORDS_PER_BLOCK * 4);
  let block = new DataView(new ArrayBuffer(0));
  let offset = 0;
  return () => {
    if (offset === block.byteLength) {
      const bytes = cipher.update(zeros);
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      offset = 0;
    }
    const word = block.getUint32(offset);
    offset += 4;
    return word;
  };
}

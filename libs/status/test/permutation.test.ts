import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import t from 'tap';
import { inversePermutation, permutedIndexes } from '#status/permutation';

const secret = (seed: string | number) => createHash('sha256').update(String(seed)).digest();

t.test('every index stands in the permutation once', async (t) => {
  const permutation = permutedIndexes(secret(1), 131_072);
  t.equal(permutation.length, 131_072);
  t.equal(new Set(permutation).size, 131_072);
  t.ok(permutation.every((index) => index < 131_072));
});

t.test('it is a permutation for every secret and size', async (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 1, max: 500 }),
      (key, size) => {
        const permutation = permutedIndexes(key, size);
        const inverse = inversePermutation(permutation);
        return (
          new Set(permutation).size === size &&
          permutation.every((index, position) => inverse[index] === position)
        );
      },
    ),
  );
  t.pass('holds');
});

t.test('one secret always gives the same permutation, another one another', async (t) => {
  t.same(permutedIndexes(secret(1), 1_000), permutedIndexes(secret(1), 1_000));
  t.notSame(permutedIndexes(secret(1), 1_000), permutedIndexes(secret(2), 1_000));
});

t.test('the permutation of a secret never changes between releases', async (t) => {
  const permutation = permutedIndexes(Buffer.alloc(32), 131_072);
  const digest = createHash('sha256').update(Buffer.from(permutation.buffer)).digest('hex');
  t.equal(digest, '11c2c5bd2c766d4a07ee7eeae9beba8d9b5151d2feea0b838d0d77d091053eaf');
});

t.test('every index is as likely at every position', async (t) => {
  // 16 x 16 table of 4,000 permutations: chi-square with 15 x 15 degrees of freedom, secrets fixed
  const size = 16;
  const runs = 4_000;
  const counts = Array.from({ length: size * size }, () => 0);
  for (let run = 0; run < runs; run++) {
    for (const [position, index] of permutedIndexes(secret(run), size).entries()) {
      counts[position * size + index] = (counts[position * size + index] ?? 0) + 1;
    }
  }
  const expected = runs / size;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 0.1 % and 99.9 % points of chi-square with 225 degrees of freedom
  t.ok(chiSquare > 164 && chiSquare < 296, `chi-square ${chiSquare}`);
});

t.test('the indexes of a small trust are spread over the whole list', async (t) => {
  // the first 4,096 positions over 64 equal parts of the list: chi-square with 63 degrees of freedom
  const parts = Array.from({ length: 64 }, () => 0);
  for (const index of permutedIndexes(secret('small trust'), 131_072).subarray(0, 4_096)) {
    const part = Math.floor(index / 2_048);
    parts[part] = (parts[part] ?? 0) + 1;
  }
  const chiSquare = parts.reduce((sum, count) => sum + (count - 64) ** 2 / 64, 0);
  t.ok(chiSquare > 33 && chiSquare < 104, `chi-square ${chiSquare}`);
});

t.test('a secret or size that cannot be right is refused', async (t) => {
  t.equal(permutedIndexes(secret(1), 1).length, 1);
  t.throws(() => permutedIndexes(new Uint8Array(31), 8), { code: 'MALFORMED_VALUE_ERROR' });
  for (const size of [0, -1, 1.5, 2 ** 26 + 1]) {
    t.throws(() => permutedIndexes(secret(1), size), { code: 'RANGE_ERROR' }, `size ${size}`);
  }
});

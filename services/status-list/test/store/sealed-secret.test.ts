import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createSecretSeal } from '../../src/store/sealed-secret.ts';

t.test('a secret opens for its pair under its key only', async (t) => {
  const seal = createSecretSeal(randomBytes(32));
  const secret = randomBytes(32);
  const sealed = seal.seal(secret, 'pair-1');
  t.same(seal.open(sealed, 'pair-1'), secret);
  t.equal(sealed.includes(secret), false);
  t.notSame(seal.seal(secret, 'pair-1'), sealed, 'sealed again, it reads differently');
  const changed = (position: number) => {
    const copy = Buffer.from(sealed);
    copy[position] = (copy[position] ?? 0) ^ 1;
    return copy;
  };
  const refused = { code: 'CRYPTOGRAPHIC_SECURITY_ERROR' };
  t.throws(() => seal.open(sealed, 'pair-2'), refused);
  t.throws(() => createSecretSeal(randomBytes(32)).open(sealed, 'pair-1'), refused);
  for (const position of [0, 1, 20, sealed.length - 1]) {
    t.throws(() => seal.open(changed(position), 'pair-1'), refused, `byte ${position}`);
  }
  t.throws(() => seal.open(sealed.subarray(0, -1), 'pair-1'), refused);
  t.throws(() => createSecretSeal(randomBytes(16)), refused);
});

// RFC 8032 §5.1: the field prime and the curve constant d = -121665/121666.
const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SIGN_BIT = 2n ** 255n;

// y of the points of order 1, 2, 4 and 8. Under such a key one signature fits many messages.
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  P - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
]);

/** Whether 32 bytes are the one encoding of a point on the curve (RFC 8032 §5.1.3) that is not of small order. */
export function isSafePublicKey(raw: Uint8Array): boolean {
  if (raw.length !== 32) {
    return false;
  }
  const y = BigInt(`0x${Buffer.from(raw.toReversed()).toString('hex')}`) % SIGN_BIT;
  return y < P && !SMALL_ORDER_Y.has(y) && hasX(y);
}

// x² = (y² - 1) / (d·y² + 1); a quotient is a square when the product is (Euler's criterion).
function hasX(y: bigint): boolean {
  const ySquared = (y * y) % P;
  const product = ((ySquared - 1n) * (D * ySquared + 1n)) % P;
  return power((product + P) % P, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') {
      result = (result * base) % P;
    }
  }
  return result;
}

import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { publicKeyMultibaseOf, thumbprint } from '#did/keys';
import { toDateTimeStamp } from '#vc/clock';
import type { Cell } from '#trust/cell';
import { signGenesis } from '#trust/genesis';

// make -s genesis CELLS=<JSON file> VERSION=<number> KEY=<private JWK file> > genesis.jwt
// For the machine that has the anchor's key and no network. CELLS holds an array of admitted cells (libs/trust/cell.ts);
// VERSION is higher than that of every edition before. What verifiers must be configured with goes to stderr.
const [cellsFile, version, keyFile] = process.argv.slice(2);
if (!cellsFile || !/^[1-9]\d*$/.test(version ?? '') || !keyFile) {
  console.error('usage: genesis <cells.json> <version> <private JWK file>');
  process.exit(2);
}

try {
  const cells = JSON.parse(readFileSync(cellsFile, 'utf8')) as Cell[];
  const key = JSON.parse(readFileSync(keyFile, 'utf8')) as JsonWebKey;
  const anchorKey = createPrivateKey({ key, format: 'jwk' });
  const issuedAt = toDateTimeStamp(Date.now());
  console.log(await signGenesis({ version: Number(version), issuedAt, cells }, anchorKey));
  console.error(`ANCHOR_THUMBPRINT=${thumbprint(publicKeyMultibaseOf(anchorKey))}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

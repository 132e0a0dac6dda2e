import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { verifyAuditExport } from '#ledger/verify-audit-export';

// make audit-verify EXPORT=<file> CHECKPOINTS=<file> KEY=<public JWK file>
// Copy the checkpoints first and export after: rows that are younger than the newest checkpoint are no fault.
const [exportFile, checkpointFile, keyFile] = process.argv.slice(2);
if (!exportFile || !checkpointFile || !keyFile) {
  console.error('usage: audit-verify <export.ndjson> <checkpoints.ndjson> <public JWK file>');
  process.exit(2);
}
// without one of them nothing is known of the chain, good or bad
for (const file of [exportFile, checkpointFile, keyFile]) {
  if (existsSync(file)) continue;
  console.error(`There is no ${file}`);
  process.exit(2);
}

const { rows, streams, checkpoints, faults } = await verifyAuditExport(
  linesOf(exportFile),
  linesOf(checkpointFile),
  readPublicKey(keyFile),
);
console.log(`${rows} rows in ${streams} streams against ${checkpoints} good checkpoints`);
for (const { stream, seq, fault, detail } of faults) {
  console.log(`${fault.padEnd(20)} ${stream} at ${seq}: ${detail}`);
}
console.log(faults.length === 0 ? 'The audit chain is whole.' : 'The audit chain is NOT whole.');
process.exitCode = faults.length === 0 ? 0 : 1;

// opened when read: a readline interface that waits loses its lines
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}

function readPublicKey(file: string) {
  const jwk = JSON.parse(readFileSync(file, 'utf8')) as JsonWebKey;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
  return key;
}

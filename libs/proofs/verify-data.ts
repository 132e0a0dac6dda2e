import { createHash } from 'node:crypto';
import type { JsonObject } from '#vc/data-model';
import { type KnownSuite, SUITES } from './known-suites.ts';
import type { Transform } from './transform.ts';

export interface VerifyDataOptions {
  suite: KnownSuite;
  proof: JsonObject;
  /** without its own `proof`; of a chained proof with those that it names */
  document: JsonObject;
  /** to the canonical form of the suite */
  transform: Transform;
  hash: 'sha256' | 'sha384';
}

/**
 * What a proof signs: the hash of its canonical options, then that of the canonical document (Data Integrity EdDSA
 * §3.2.4 and §3.3.4, Data Integrity ECDSA §3.2.4; the suites of 2018 and 2020 likewise).
 * @throws VcError as the transform
 */
export async function createVerifyData(options: VerifyDataOptions): Promise<Buffer> {
  const { document, transform, hash } = options;
  const digests = [proofOptionsOf(options), document].map(async (part) =>
    createHash(hash)
      .update(await transform(part))
      .digest(),
  );
  return Buffer.concat(await Promise.all(digests));
}

function proofOptionsOf({ suite, proof, document }: VerifyDataOptions): JsonObject {
  const { [SUITES[suite].value]: _signature, ...options } = proof;
  // JSON is taken as it stands (Data Integrity EdDSA §3.3.2); RDF needs the terms to be defined.
  if (SUITES[suite].canonicalForm === 'json') return options;
  const { '@context': context } = document;
  return context === undefined ? options : { '@context': context, ...options };
}

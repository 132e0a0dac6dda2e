import { parentPort } from 'node:worker_threads';
import type { JsonObject } from '#vc/data-model';
import { type ErrorLocation, VcError, type VcErrorCode } from '#vc/error';
import { type CanonicalizeOptions, createCanonicalize } from './canonicalize.ts';

/** What a thread is asked for. */
export interface CanonicalizeOrder {
  document: JsonObject;
  options: Omit<CanonicalizeOptions, 'signal'>;
}

/** What it answers: a VcError in parts, as classes do not cross between threads. */
export type CanonicalizeAnswer =
  | { canonical: string }
  | { refusal: { code: VcErrorCode; message: string; errors: ErrorLocation[] } };

const canonicalize = createCanonicalize();

async function answerTo({ document, options }: CanonicalizeOrder): Promise<CanonicalizeAnswer> {
  try {
    return { canonical: await canonicalize(document, options) };
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    const { code, message, errors } = error;
    return { refusal: { code, message, errors } };
  }
}

parentPort?.on('message', (order: CanonicalizeOrder) => {
  // A fault of ours is heard by the pool as this thread's end.
  void answerTo(order).then((answer) => parentPort?.postMessage(answer, []));
});
parentPort?.postMessage('ready', []);

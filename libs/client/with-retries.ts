import { ClientError } from './client-error.ts';

/**
 * What may be sent again: `always` what changes nothing, or changes it once for its idempotency key; `when-refused`
 * what may have been done although no answer came.
 */
export type Repeatable = 'always' | 'when-refused';

export interface RetryOptions {
  /** how often a call is made at most; 1: never again */
  attempts: number;
  /** milliseconds before the second attempt; each further wait is twice as long */
  backOffMs: number;
  /** milliseconds: whoever asks for a longer wait is not asked again */
  longestWaitMs: number;
  wait: (milliseconds: number) => Promise<unknown>;
  /** from 0 up to 1 */
  random: () => number;
}

/** Repeats a call after 429, and one that changes nothing or has its key also after 503 and after no answer. */
export async function withRetries<T>(
  call: () => Promise<T>,
  repeatable: Repeatable,
  options: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const waitMs = attempt < options.attempts ? waitAfter(error, attempt, options) : undefined;
      if (!isWorthRepeating(error, repeatable) || waitMs === undefined) throw error;
      await options.wait(waitMs);
    }
  }
}

function isWorthRepeating(error: unknown, repeatable: Repeatable): boolean {
  if (!(error instanceof ClientError)) return false;
  const { code, status } = error;
  if (status === 429) return true;
  const isUnanswered = status === undefined && code === 'SERVICE_UNAVAILABLE';
  return repeatable === 'always' && (isUnanswered || status === 503);
}

/** Milliseconds: at least what the service asked for, and never the same for all that were refused together. */
function waitAfter(error: unknown, attempt: number, options: RetryOptions): number | undefined {
  const { backOffMs, longestWaitMs, random } = options;
  const asked = error instanceof ClientError ? (error.retryAfterMs ?? 0) : 0;
  const backOff = backOffMs * 2 ** (attempt - 1) * (0.5 + random());
  return asked > longestWaitMs ? undefined : Math.min(Math.max(asked, backOff), longestWaitMs);
}

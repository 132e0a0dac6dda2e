import { setImmediate } from 'node:timers/promises';

let last = Promise.resolve();

/**
 * Waits for a turn of the event loop that no other piece of long work has, in the order in which they ask. Between two
 * pieces other requests are heard: `/livez` waits for one of them, however many callers send work at once.
 */
export function inTurn(): Promise<void> {
  last = last.then(() => setImmediate());
  return last;
}

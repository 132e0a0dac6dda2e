import { VcError } from './error.ts';

export interface GroupCommitOptions<Request, Answer> {
  /** Commits requests of one key together: an answer each, in their order. */
  commit: (requests: Request[], key: string) => Promise<Answer[]>;
  /** requests in one commit */
  maxGroup: number;
  /** requests of one key that may wait; one more is refused at once */
  maxWaiting: number;
}

interface Waiting<Request, Answer> {
  request: Request;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: a request that meets no other is committed at once, and those that arrive meanwhile share the next
 * commit. A burst on one key so takes one connection and a few commits, instead of queueing for the pool.
 * @returns rejects as `commit` does, for all that shared it; VcError SERVICE_UNAVAILABLE when too many wait
 */
export function createGroupCommit<Request, Answer>(
  options: GroupCommitOptions<Request, Answer>,
): (key: string, request: Request) => Promise<Answer> {
  const { commit, maxGroup, maxWaiting } = options;
  const queues = new Map<string, Waiting<Request, Answer>[]>();

  const commitGroup = async (key: string, group: Waiting<Request, Answer>[]) => {
    try {
      const answers = await commit(
        group.map(({ request }) => request),
        key,
      );
      for (const [position, { resolve }] of group.entries()) resolve(answers[position] as Answer);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const drain = async (key: string, queue: Waiting<Request, Answer>[]) => {
    while (queue.length > 0) await commitGroup(key, queue.splice(0, maxGroup));
    queues.delete(key);
  };

  return (key, request) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const queue = queues.get(key);
    if (queue !== undefined && queue.length >= maxWaiting) {
      reject(new VcError('SERVICE_UNAVAILABLE', 'Too many changes wait to be committed'));
      return promise;
    }
    const waiting = { request, resolve, reject };
    if (queue !== undefined) {
      queue.push(waiting);
      return promise;
    }
    const first = [waiting];
    queues.set(key, first);
    void drain(key, first);
    return promise;
  };
}

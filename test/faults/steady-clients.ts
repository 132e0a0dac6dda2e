import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** A request as it goes over the wire. */
export interface Asked {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Answered {
  asked: Asked;
  status: number;
  text: string;
}

export interface SteadyOptions {
  /** base URL of the service */
  url: string;
  /** base URL of its management port */
  managementUrl: string;
  clients: number;
  next: () => Promise<Asked>;
}

export interface SteadyReport {
  /** 2xx */
  acknowledged: Answered[];
  /** 503 with Retry-After: come again */
  sentAway: number;
  /** any other answer */
  refused: string[];
  /** a connection that was taken ended without the answer */
  dropped: string[];
}

export interface SteadyClients {
  /** so far */
  report: SteadyReport;
  finish(): Promise<SteadyReport>;
}

const TIMEOUT_MS = 30_000;

/**
 * Clients that ask without a pause, each over one connection that it keeps for as long as the service does, and opens a
 * new one only where `/readyz` is 200, as a balancer would.
 */
export function startSteadyClients(options: SteadyOptions): SteadyClients {
  const { url, managementUrl, clients, next } = options;
  const report: SteadyReport = { acknowledged: [], sentAway: 0, refused: [], dropped: [] };
  const state = { finished: false };

  const runOne = async () => {
    while (!state.finished) {
      if (!(await isReady(managementUrl))) {
        await wait(20);
        continue;
      }
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (!state.finished && (await askOver(agent, url, await next(), report)));
      agent.destroy();
    }
  };
  const done = Promise.all(Array.from({ length: clients }, runOne));
  return {
    report,
    async finish() {
      state.finished = true;
      await done;
      return report;
    },
  };
}

export async function isReady(managementUrl: string): Promise<boolean> {
  const signal = AbortSignal.timeout(2_000);
  return fetch(`${managementUrl}/readyz`, { signal }).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** @returns whether the connection may be used again */
async function askOver(
  agent: Agent,
  url: string,
  asked: Asked,
  report: SteadyReport,
): Promise<boolean> {
  try {
    const { answer, text } = await send(agent, url, asked);
    const { statusCode: status = 0, headers } = answer;
    if (status >= 200 && status < 300) report.acknowledged.push({ asked, status, text });
    else if (status === 503 && headers['retry-after'] !== undefined) report.sentAway += 1;
    else report.refused.push(`${asked.path}: ${status} ${text.slice(0, 200)}`);
    return headers.connection !== 'close';
  } catch (error) {
    const { code = String(error) } = error as { code?: string };
    // nobody has taken it
    if (code !== 'ECONNREFUSED') report.dropped.push(`${asked.path}: ${code}`);
    return false;
  }
}

function send(
  agent: Agent,
  url: string,
  { method, path, headers, body }: Asked,
): Promise<{ answer: IncomingMessage; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    answer: IncomingMessage;
    text: string;
  }>();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const sent = request(`${url}${path}`, { method, agent, headers, signal }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
    });
    answer.on('end', () => resolve({ answer, text }));
    answer.on('error', reject);
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

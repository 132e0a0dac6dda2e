import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { EnvironmentReader } from './config.ts';
import { setTracing } from './tracing.ts';

/** milliseconds for the last spans to be sent */
const CLOSE_MS = 2_000;

export interface TelemetryConfig {
  /** base URL of an OpenTelemetry collector; undefined: nothing is traced */
  endpoint: string | undefined;
  /** parts in a hundred of the traces that begin here and are recorded */
  samplePercent: number;
}

export interface Telemetry {
  /** sends what has not been sent */
  close(): Promise<void>;
}

/** `OTEL_EXPORTER_OTLP_ENDPOINT` and `TRACE_SAMPLE_PERCENT`. */
export function readTelemetry(reader: EnvironmentReader): TelemetryConfig {
  return {
    endpoint: reader.optional('OTEL_EXPORTER_OTLP_ENDPOINT')?.replace(/\/$/, ''),
    samplePercent: Math.min(100, reader.integer('TRACE_SAMPLE_PERCENT', 100)),
  };
}

/** To be called before anything is created. Without an endpoint, OpenTelemetry is not even loaded. */
export async function startTelemetry(
  service: string,
  { endpoint, samplePercent }: TelemetryConfig,
  logger: Pick<FastifyBaseLogger, 'warn'>,
): Promise<Telemetry> {
  if (endpoint === undefined) return { close: () => Promise.resolve() };
  const { createOtel } = await import('./otel.ts');
  const otel = createOtel({
    service,
    endpoint,
    sampleRatio: samplePercent / 100,
    onError: () => logger.warn({ event: 'telemetry.not-sent' }, 'spans could not be sent'),
  });
  setTracing(otel);
  return {
    // a collector that is away must neither fail the end of a process nor hold it up
    close: () =>
      Promise.race([
        otel.close().catch(() => undefined),
        wait(CLOSE_MS, undefined, { ref: false }),
      ]),
  };
}

import {
  type Attributes,
  context,
  diag,
  DiagLogLevel,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { VcError } from '#vc/error';
import type { SpanAttributes, Tracing } from './tracing.ts';

export interface OtelOptions {
  service: string;
  /** base URL of a collector, without `/v1/traces` */
  endpoint: string;
  /** of the traces that begin here, 0 to 1 */
  sampleRatio: number;
  /** spans could not be sent */
  onError: () => void;
}

const silent = () => {};
const KINDS = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

/** OpenTelemetry, sending OTLP over HTTP. Loaded by `startTelemetry` alone. */
export function createOtel(options: OtelOptions): Tracing & { close(): Promise<void> } {
  const complain = () => options.onError();
  diag.setLogger(
    { error: complain, warn: silent, info: silent, debug: silent, verbose: silent },
    DiagLogLevel.ERROR,
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${options.endpoint}/v1/traces`,
          timeoutMillis: 5_000,
        }),
      }),
    ],
  });
  return {
    ...createTracing(provider.getTracer('staff-passport')),
    close: () => provider.shutdown(),
  };
}

function createTracing(tracer: Tracer): Tracing {
  return {
    startRequest(traceparent) {
      const parent = parseTraceparent(traceparent);
      const above = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, above);
      const inside = trace.setSpan(above, span);
      const { traceId, spanId } = span.spanContext();
      return {
        ids: { trace_id: traceId, span_id: spanId },
        run: (work) => context.with(inside, work),
        end({ method, route, status }) {
          span.updateName(`${method} ${route}`);
          setAll(span, {
            'http.request.method': method,
            'http.route': route,
            'http.response.status_code': status,
          });
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    isInSpan: () => trace.getActiveSpan() !== undefined,
    inSpan({ kind, name, attributes }, work) {
      const attributesOfSpan = { ...attributes } satisfies Attributes;
      const asked = { kind: KINDS[kind], attributes: attributesOfSpan };
      return tracer.startActiveSpan(name, asked, async (span) => {
        try {
          return await work((more) => setAll(span, more));
        } catch (error) {
          // not its message, which may quote what was sent
          setAll(span, { 'error.type': typeOf(error) });
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      });
    },
    traceparent() {
      const active = trace.getActiveSpan()?.spanContext();
      if (active === undefined || !isSpanContextValid(active)) return undefined;
      const { traceId, spanId, traceFlags } = active;
      return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
    },
  };
}

function setAll(span: Span, attributes: SpanAttributes): void {
  span.setAttributes({ ...attributes });
}

function typeOf(error: unknown): string {
  if (error instanceof VcError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Only `traceparent` is taken: `tracestate` and baggage are free text of a caller, and would be passed on. */
function parseTraceparent(header: string | undefined): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(header ?? '') ?? [];
  // of the flags, sampling is the one that is known (W3C Trace Context §3.2.2.5)
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}

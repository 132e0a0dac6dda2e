// What the rest of the kit needs of tracing. It imports nothing: only `startTelemetry` loads OpenTelemetry, and without
// it everything here calls straight through.

/**
 * What a span may say, and nothing else: technical names and closed sets. Never what was sent or found, an address with
 * identifiers in it, a query, or a value of a statement.
 */
export interface SpanAttributes {
  'http.request.method'?: string;
  /** the route's pattern */
  'http.route'?: string;
  'http.response.status_code'?: number;
  /** the host that is asked */
  'server.address'?: string;
  'db.system.name'?: 'postgresql';
  /** with placeholders where values stand */
  'db.query.text'?: string;
  /** a code of ours, or the name of an error's class */
  'error.type'?: string;
}

/** As they stand in log lines. */
export interface TraceIds {
  trace_id: string;
  span_id: string;
}

export interface RequestSpan {
  ids: TraceIds;
  /** what is called by `work`, at once or later, belongs to the span */
  run(work: () => void): void;
  end(answer: { method: string; route: string; status: number }): void;
}

export interface Tracing {
  /** @param traceparent the caller's, as it came */
  startRequest(traceparent: string | undefined): RequestSpan;
  /** whether a span is open here */
  isInSpan(): boolean;
  inSpan<T>(
    span: { kind: 'client' | 'internal'; name: string; attributes: SpanAttributes },
    work: (set: (attributes: SpanAttributes) => void) => Promise<T>,
  ): Promise<T>;
  /** W3C Trace Context, of the span that is open here */
  traceparent(): string | undefined;
}

let current: Tracing | undefined;

/** One for the process, as the clock is one; to be set before a server is created. */
export function setTracing(tracing: Tracing | undefined): void {
  current = tracing;
}

export function currentTracing(): Tracing | undefined {
  return current;
}

/** A call over HTTP. `work` gets the headers that tell the other side of the trace. */
export function traceCall<T extends { status: number }>(
  call: { method: string; host: string },
  work: (headers: Record<string, string>) => Promise<T>,
): Promise<T> {
  const tracing = current;
  if (tracing === undefined) return work({});
  const attributes = { 'http.request.method': call.method, 'server.address': call.host };
  return tracing.inSpan({ kind: 'client', name: call.method, attributes }, async (set) => {
    const traceparent = tracing.traceparent();
    const answer = await work(traceparent === undefined ? {} : { traceparent });
    set({ 'http.response.status_code': answer.status });
    return answer;
  });
}

/** A statement, when it is part of something that is traced. */
export function traceQuery<T>(text: string, work: () => Promise<T>): Promise<T> {
  if (!current?.isInSpan()) return work();
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': text } as const;
  return current.inSpan({ kind: 'client', name: 'postgresql', attributes }, work);
}

/** A step of the work that is worth seeing by itself. */
export function traceStep<T>(name: 'sign', work: () => Promise<T>): Promise<T> {
  if (!current?.isInSpan()) return work();
  return current.inSpan({ kind: 'internal', name, attributes: {} }, work);
}

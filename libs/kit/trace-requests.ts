import type { FastifyRequest } from 'fastify';
import type { Server } from './server.ts';
import { currentTracing, type RequestSpan } from './tracing.ts';

/** A span a request, in the trace of its caller; its log lines carry `trace_id` and `span_id`. Nothing when off. */
export function traceRequests(app: Server): void {
  const tracing = currentTracing();
  if (tracing === undefined) return;
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  app.addHook('onRequest', (request, reply, done) => {
    const { traceparent } = request.headers;
    const span = tracing.startRequest(typeof traceparent === 'string' ? traceparent : undefined);
    spans.set(request, span);
    request.log = request.log.child(span.ids);
    reply.log = request.log;
    span.run(done);
  });
  // the body came by events of the connection, which is older than the request
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.run(done);
  });
  app.addHook('onResponse', (request, { statusCode: status }, done) => {
    const { method } = request;
    spans.get(request)?.end({ method, route: request.routeOptions.url ?? 'unknown', status });
    done();
  });
}

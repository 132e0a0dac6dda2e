import { pino } from 'pino';
import { createManagementServer } from '#kit/health';
import { createProcessLife } from '#kit/shutdown';
import { untilMigrated } from '#kit/startup';
import { startTelemetry } from '#kit/telemetry';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { createDeps } from './deps.ts';
import { SCHEMA } from './schema.ts';

const config = readConfig(process.env);
const logger = pino({ name: 'trust-registry', level: config.logLevel });
const telemetry = await startTelemetry('trust-registry', config.telemetry, logger);
const life = createProcessLife({ logger, ...config.life });
const management = createManagementServer(undefined, life.phase);
await management.listen({ host: config.host, port: config.managementPort });
await untilMigrated({ ...config, ...config.life, ...SCHEMA, logger });
const deps = await createDeps(config);
const app = await buildApp(deps);
management.observe(deps);
life.endWith(app.server, [
  () => app.close(),
  () => deps.close(),
  () => telemetry.close(),
  () => management.close(),
]);
await app.listen({ host: config.host, port: config.port });
life.started();

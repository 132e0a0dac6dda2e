import { createManagementServer } from '#kit/health';
import { closeOnSignal } from '#kit/shutdown';
import { buildApp } from './app.ts';
import { readConfig } from './config.ts';
import { createDeps } from './deps.ts';

const config = readConfig(process.env);
const deps = createDeps(config);
await deps.assertBucketFit();
const app = await buildApp(deps);
const management = createManagementServer({ checks: deps.checks, metrics: deps.metrics });
await app.listen({ host: config.host, port: config.port });
await management.listen({ host: config.host, port: config.managementPort });
deps.start();
closeOnSignal({
  steps: [() => app.close(), () => management.close(), () => deps.close()],
  logger: app.log,
});

import { startConformanceStack } from './conformance-stack.ts';
import { layoutFromEnvironment } from './layout.ts';

const layout = layoutFromEnvironment('.local-conformance');
const log = (line: string) => console.log(`  ${line}`);
const origins = JSON.parse(process.env['ORIGIN_MAP'] ?? '{}') as Record<string, string>;
const stack = await startConformanceStack(layout, log, origins).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
const { file } = stack;

console.log(`
Staff Passport runs for public test suites: anybody may have anything signed, by a key that nobody trusts.
  endpoints       ${layout.path('conformance.json')}
  implementation  ${file.implementationFile}
                  ${file.httpsImplementationFile}
  authority       ${file.caFile}
  issue           ${file.http.issueCredential}
                  ${file.https.issueCredential}
  verify          ${file.http.verifyCredential}
                  ${file.https.verifyCredential}
  issuer          ${file.issuer}
  stop            Ctrl-C
ready`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log('stopping');
    void stack.stop().then(() => process.exit(0));
  });
}

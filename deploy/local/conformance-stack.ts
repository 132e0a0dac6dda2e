import { rmSync } from 'node:fs';
import { didKey, multibaseOfJwk } from '#did/keys';
import { createLocalCertificate } from './certificate.ts';
import { startHttpsFront } from './https-front.ts';
import { describeImplementation } from './implementation.ts';
import { type Layout, SERVICES, type ServiceName } from './layout.ts';
import { keepPrivateKey, publicPart, writeWhole } from './secrets.ts';
import { startBareCell } from './stack.ts';

// Beside the ports of the services, and below that of the failure zoo.
const HTTPS_OFFSET = 40;

/** The contents of `conformance.json`: what somebody needs to point a public test suite at this stack. */
export interface ConformanceFile {
  /** the DID of whatever `/credentials/issue` signs */
  issuer: string;
  /** the same routes over http and over https */
  http: ConformanceEndpoints;
  https: ConformanceEndpoints;
  services: Record<string, string>;
  httpsServices: Record<string, string>;
  /** PEM, for NODE_EXTRA_CA_CERTS */
  caFile: string;
  /** in the form of vc-test-suite-implementations, over http and over https */
  implementationFile: string;
  httpsImplementationFile: string;
}

export interface ConformanceEndpoints {
  issueCredential: string;
  verifyCredential: string;
  verifyPresentation: string;
}

export interface ConformanceStack {
  file: ConformanceFile;
  stop(): Promise<void>;
}

/**
 * Starts the services with the profile for public test suites, on http and behind https, with a registry that knows
 * no trust; writes `conformance.json`, `implementation.json`, `implementation.https.json` and `ca.pem`.
 * @param origins URL prefixes to the addresses on this machine where a suite serves its own status lists
 * @throws Error as startBareCell
 */
export async function startConformanceStack(
  layout: Layout,
  log: (line: string) => void,
  origins: Record<string, string> = {},
): Promise<ConformanceStack> {
  const keyFile = layout.path('secrets/conformance-issuer.jwk');
  const issuer = didKey(multibaseOfJwk(publicPart(keepPrivateKey(keyFile))));
  const PROFILE = 'conformance';
  const listsUrl = `https://localhost:${httpsPort(layout, 'issuer')}`;
  const cell = await startBareCell({
    layout,
    log,
    variables: {
      issuer: { PROFILE, CONFORMANCE_KEY_FILE: keyFile, CONFORMANCE_LISTS_URL: listsUrl },
      verifier: { PROFILE },
    },
    origins: { ...origins, [listsUrl]: layout.url('issuer') },
  });
  const written: string[] = [];
  const closers: (() => void)[] = [];
  const stop = async () => {
    for (const close of closers) close();
    for (const path of written) rmSync(path, { force: true });
    await cell.stop();
  };
  const write = (name: string, text: string) => {
    const path = layout.path(name);
    writeWhole(path, text);
    written.push(path);
    return path;
  };
  try {
    const { ca, ...certificate } = createLocalCertificate(Date.now());
    write('secrets/https.key.pem', certificate.key);
    for (const name of SERVICES) {
      const options = { certificate, port: httpsPort(layout, name), to: layout.url(name) };
      closers.push(await startHttpsFront(options));
    }
    log('the same over https');
    const services = urls((name) => layout.url(name));
    const httpsServices = urls((name) => `https://localhost:${httpsPort(layout, name)}`);
    const implementation = (of: Record<string, string>) =>
      JSON.stringify(describeImplementation(issuer, endpointsOf(of)), null, 2);
    const file: ConformanceFile = {
      issuer,
      http: endpointsOf(services),
      https: endpointsOf(httpsServices),
      services,
      httpsServices,
      caFile: write('ca.pem', ca),
      implementationFile: write('implementation.json', implementation(services)),
      httpsImplementationFile: write('implementation.https.json', implementation(httpsServices)),
    };
    write('conformance.json', JSON.stringify(file, null, 2));
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function httpsPort(layout: Layout, name: ServiceName): number {
  return layout.port(name) + HTTPS_OFFSET;
}

function urls(urlOf: (name: ServiceName) => string): Record<string, string> {
  return Object.fromEntries(SERVICES.map((name) => [name, urlOf(name)]));
}

function endpointsOf(services: Record<string, string>): ConformanceEndpoints {
  return {
    issueCredential: `${services['issuer']}/credentials/issue`,
    verifyCredential: `${services['verifier']}/credentials/verify`,
    verifyPresentation: `${services['verifier']}/presentations/verify`,
  };
}

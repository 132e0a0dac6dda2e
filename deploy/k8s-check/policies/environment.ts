import { nameOf } from '../kube-object.ts';
import { readConfig as authorization } from '../../../services/authorization/src/config.ts';
import { readConfig as issuer } from '../../../services/issuer/src/config.ts';
import { readConfig as statusList } from '../../../services/status-list/src/config.ts';
import { readConfig as trustRegistry } from '../../../services/trust-registry/src/config.ts';
import { readConfig as verifier } from '../../../services/verifier/src/config.ts';
import { environmentOf } from '../environment.ts';
import { containersOf, type Finding, type Policy, type Workload, workloads } from '../overlay.ts';
import type { Overlay, PlacedContainer } from '../overlay.ts';

type ReadConfig = (env: Readonly<Record<string, string | undefined>>) => unknown;

const SERVICES: Readonly<Record<string, ReadConfig>> = {
  authorization,
  issuer,
  'status-list': statusList,
  'trust-registry': trustRegistry,
  verifier,
};
export const SERVICE_NAMES: readonly string[] = Object.keys(SERVICES);
/** What programs read that have no readConfig. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  migrations: [
    'DATABASE_URL',
    'DATABASE_PASSWORD_FILE',
    'SERVICE_PASSWORDS_DIR',
    'PGPASSFILE',
    'PGSSLROOTCERT',
  ],
};
/** What Node itself, PostgreSQL's driver, the S3 client and OpenTelemetry read. */
const OF_LIBRARIES = /^(NODE_OPTIONS|NODE_EXTRA_CA_CERTS|PGSSL[A-Z]+|AWS_[A-Z_]+|OTEL_[A-Z_]+|TZ)$/;

export const environment: Policy = {
  name: 'environment',
  reason:
    'A variable that is missing stops the start, and one that nothing reads is a setting that is not in force.',
  find: (overlay) =>
    workloads(overlay).flatMap((workload) =>
      containersOf(workload).flatMap((placed) => ofContainer(overlay, workload, placed)),
    ),
};

/** The service whose program a container runs: the last name of its image. */
export function serviceOf(image: string | undefined): string {
  return (
    image
      ?.replace(/@.*/, '')
      .replace(/:[^/]*$/, '')
      .replace(/.*\//, '') ?? ''
  );
}

function ofContainer(
  overlay: Overlay,
  { object }: Workload,
  { container, where }: PlacedContainer,
): Finding[] {
  const finding = (at: string, what: string, remedy: string) => ({
    object: nameOf(object),
    where: at,
    what,
    remedy,
  });
  const { values, places, unknown } = environmentOf(overlay, container, where);
  const service = serviceOf(container.image);
  const asked = new Set(PROGRAMS[service] ?? []);
  const readConfig = SERVICES[service];
  if (!readConfig && !PROGRAMS[service])
    return [finding(`${where}.image`, `${service} is no program of ours`, 'name a service')];
  // what is known only in the pod is taken to be as it should
  const env = new Proxy(Object.fromEntries(values), {
    get: (known, name: string) => (
      asked.add(name), unknown.has(name) ? 'https://in.the.pod' : known[name]
    ),
  });
  return [
    ...faultsOf(readConfig, env).map((fault) =>
      finding(`${where}.env`, fault, `set it as services/${service}/README.md says`),
    ),
    ...[...values.keys()]
      .filter((name) => !asked.has(name) && !OF_LIBRARIES.test(name))
      .map((name) =>
        finding(
          places.get(name) ?? where,
          `${service} reads no ${name}`,
          'remove it, or mend its name',
        ),
      ),
  ];
}

function faultsOf(readConfig: ReadConfig | undefined, env: Record<string, string>): string[] {
  try {
    readConfig?.(env);
    return [];
  } catch (error) {
    const { message } = error as Error;
    const faults = message.split('\n- ').slice(1);
    return faults.length > 0 ? faults : [message];
  }
}

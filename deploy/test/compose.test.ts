import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import t from 'tap';
import { readConfig as readAuthorization } from '../../services/authorization/src/config.ts';
import { readConfig as readIssuer } from '../../services/issuer/src/config.ts';
import { readConfig as readStatusList } from '../../services/status-list/src/config.ts';
import { readConfig as readTrustRegistry } from '../../services/trust-registry/src/config.ts';
import { readConfig as readVerifier } from '../../services/verifier/src/config.ts';
import { SERVICES } from '../local/layout.ts';
import { prepareSecrets } from '../single-host/prepare.ts';
import { exampleVariables, readCompose, targetsOf } from './compose-file.ts';

const READERS = {
  issuer: readIssuer,
  verifier: readVerifier,
  'trust-registry': readTrustRegistry,
  'status-list': readStatusList,
  authorization: readAuthorization,
};

const variables = { ...exampleVariables(), ANCHOR_THUMBPRINT: 'the-thumbprint' };
const compose = readCompose(variables);
const services = Object.entries(compose.services);

/** Every name that a service's configuration asks for. */
function namesRead(
  readConfig: (typeof READERS)[keyof typeof READERS],
  env: Record<string, string>,
) {
  const names = new Set<string>();
  const spy = new Proxy(env, {
    get(target, name) {
      names.add(String(name));
      return Reflect.get(target, name) as string | undefined;
    },
  });
  readConfig(spy);
  return names;
}

t.test(
  'Each service has an environment that its own configuration takes, and nothing else in it',
  async (t) => {
    for (const name of SERVICES) {
      const { environment = {} } = compose.services[name] ?? {};
      const known = namesRead(READERS[name], environment);
      t.ok(known.has('DATABASE_URL'), `${name} reads its configuration`);
      t.same(
        Object.keys(environment).filter((each) => !known.has(each)),
        [],
        `${name} knows them all`,
      );
    }
    const { DATABASE_URL: _, ...without } = compose.services['issuer']?.environment ?? {};
    t.throws(
      () => readIssuer(without),
      /DATABASE_URL is missing/,
      'one that is left out is noticed',
    );
  },
);

t.test('What an operator must decide has no default', async (t) => {
  for (const name of [
    'PUBLIC_ORIGIN',
    'VERSION',
    'POSTGRES_IMAGE',
    'NGINX_IMAGE',
    'SECRETS_DIR',
    'CELL_ODS_CODE',
  ]) {
    t.throws(() => readCompose({ ...variables, [name]: '' }), new RegExp(`^${name} is missing`));
  }
});

t.test('Every file that a variable names is mounted, and every mount is declared', async (t) => {
  for (const [name, service] of services) {
    const targets = targetsOf(service);
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (!variable.endsWith('_FILE') || variable === 'AUDIT_CHECKPOINT_FILE') continue;
      t.ok(targets.has(value), `${name}: ${variable} is ${value}`);
    }
    for (const source of targets.values()) {
      t.ok(source in compose.secrets || source in compose.configs, `${name}: ${source}`);
    }
    for (const volume of service.volumes ?? []) {
      if (!volume.startsWith('.'))
        t.ok((volume.split(':')[0] ?? '') in compose.volumes, `${name}: ${volume}`);
    }
  }
  const used = services.flatMap(([, service]) => [...targetsOf(service).values()]);
  const declared = [...Object.keys(compose.secrets), ...Object.keys(compose.configs)];
  t.same(
    declared.filter((name) => !used.includes(name)),
    [],
    'none is left over',
  );
});

t.test(
  "The secrets are those that are made for a host, beside the certificate and the anchor's list",
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'staff-passport-host-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const cell = {
      folder,
      publicOrigin: 'https://passport.northmoor.example',
      odsCode: 'QZN',
      name: 'Northmoor',
    };
    const made = prepareSecrets(cell).map((file) => relative(folder, file));
    const again = readFileSync(join(folder, 'issuer.kek'), 'utf8');
    prepareSecrets(cell);
    t.equal(readFileSync(join(folder, 'issuer.kek'), 'utf8'), again, 'what is there is kept');

    const files = [...Object.values(compose.secrets), ...Object.values(compose.configs)];
    const wanted = files.map(({ file }) => relative('/etc/staff-passport', file));
    const byOthers = ['genesis.jwt', 'tls.crt', 'tls.key'];
    t.same(wanted.filter((file) => !made.includes(file)).toSorted(), byOthers);
    t.same(
      made.filter((file) => !wanted.includes(file)),
      ['cell.json'],
      'and nothing too many',
    );
  },
);

t.test(
  'No container may gain rights, write to its root, or is an image that can change',
  async (t) => {
    for (const [name, service] of services) {
      t.match(service.user, /^(?!0:)\d+:65532$/, `${name}: user`);
      t.equal(service.read_only, true, `${name}: root`);
      t.same(service.cap_drop, ['ALL'], `${name}: capabilities`);
      t.same(service.security_opt, ['no-new-privileges:true'], `${name}: privileges`);
      t.match(
        service.image,
        /^(staff-passport\/[a-z-]+:\d+\.\d+\.\d+|.+:[\w.-]+@sha256:[0-9a-f]{64})$/,
        `${name}: image`,
      );
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        t.notMatch(value, /:\/\/[^/@]+:[^/@]+@/, `${name}: ${variable} has no password`);
      }
    }
  },
);

t.test(
  'Only nginx is reached from outside, and the services believe nobody else about addresses',
  async (t) => {
    const open = services.filter(([, { ports = [] }]) => ports.length > 0).map(([name]) => name);
    t.same(open, ['nginx']);
    const { networks } = compose.services['nginx'] ?? {};
    const { ipv4_address: address } =
      (networks as Record<string, { ipv4_address: string }>)['cell'] ?? {};
    for (const name of SERVICES) {
      t.equal(compose.services[name]?.environment?.['TRUSTED_PROXIES'], address, name);
    }
    t.same(compose.services['postgres']?.networks, ['database'], 'the database has no way out');
  },
);

t.test(
  'The schemas are up to date before a service starts, and health is asked of the management port',
  async (t) => {
    for (const name of SERVICES) {
      const { depends_on: waits, healthcheck, environment } = compose.services[name] ?? {};
      t.equal(waits?.['migrations']?.condition, 'service_completed_successfully', name);
      const port = environment?.['MANAGEMENT_PORT'];
      t.match(healthcheck?.test.join(' '), new RegExp(`127\\.0\\.0\\.1:${port}/readyz`), name);
    }
  },
);

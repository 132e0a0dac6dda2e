import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** of Debian's packages `radosgw ceph-mon ceph-osd` and what they bring */
const PROGRAMS = [
  'radosgw',
  'radosgw-admin',
  'ceph',
  'ceph-mon',
  'ceph-osd',
  'ceph-authtool',
  'monmaptool',
  'setpriv',
];

const NOBODY = 65534;
const STEP_MS = 30_000;
const ACCESS_KEY = { accessKeyId: 'listskey', secretAccessKey: 'listssecret' };

export interface Ceph {
  endpoint: string;
  region: string;
  credentials: typeof ACCESS_KEY;
  stop(): Promise<void>;
}

/** Why there is no S3 server to test with; undefined when there is one. */
export function missingCeph(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(':');
  const missing = PROGRAMS.filter(
    (program) => !directories.some((directory) => existsSync(join(directory, program))),
  );
  if (missing.length === 0) return undefined;
  return `no S3 server: ${missing.join(', ')} not installed (apt-get install radosgw ceph-mon ceph-osd)`;
}

/**
 * A Ceph RADOS Gateway with one monitor and one object store in memory, on loopback. It ends with this process.
 * @throws Error when a step takes longer than 30 s or a daemon ends
 */
export async function startCeph(): Promise<Ceph> {
  // short: a socket's path has about 100 characters
  const directory = await mkdtemp(join(tmpdir(), 'ceph-'));
  const root = process.getuid?.() === 0;
  const [s3Port, monPort] = await freePorts();
  const ids = { fsid: randomUUID(), osd: randomUUID() };
  const keyring = join(directory, 'keyring');
  const monmap = join(directory, 'monmap');
  const conf = join(directory, 'ceph.conf');
  for (const name of ['mon', 'osd', 'run', 'rgw']) await mkdir(join(directory, name));
  await writeFile(conf, settings({ directory, keyring, fsid: ids.fsid, s3Port, monPort }));
  for (const name of root ? ['', 'mon', 'osd', 'run', 'rgw'] : []) {
    await chown(join(directory, name), NOBODY, NOBODY);
  }

  const identity = root ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  const options = { cwd: directory, env: { PATH: process.env['PATH'], CEPH_CONF: conf } };
  const step = (...command: string[]) =>
    run('setpriv', [...identity, '--', ...command], { ...options, timeout: STEP_MS });
  const daemons: ChildProcess[] = [];
  const start = (...command: string[]) => {
    // it dies with us, however we go
    const child = spawn('setpriv', [...identity, '--pdeathsig=KILL', '--', ...command, '-f'], {
      ...options,
      stdio: 'ignore',
    });
    daemons.push(child);
    return child;
  };
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => ended(daemon)));
    await rm(directory, { recursive: true, force: true });
  };

  try {
    await step('ceph-authtool', '-C', keyring, ...key('mon.', { mon: 'allow *' }));
    const others = {
      'client.admin': { mon: 'allow *', osd: 'allow *' },
      'osd.0': { mon: 'allow profile osd', osd: 'allow *' },
      'client.rgw': { mon: 'allow rw', osd: 'allow rwx' },
    };
    for (const [name, caps] of Object.entries(others)) {
      await step('ceph-authtool', keyring, ...key(name, caps));
    }
    const monitor = ['--addv', 'a', `[v2:127.0.0.1:${monPort}]`];
    await step('monmaptool', '--create', '--fsid', ids.fsid, ...monitor, monmap);
    await step('ceph-mon', '-i', 'a', '--mkfs', '--monmap', monmap, '--keyring', keyring);
    start('ceph-mon', '-i', 'a');
    await step('ceph', '--connect-timeout', '20', 'osd', 'new', ids.osd);
    // the id that the monitor was told: with another the object store waits for ever
    await step('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', ids.osd);
    start('ceph-osd', '-i', '0');
    const { accessKeyId, secretAccessKey } = ACCESS_KEY;
    const user = ['--uid=lists', '--display-name=lists', `--access-key=${accessKeyId}`];
    const create = ['user', 'create', ...user, `--secret-key=${secretAccessKey}`];
    await step('radosgw-admin', '-n', 'client.rgw', ...create);
    const endpoint = `http://127.0.0.1:${s3Port}`;
    await untilAnswers(endpoint, start('radosgw', '-n', 'client.rgw'));
    return { endpoint, region: 'us-east-1', credentials: ACCESS_KEY, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function key(name: string, caps: Record<string, string>): string[] {
  const args = Object.entries(caps).flatMap(([service, what]) => ['--cap', service, what]);
  return ['--gen-key', '-n', name, ...args];
}

async function untilAnswers(endpoint: string, server: ChildProcess): Promise<void> {
  const end = performance.now() + STEP_MS;
  while (performance.now() < end) {
    if (server.exitCode !== null) throw new Error(`radosgw ended with ${server.exitCode}`);
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error('radosgw does not answer');
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exit = once(daemon, 'exit');
  // nothing is to be kept
  daemon.kill('SIGKILL');
  await exit;
}

/** Both are held until both are known. */
async function freePorts(): Promise<[number, number]> {
  const [first, second] = [await holdPort(), await holdPort()];
  first.release();
  second.release();
  return [first.port, second.port];
}

async function holdPort(): Promise<{ port: number; release: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, release: () => server.close() };
}

/** One copy of everything, no manager, quick elections; an object store is only found by a monitor that has its key. */
function settings(options: {
  directory: string;
  keyring: string;
  fsid: string;
  s3Port: number;
  monPort: number;
}): string {
  const { directory, keyring, fsid, s3Port, monPort } = options;
  return `[global]
fsid = ${fsid}
mon_host = [v2:127.0.0.1:${monPort}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = ${keyring}
run_dir = ${directory}/run
admin_socket = ${directory}/run/$name.asok
pid_file = ${directory}/run/$name.pid
log_file = ${directory}/$name.log
log_to_stderr = false
crash_dir = ${directory}
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.05
paxos_min_wait = 0.05
[mon]
mon_data = ${directory}/mon
[osd]
osd_data = ${directory}/osd
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_heartbeat_grace = 60
osd_memory_target = 939524096
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${s3Port}
rgw_data = ${directory}/rgw
rgw_enable_usage_log = false
rgw_dns_name =
rgw_run_sync_thread = false
rgw_override_bucket_index_max_shards = 1
`;
}

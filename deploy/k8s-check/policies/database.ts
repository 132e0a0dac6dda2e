import { type KubeObject, nameOf } from '../kube-object.ts';
import { type Finding, type Overlay, ofKind, type Policy } from '../overlay.ts';

interface ClusterSpec {
  instances: number;
  minSyncReplicas?: number;
  postgresql?: { synchronous?: { number?: number; dataDurability?: string } };
  backup?: { barmanObjectStore?: unknown; volumeSnapshot?: unknown };
  plugins?: { isWALArchiver?: boolean }[];
}

export const database: Policy = {
  name: 'database',
  reason: 'What was acknowledged must survive the loss of the primary, and of the cluster.',
  find: (overlay) =>
    ofKind<ClusterSpec>(overlay, 'Cluster').flatMap((each) => ofCluster(overlay, each)),
};

function ofCluster(overlay: Overlay, object: KubeObject<ClusterSpec>): Finding[] {
  const { instances, minSyncReplicas, postgresql, backup, plugins = [] } = object.spec;
  const finding = (where: string, what: string, remedy: string) => ({
    object: nameOf(object),
    where,
    what,
    remedy,
  });
  const faults: Finding[] = [];
  const synchronous = postgresql?.synchronous?.number ?? minSyncReplicas ?? 0;
  if (instances > 1 && synchronous < 1)
    faults.push(
      finding(
        'spec.postgresql.synchronous',
        'a commit is acknowledged before a standby has it',
        'have number 1 or more',
      ),
    );
  if (postgresql?.synchronous?.dataDurability === 'preferred')
    faults.push(
      finding(
        'spec.postgresql.synchronous.dataDurability',
        'without a standby commits are acknowledged all the same',
        'have it required',
      ),
    );
  if (!overlay.name.endsWith('-production')) return faults;
  if (instances < 3)
    faults.push(
      finding(
        'spec.instances',
        `with ${instances} instances no writes are taken when one is lost`,
        'have 3 or more',
      ),
    );
  const archived = backup?.barmanObjectStore ?? plugins.find(({ isWALArchiver }) => isWALArchiver);
  const scheduled = ofKind<{ cluster: { name: string } }>(overlay, 'ScheduledBackup').some(
    ({ spec }) => spec.cluster.name === object.metadata.name,
  );
  if (!archived || !scheduled)
    faults.push(
      finding(
        'spec.backup',
        'is not archived and backed up',
        'add an object store and a ScheduledBackup',
      ),
    );
  return faults;
}

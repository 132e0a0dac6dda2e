import type { Policy } from './overlay.ts';
import { autoscaling } from './policies/autoscaling.ts';
import { complete } from './policies/complete.ts';
import { database } from './policies/database.ts';
import { disruptionBudgets } from './policies/disruption-budgets.ts';
import { environment } from './policies/environment.ts';
import { filesMounted } from './policies/files-mounted.ts';
import { gracefulEnd } from './policies/graceful-end.ts';
import { imagePinned } from './policies/image-pinned.ts';
import { internalUrls } from './policies/internal-urls.ts';
import { migrationsFirst } from './policies/migrations-first.ts';
import { namesAndLabels } from './policies/names-and-labels.ts';
import { networkCalls } from './policies/network-calls.ts';
import { noSecretData } from './policies/no-secret-data.ts';
import { probes } from './policies/probes.ts';
import { referencesExist } from './policies/references-exist.ts';
import { resources } from './policies/resources.ts';
import { restrictedPods } from './policies/restricted-pods.ts';
import { routes } from './policies/routes.ts';
import { selectorsMatch } from './policies/selectors-match.ts';
import { servicePorts } from './policies/service-ports.ts';
import { topologySpread } from './policies/topology-spread.ts';

/** Every rule that a rendered overlay is held to. */
export const POLICIES: readonly Policy[] = [
  complete,
  imagePinned,
  selectorsMatch,
  servicePorts,
  referencesExist,
  filesMounted,
  environment,
  internalUrls,
  noSecretData,
  probes,
  resources,
  restrictedPods,
  gracefulEnd,
  topologySpread,
  disruptionBudgets,
  autoscaling,
  migrationsFirst,
  database,
  routes,
  networkCalls,
  namesAndLabels,
];

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from './kube-object.ts';

/** Where the models of an API group are; a group without one is of Kubernetes itself. */
const PACKAGES: Readonly<Record<string, string>> = {
  'argoproj.io': '@kubernetes-models/argo-cd',
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg',
};

/**
 * The module that declares an object's kind, such as `kubernetes-models/apps/v1`, its interface being `I<Kind>`.
 * @param folder whose node_modules has the models
 * @returns undefined when no model knows the kind: nothing can then say whether the object is well formed
 */
export function moduleOf(folder: string, { apiVersion, kind }: KubeObject): string | undefined {
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '';
  const module = `${PACKAGES[group] ?? 'kubernetes-models'}/${apiVersion}`;
  if (!/^\w+$/.test(kind) || !/^[\w.-]+(\/\w+)?$/.test(apiVersion)) return undefined;
  const known = existsSync(join(folder, 'node_modules', module, `${kind}.d.ts`));
  return known ? module : undefined;
}

import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parsePromql, type Query } from './promql.ts';

const FOLDER = new URL('../../k8s/base/observability/', import.meta.url);

export interface AlertRule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface Panel {
  title: string;
  type: string;
  datasource: { type: string; uid: string };
  fieldConfig: { defaults: { unit?: string } };
  gridPos: Record<'x' | 'y' | 'w' | 'h', number>;
  targets: { expr: string; legendFormat: string }[];
}

export interface Dashboard {
  file: string;
  uid: string;
  title: string;
  panels: Panel[];
}

/** A question of a panel or an alert rule, and where it stands. */
export interface NamedQuery extends Query {
  where: string;
}

export function readAlertRules(): AlertRule[] {
  const { spec } = parse(readFileSync(new URL('prometheus-rule.yaml', FOLDER), 'utf8')) as {
    spec: { groups: { rules: AlertRule[] }[] };
  };
  return spec.groups.flatMap(({ rules }) => rules);
}

export function readDashboards(): Dashboard[] {
  return globSync('dashboards/*.json', { cwd: FOLDER }).map((file) => ({
    ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Omit<Dashboard, 'file'>),
    file,
  }));
}

/** @throws Error for an expression that is not PromQL */
export function readQueries(): NamedQuery[] {
  const ofPanels = readDashboards().flatMap(({ file, panels }) =>
    panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({
        where: `${file}: ${title}`,
        // what Grafana puts in before it asks
        ...parsePromql(expr.replaceAll('$__rate_interval', '1m')),
      })),
    ),
  );
  const ofAlerts = readAlertRules().map(({ alert, expr }) => ({
    where: alert,
    ...parsePromql(expr),
  }));
  return [...ofPanels, ...ofAlerts];
}

import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Registry } from 'prom-client';
import t from 'tap';
import { PROBLEMS } from '#kit/problem';
import {
  type DocumentedMetric,
  readDocumentedMetrics,
  readLabelValues,
} from '../end-to-end/metric-tables.ts';
import { parsePromql } from '../end-to-end/promql.ts';
import {
  type NamedQuery,
  readAlertRules,
  readDashboards,
  readQueries,
} from '../end-to-end/watching-files.ts';

// What Prometheus itself knows of a target, and puts beside each sample.
const OF_TARGETS = ['namespace', 'job', 'pod', 'instance'];
const SERVICES = ['issuer', 'verifier', 'trust-registry', 'status-list', 'authorization'];

const known = knownMetrics();
const labelValues = readLabelValues();
const queries = readQueries();
const rules = readAlertRules();

t.test('Each panel and each alert asks for metrics, labels and values that there are', (t) => {
  t.ok(queries.length > 50);
  for (const query of queries) t.same(faultsOf(query), [], query.where);
  t.end();
});

t.test('A metric, a label or a value that there is not is found', (t) => {
  t.same(faults('sum by (job) (rate(audit_failures_total{operation="append"}[5m]))'), []);
  t.same(faults('rate(audit_failure_total[5m])'), ['there is no audit_failure_total']);
  t.same(faults('http_request_duration_seconds > 1'), [
    'there is no http_request_duration_seconds',
  ]);
  t.same(faults('audit_failures_total{trust="ZZA01"}'), ['audit_failures_total has no trust']);
  t.same(faults('sum by (route) (audit_failures_total)'), ['nothing here has route']);
  t.same(faults('audit_failures_total{operation="write"}'), ['operation is never write']);
  t.same(faults('http_problems_total{code="FENCED"}'), ['code is never FENCED']);
  t.same(faults('up{job="issuers"}'), ['job is never issuers']);
  t.throws(() => parsePromql('sum by (job (up)'), { message: /Not PromQL/ });
  t.end();
});

t.test('Each alert says how urgent it is, what it is, and which page says what to do', (t) => {
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, labels, annotations } of rules) {
    t.match(labels['severity'], /^(critical|warning)$/, alert);
    t.ok(annotations['summary'], alert);
    const page = `docs/operations/alerts.md#${alert.toLowerCase()}`;
    t.equal(annotations['runbook_url'], page);
  }
  t.end();
});

t.test(
  'Each alert has its section, whole, and no section is of an alert that there is not',
  (t) => {
    const page = readFileSync(new URL('../../docs/operations/alerts.md', import.meta.url), 'utf8');
    const sections = new Map(
      page
        .split(/^## /m)
        .slice(1)
        .map((section) => [section.split('\n', 1)[0] ?? '', section]),
    );
    t.same([...sections.keys()].toSorted(), rules.map(({ alert }) => alert).toSorted());
    for (const [alert, section] of sections) {
      for (const part of ['Means', 'Look at', 'Do', 'Wake somebody']) {
        t.match(section, `\n**${part}.** `, `${alert}: ${part}`);
      }
    }
    for (const { alert, labels } of rules) {
      const wakes = sections.get(alert)?.includes('**Wake somebody.** Yes') ?? false;
      t.equal(wakes, labels['severity'] === 'critical', `${alert} wakes when it is critical`);
    }
    t.end();
  },
);

t.test('Each dashboard can be loaded beside the others, and no panel lies on another', (t) => {
  const dashboards = readDashboards();
  t.equal(new Set(dashboards.map(({ uid }) => uid)).size, dashboards.length);
  for (const { file, title, panels } of dashboards) {
    t.match(title, /^Staff Passport: /, file);
    const taken = new Set<string>();
    for (const { title: name, datasource, fieldConfig, gridPos, targets } of panels) {
      t.match(datasource, { type: /^prometheus$/, uid: /^\$\{datasource\}$/ }, `${file}: ${name}`);
      t.ok(fieldConfig.defaults.unit, `${file}: ${name} has a unit`);
      t.ok(targets.length > 0);
      const { x, y, w, h } = gridPos;
      t.ok(x + w <= 24);
      for (let column = x; column < x + w; column += 1) {
        for (let row = y; row < y + h; row += 1) {
          if (taken.has(`${column} ${row}`)) t.fail(`${file}: ${name} lies on another`);
          taken.add(`${column} ${row}`);
        }
      }
    }
  }
  t.end();
});

function faults(expr: string): string[] {
  return faultsOf({ where: '', ...parsePromql(expr) });
}

/** The names that can be asked for, with the labels that each has. */
function knownMetrics(): Map<string, string[]> {
  const node = new Registry();
  collectDefaultMetrics({ register: node });
  const ofNode = node.getMetricsAsArray().map(({ name }) => [name, []] as [string, string[]]);
  return new Map([
    ['up', []],
    ...ofNode,
    ...readDocumentedMetrics().flatMap((metric) => namesOf(metric)),
  ]);
}

function namesOf({ name, type, labels }: DocumentedMetric): [string, string[]][] {
  if (type !== 'histogram') return [[name, labels]];
  return [
    [`${name}_bucket`, [...labels, 'le']],
    [`${name}_sum`, labels],
    [`${name}_count`, labels],
  ];
}

function faultsOf({ selectors, grouping }: NamedQuery): string[] {
  const found: string[] = [];
  for (const { metric, matchers } of selectors) {
    const labels = known.get(metric);
    if (labels === undefined) {
      found.push(`there is no ${metric}`);
      continue;
    }
    for (const { label, value } of matchers) {
      if (![...labels, ...OF_TARGETS].includes(label)) found.push(`${metric} has no ${label}`);
      const allowed = valuesOf(label);
      const asked = value.split('|').filter((each) => !allowed?.includes(each));
      if (allowed !== undefined) found.push(...asked.map((each) => `${label} is never ${each}`));
    }
  }
  const any = new Set([
    ...selectors.flatMap(({ metric }) => known.get(metric) ?? []),
    ...OF_TARGETS,
  ]);
  found.push(
    ...grouping.filter((label) => !any.has(label)).map((each) => `nothing here has ${each}`),
  );
  return found;
}

/** The closed set of a label; the routes are compared with a running cell's, in metrics.test.ts. */
function valuesOf(label: string): readonly string[] | undefined {
  if (label === 'job') return SERVICES;
  if (label === 'code') return Object.keys(PROBLEMS);
  return ['method', 'operation', 'state', 'event', 'outcome', 'scope', 'overall'].includes(label)
    ? labelValues.get(label)
    : undefined;
}

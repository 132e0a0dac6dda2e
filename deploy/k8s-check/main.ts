import { compareApplications, renderApplications } from './applications.ts';
import { checkOverlays, sentence } from './check.ts';
import { POLICIES } from './policies.ts';
import { overlayNames, readArgoCd, renderOverlay } from './render.ts';
import { installTools } from './tools.ts';

// make k8s-check: renders every overlay, checks every object's type, holds them to our policies
const { kubectl, folder } = await installTools();
const overlays = await Promise.all(overlayNames().map((name) => renderOverlay(kubectl, name)));
const argoCd = readArgoCd();
const all = [...overlays, argoCd];
const { findings: found, unchecked } = await checkOverlays(folder, overlays, all);
// a set that is malformed makes no applications
const misled = unchecked.includes(argoCd.name);
const applications = misled ? [] : await renderApplications(kubectl, argoCd);
// a cell that is an entry and no folder is looked at all the same
const names = new Set(overlays.map(({ name }) => name));
const entries = applications.filter(({ name }) => !names.has(name));
const checkedEntries = await checkOverlays(folder, entries, entries);
unchecked.push(...checkedEntries.unchecked);
const findings = [
  ...found,
  ...checkedEntries.findings,
  ...(misled ? [] : compareApplications(applications, overlays)),
];
for (const finding of findings) console.log(sentence(finding));
for (const name of unchecked)
  console.log(`${name}: the policies wait until every object is well formed`);
const objects = [...all, ...entries].reduce((sum, overlay) => sum + overlay.objects.length, 0);
console.log(
  `${overlays.length + entries.length} cells, ${objects} objects, ${POLICIES.length} policies: ` +
    (findings.length === 0 ? 'nothing found' : `${findings.length} found`),
);
process.exitCode = findings.length === 0 ? 0 : 1;

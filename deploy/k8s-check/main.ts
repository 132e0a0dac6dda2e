import { compareApplications } from './applications.ts';
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
const findings = [
  ...found,
  ...(misled ? [] : await compareApplications(kubectl, argoCd, overlays)),
];
for (const finding of findings) console.log(sentence(finding));
for (const name of unchecked)
  console.log(`${name}: the policies wait until every object is well formed`);
const objects = all.reduce((sum, overlay) => sum + overlay.objects.length, 0);
console.log(
  `${overlays.length} overlays, ${objects} objects, ${POLICIES.length} policies: ` +
    (findings.length === 0 ? 'nothing found' : `${findings.length} found`),
);
process.exitCode = findings.length === 0 ? 0 : 1;

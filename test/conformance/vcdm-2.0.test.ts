import t from 'tap';
import { advancedConcepts } from './clauses/advanced-concepts.ts';
import { basicConcepts } from './clauses/basic-concepts.ts';
import { presentations } from './clauses/presentations.ts';
import { startConformance } from './helper.ts';
import { createParty } from './party.ts';

t.setTimeout(300_000);
const suite = await startConformance(t);
const party = createParty();

for (const scheme of ['http', 'https'] as const) {
  const tried = { client: suite[scheme], issuer: suite.issuer, party };
  await t.test(`over ${scheme}: VCDM 2.0 §4, basic concepts`, (t) => basicConcepts(t, tried));
  await t.test(`over ${scheme}: VCDM 2.0 §5, advanced concepts`, (t) => advancedConcepts(t, tried));
  await t.test(`over ${scheme}: VCDM 2.0 §4.13 and §7, presentations`, (t) =>
    presentations(t, tried),
  );
}

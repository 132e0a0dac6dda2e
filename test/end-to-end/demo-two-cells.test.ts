import { once } from 'node:events';
import t from 'tap';
import { runProgram } from './running-stack.ts';

t.setTimeout(240_000);

t.test(
  'Two cells verify each other, also while one registry is silent, until its snapshot is stale',
  async (t) => {
    const { child, output } = await runProgram(t, 'demo-two-cells.ts');
    const [code] = (await once(child, 'close')) as [number | null];

    t.equal(code, 0, output());
    t.match(output(), /ok .*pass, by what Southmere holds of did:web:passport\.northmoor\.example/);
    t.match(output(), /ok .*pass, by what Northmoor holds of did:web:passport\.southmere\.example/);
    t.match(output(), /ok .*pass, by a state of the registry \d+\.\d s old/);
    t.match(output(), /ok .*Northmoor mints nothing new while it cannot ask its registry/);
    t.match(output(), /ok .*fail: .*CREDENTIAL_SUSPENDED/);
    t.match(output(), /ok .*unknown: .*REGISTRY_STALE/);
    t.match(output(), /6\. .*answers again\n.*ok .*pass/);
    t.notMatch(output(), 'WRONG');
  },
);

import t from 'tap';
import { meetsAcr } from '../../src/domain/person.ts';

t.test('what is asked for is met by it, or by more', async (t) => {
  t.ok(meetsAcr('AAL3_ANY', 'AAL3_ANY'));
  t.ok(meetsAcr('AAL3_ANY', 'AAL2_OR_AAL3_ANY'));
  t.ok(meetsAcr('AAL2_OR_AAL3_ANY', 'AAL3_ANY AAL2_OR_AAL3_ANY'), 'any one of them');
  t.ok(meetsAcr('AAL1_USERPASS', undefined), 'nothing was asked for');
});

t.test('less than what is asked for, or what nobody knows, is not met', async (t) => {
  t.notOk(meetsAcr('AAL2_OR_AAL3_ANY', 'AAL3_ANY'));
  t.notOk(meetsAcr('AAL1_USERPASS', 'AAL2_OR_AAL3_ANY AAL3_ANY'));
  t.notOk(meetsAcr('AAL3_ANY', 'AAL9'));
  t.notOk(meetsAcr('AAL3_ANY', ''));
});

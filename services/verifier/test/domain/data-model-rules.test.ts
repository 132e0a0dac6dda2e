import t from 'tap';
import { breaks, issued } from './credential-helper.ts';

t.test('A name that is no text fails, by the rules that every credential goes by', (t) =>
  breaks(t, issued({ change: { name: 7 } }), {
    check: 'data-model',
    code: 'MALFORMED_VALUE_ERROR',
  }),
);

t.test('A way to render that does not say of which kind it is fails', (t) =>
  breaks(t, issued({ change: { renderMethod: { id: 'https://cards.example/1' } } }), {
    check: 'data-model',
    code: 'MALFORMED_VALUE_ERROR',
  }),
);

import t from 'tap';
import { createServer } from '../server.ts';
import { undescribedOperations } from '../testing.ts';

t.test(
  'an operation without a summary, or without a tag that the page explains, is found',
  async (test) => {
    const app = await createServer({
      name: 'test',
      description: 'A test server',
      tags: { Things: 'Things, and more of them.', Others: 'What is no thing.' },
      logger: false,
    });
    test.teardown(() => app.close());
    const access = 'public' as const;
    const add = (url: string, schema: { summary?: string; tags?: string[] }) =>
      app.get(url, { schema, config: { access } }, () => ({}));
    add('/things', { summary: 'Every thing', tags: ['Things'] });
    add('/no-tag', { summary: 'Every thing' });
    add('/no-summary', { tags: ['Things'] });
    add('/unknown-tag', { summary: 'Every thing', tags: ['Thingss'] });
    const undescribed = ['get /no-tag', 'get /no-summary', 'get /unknown-tag'];
    test.same(await undescribedOperations(app), undescribed);
    const { tags } = (await app.inject('/openapi.json')).json();
    test.strictSame(tags, [
      { name: 'Things', description: 'Things, and more of them.' },
      { name: 'Others', description: 'What is no thing.' },
    ]);
  },
);

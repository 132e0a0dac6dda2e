import { writeFileSync } from 'node:fs';
import { errorCatalogue } from './error-catalogue.ts';

writeFileSync(new URL('../../docs/errors.md', import.meta.url), errorCatalogue());

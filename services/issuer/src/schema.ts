/** What the database must have before this service starts: its newest migration. */
export const SCHEMA = { schema: 'issuer', migration: '0004-forms-and-lifecycle' };

/** What the database must have before this service starts: its newest migration. */
export const SCHEMA = { schema: 'authz', migration: '0003-sign-in' };

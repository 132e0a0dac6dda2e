/** What the database must have before this service starts: its newest migration. */
export const SCHEMA = { schema: 'status_list', migration: '0003-forms-and-fence' };

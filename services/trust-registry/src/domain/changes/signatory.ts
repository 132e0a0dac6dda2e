import {
  type Apply,
  conflict,
  invalid,
  loadOpenOrganisation,
  loadOrganisation,
} from './context.ts';
import type { EndSignatory, NameSignatory } from './operation.ts';

// an opaque identifier, as the audit chain takes it
const SUBJECT = /^[\x21-\x7e]{1,200}$/;

/** Lets a person propose and approve for the organisation. */
export const nameSignatory: Apply<NameSignatory> = async ({ odsCode, subject }, context) => {
  if (!SUBJECT.test(subject)) throw invalid('/subject', 'subject is not the sub of a token');
  await loadOpenOrganisation(context, odsCode);
  if (!(await context.changes.insertSignatory(odsCode, subject, context.now))) {
    throw conflict('The person is a signatory already', '/subject');
  }
  return {
    result: {},
    records: [],
    event: { action: 'signatory.named', subject: { organisation: odsCode, signatory: subject } },
  };
};

export const endSignatory: Apply<EndSignatory> = async ({ odsCode, subject }, context) => {
  await loadOrganisation(context, odsCode);
  if (!(await context.changes.endSignatory(odsCode, subject, context.now))) {
    throw conflict('The person is not a signatory', '/subject');
  }
  return {
    result: {},
    records: [],
    event: { action: 'signatory.ended', subject: { organisation: odsCode, signatory: subject } },
  };
};

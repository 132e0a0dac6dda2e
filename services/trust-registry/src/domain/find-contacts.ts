import { VcError } from '#vc/error';
import type { ContactReader, TeamContact } from './ports.ts';

type Teams = Record<TeamContact['team'], Omit<TeamContact, 'team'>>;

/**
 * Whom to ask at an organisation about what is missing or wrong. Told to organisations that are registered at present.
 * @throws VcError FORBIDDEN when who asks is not registered, NOT_FOUND without contacts
 */
export async function findContacts(
  registry: ContactReader,
  { odsCode, askedBy }: { odsCode: string; askedBy: string },
): Promise<Teams> {
  if ((await registry.findOrganisation(askedBy))?.status !== 'registered') {
    throw new VcError('FORBIDDEN', 'Contacts are told to registered organisations only');
  }
  const contacts = await registry.listContacts(odsCode);
  const of = (team: TeamContact['team']) => {
    const found = contacts.find((each) => each.team === team);
    if (found === undefined) {
      throw new VcError('NOT_FOUND', 'No contacts are registered under this ODS code');
    }
    return { email: found.email, phone: found.phone };
  };
  return {
    humanResources: of('humanResources'),
    occupationalHealth: of('occupationalHealth'),
    education: of('education'),
  };
}

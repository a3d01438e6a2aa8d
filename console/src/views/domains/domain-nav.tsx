/** The views of one domain. */
import { can } from '../../api/session.ts';
import { Link } from '../../components/link.tsx';
import { shellWords } from '../../shell/words.ts';
import { domainPath } from '../paths.ts';
import { domainWords } from './words.ts';

export const DomainNav = ({ groupId }: { groupId: string }) => {
  const text = domainWords();
  const shell = shellWords();
  const to = (rest: string): string => domainPath(groupId, rest);
  return (
    <nav class="domain-nav" aria-label={text.parts}>
      <Link to={to('')}>{groupId}</Link>
      <Link to={to('/jobs')}>{shell.jobs}</Link>
      <Link to={to('/clients')}>{shell.clients}</Link>
      <Link to={to('/images')}>{shell.images}</Link>
      <Link to={to('/events')}>{text.events}</Link>
      <Link to={to('/quarantine')}>{text.quarantine}</Link>
      {can('command') && <Link to={to('/commands')}>{shell.commands}</Link>}
      {can('command') && <Link to={to('/explorer')}>{text.explorer}</Link>}
      <Link to={to('/endpoints')}>{text.endpoints}</Link>
      {can('admin') && <Link to={to('/credential')}>{text.credential}</Link>}
      {can('admin') && <Link to={to('/settings')}>{text.settings}</Link>}
      {can('admin') && <Link to={to('/audit')}>{shell.audit}</Link>}
    </nav>
  );
};

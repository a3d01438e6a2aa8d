/** Links from a problem to related views. */
import { Link } from '../../components/link.tsx';
import { shellWords } from '../../shell/words.ts';
import { domainWords } from '../domains/words.ts';
import { domainPath } from '../paths.ts';
import type { Problem } from './problem-facts.ts';
import { problemWords } from './words.ts';

/** The paths of related views, with the words of their links. */
const linksOf = ({ kind, groupId, subject }: Problem) => {
  const text = problemWords();
  const shell = shellWords();
  if (groupId === undefined) return kind === 'key-expiring' ? [['/keys', {}, shell.keys] as const] : [];
  const { clientName, policyName } = subject;
  const of = { clientName, policyName };
  return [
    ...(clientName === undefined
      ? []
      : [
          [domainPath(groupId, '/clients'), of, shell.clients] as const,
          [domainPath(groupId, '/jobs'), of, shell.jobs] as const,
          ['/problems/mutes', { groupId, ...of }, text.muteRule] as const,
        ]),
    ...(kind === 'quarantined'
      ? [[domainPath(groupId, '/quarantine'), {}, domainWords().quarantine] as const]
      : []),
    ...(kind === 'token-expiring' || kind === 'domain-disconnected'
      ? [[domainPath(groupId, '/endpoints'), {}, text.endpoints] as const]
      : []),
    [domainPath(groupId), {}, `${text.domain} ${groupId}`] as const,
  ];
};

export const ProblemLinks = ({ problem }: { problem: Problem }) => (
  <ul class="inline-list">
    {linksOf(problem).map(([to, query, title]) => (
      <li key={to}>
        <Link to={to} query={query}>
          {title}
        </Link>
      </li>
    ))}
  </ul>
);

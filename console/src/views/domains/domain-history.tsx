/** The stored history of a domain's connection. */
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Section } from '../../components/page.tsx';
import { problemPath } from '../paths.ts';
import { connectionHistory } from './connection-history.ts';
import type { Domain } from './last-end.ts';
import { domainWords } from './words.ts';

const ALL_STATES = 'open,acknowledged,muted,recovered';

export const DomainHistory = ({ domain }: { domain: Domain }) => {
  const text = domainWords();
  const path = { groupId: domain.groupId };
  const stored = useResource(
    `history of connection ${domain.groupId}`,
    async () => {
      const query = { kind: 'domain-disconnected', state: ALL_STATES };
      const [outages, audit] = await Promise.all([
        result(api.GET('/v1/groups/{groupId}/problems', { params: { path, query } })),
        can('admin') ? result(api.GET('/v1/groups/{groupId}/audit', { params: { path } })) : { items: [] },
      ]);
      return { outages: outages.items, audit: audit.items };
    },
    300_000,
  );
  return (
    <Section title={text.history}>
      <p class="quiet">{text.historyAbout}</p>
      <Freshness resource={stored} />
      <Loaded resource={stored}>
        {({ outages, audit }) => (
          <ol class="plain-list">
            {connectionHistory(domain, outages, audit).map(({ at, kind, by, problemId }) => (
              <li key={`${at} ${kind}`}>
                <Moment at={at} domain={domain} isFull />{' '}
                {problemId === undefined ? (
                  text.historyKinds[kind]
                ) : (
                  <Link to={problemPath(problemId)}>{text.historyKinds[kind]}</Link>
                )}
                {by && <span class="quiet"> · {by}</span>}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  );
};

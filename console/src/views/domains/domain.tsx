/** One domain: its connection, its problems and its last day. */

import { useRoute } from 'preact-iso/router';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { actWords } from '../act/words.ts';
import { ProblemList } from '../problems/problem-list.tsx';
import { problemWords } from '../problems/words.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { DomainFacts } from './domain-facts.tsx';
import { DomainHistory } from './domain-history.tsx';
import { DomainNav } from './domain-nav.tsx';
import { DomainTargets } from './domain-targets.tsx';
import { LastDay } from './last-day.tsx';
import { domainWords } from './words.ts';

export const DomainView = () => {
  const { groupId = '' } = useRoute().params;
  const text = domainWords();
  const path = { groupId };
  const domain = useResource(`domain ${groupId}`, () =>
    result(api.GET('/v1/groups/{groupId}', { params: { path } })),
  );
  return (
    <Page
      title={groupId}
      actions={
        <>
          {can('command') && (
            <Link to="/act/ping" query={{ domain: groupId }} class="button">
              {actWords().titles.ping}
            </Link>
          )}
          {domain.data?.session.connected && can('admin') && (
            <Confirm
              title={text.disconnect}
              question={text.disconnectQuestion(groupId)}
              effect={text.disconnectEffect}
              done={text.disconnected}
              run={() => result(api.DELETE('/v1/groups/{groupId}/connection', { params: { path } }))}
              onDone={domain.reload}
            />
          )}
        </>
      }
    >
      <DomainNav groupId={groupId} />
      <Loaded resource={domain}>
        {(found) => (
          <>
            <Section title={text.state}>
              <Freshness resource={domain} />
              <p class="lead">
                <ConnectionBadge state={found.session.state} />
              </p>
              <DomainFacts domain={found} />
            </Section>
            <Section title={problemWords().title}>
              <ProblemList filter={{}} groupId={groupId} />
            </Section>
            <LastDay groupId={groupId} />
            <DomainTargets groupId={groupId} />
            <DomainHistory domain={found} />
          </>
        )}
      </Loaded>
    </Page>
  );
};

/** Which clients have no good backup in time: of one domain, of all, or one client with everything about it. */
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Empty, Freshness, Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { now } from '../../format/times.ts';
import { common } from '../../i18n/common.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { Client } from './client.tsx';
import { ClientList } from './client-list.tsx';
import { type ClientPolicy, matches, stateOf } from './client-policies.ts';
import { progress, useAllClientPolicies, useClientPolicies } from './load-client-policies.ts';
import { clientWords } from './words.ts';

const filters = (): readonly Filter[] => {
  const text = clientWords();
  return [
    { name: 'search', title: text.search, type: 'text' },
    {
      name: 'state',
      title: text.state,
      choices: Object.entries(text.states).map(([value, title]) => ({ value, title })),
    },
  ];
};

const Filtered = ({ all, hasDomains }: { all: readonly ClientPolicy[]; hasDomains: boolean }) => {
  const [{ search = '', state, policyName }] = useQuery();
  const shown = all.filter(
    (one) =>
      matches(one, search) &&
      (state === undefined || stateOf(one, now.value) === state) &&
      (policyName === undefined || one.policyName === policyName),
  );
  if (shown.length === 0)
    return <Empty>{all.length > 0 ? common().nothingMatches : clientWords().none}</Empty>;
  return <ClientList clientPolicies={shown} hasDomains={hasDomains} />;
};

const OfDomain = ({ groupId }: { groupId: string }) => {
  const resource = useClientPolicies(groupId);
  return (
    <>
      <Freshness resource={resource} />
      <Loaded resource={resource}>{(all) => <Filtered all={all} hasDomains={false} />}</Loaded>
    </>
  );
};

const OfAll = () => {
  const resource = useAllClientPolicies();
  const text = clientWords();
  const { domains, read, clientPolicies, failed } = progress.value;
  // While it is read for the first time, what is known already is shown.
  const shown = resource.data ?? (read > 0 ? clientPolicies : undefined);
  return (
    <>
      <Freshness resource={resource} />
      {resource.isLoading && domains > 0 && (
        <p role="status">{text.reading(formatNumber(read), formatNumber(domains))}</p>
      )}
      {failed.length > 0 && <p class="notice notice-warning">{text.notRead(failed.join(', '))}</p>}
      <Loaded resource={{ ...resource, data: shown }}>{(all) => <Filtered all={all} hasDomains />}</Loaded>
    </>
  );
};

export const Clients = ({ groupId }: { groupId?: string }) => {
  const [{ clientName }] = useQuery();
  const text = clientWords();
  if (groupId !== undefined && clientName) return <Client groupId={groupId} clientName={clientName} />;
  return (
    <Page title={groupId === undefined ? text.title : text.ofDomain(groupId)}>
      {groupId !== undefined && <DomainNav groupId={groupId} />}
      <Filters filters={filters()} />
      {groupId === undefined ? <OfAll /> : <OfDomain groupId={groupId} />}
    </Page>
  );
};

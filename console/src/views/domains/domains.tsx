/** All domains: which are connected, since when, and why not. */
import { api, result } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { can } from '../../api/session.ts';
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatMilliseconds } from '../../format/numbers.ts';
import { common } from '../../i18n/common.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { domainPath } from '../paths.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { endWords } from './end-words.ts';
import { Labels } from './labels.tsx';
import { type Domain, lastEndText } from './last-end.ts';
import { domainWords } from './words.ts';

const filters = (): readonly Filter[] => {
  const { state, states, label } = domainWords();
  return [
    {
      name: 'state',
      title: state,
      choices: Object.entries(states).map(([value, title]) => ({ value, title })),
    },
    { name: 'label', title: label, type: 'text' },
  ];
};

const columns = (): readonly Column<Domain>[] => {
  const text = domainWords();
  return [
    {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId }) => <Link to={domainPath(groupId)}>{groupId}</Link>,
    },
    { name: 'state', title: text.state, cell: ({ session }) => <ConnectionBadge state={session.state} /> },
    { name: 'since', title: text.since, cell: ({ session: { since } }) => since && <Moment at={since} /> },
    {
      name: 'notification',
      title: text.lastNotification,
      cell: ({ groupId, lastNotificationAt: at }) =>
        at === undefined ? (
          text.never
        ) : (
          <Link to={domainPath(groupId, '/events')}>
            <Moment at={at} />
          </Link>
        ),
    },
    {
      name: 'latency',
      title: text.latency,
      isNumber: true,
      width: 'extra',
      cell: ({ roundTripMs }) => roundTripMs !== undefined && formatMilliseconds(roundTripMs),
    },
    {
      name: 'end',
      title: text.lastEnd,
      width: 'extra',
      cell: (domain) =>
        domain.session.closePlanned ? (
          <span class="quiet" title={lastEndText(domain)}>
            {endWords().planned}
          </span>
        ) : (
          <span title={lastEndText(domain)}>{lastEndText(domain)}</span>
        ),
    },
    { name: 'labels', title: text.labels, width: 'extra', cell: ({ labels }) => <Labels labels={labels} /> },
  ];
};

export const Domains = () => {
  const [{ label, state }] = useQuery();
  const text = domainWords();
  const pages = usePages(`domains ${label ?? ''}`, (cursor) =>
    result(
      api.GET('/v1/groups', {
        params: { query: { limit: 100, ...(label ? { label } : {}), ...omitUndefined({ cursor }) } },
      }),
    ),
  );
  const shown = (rows: readonly Domain[]) =>
    state ? rows.filter(({ session }) => session.state === state) : rows;
  return (
    <Page
      title={text.title}
      actions={
        can('admin') && (
          <Link to="/domains/new" class="button">
            {text.add}
          </Link>
        )
      }
    >
      <Filters filters={filters()} />
      <Freshness resource={pages} />
      <Loaded
        resource={pages}
        isEmpty={(rows) => shown(rows).length === 0 && !pages.hasMore}
        empty={label || state ? common().nothingMatches : text.none}
      >
        {(rows) => (
          <Table
            label={text.title}
            columns={columns()}
            rows={shown(rows)}
            rowKey={({ groupId }) => groupId}
            pages={pages}
          />
        )}
      </Loaded>
    </Page>
  );
};

/** Calls to NetBackup of one domain. */
import { api, result } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { can } from '../../api/session.ts';
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { omitUndefined } from '../../omit-undefined.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { domainPath } from '../paths.ts';
import type { Command } from './outcome.ts';
import { CommandState } from './state.tsx';
import { commandWords } from './words.ts';

const columns = (groupId: string): readonly Column<Command>[] => {
  const text = commandWords();
  return [
    {
      name: 'request',
      title: text.request,
      width: 'wide',
      cell: ({ commandId, request: { method, uri } }) => (
        <Link to={domainPath(groupId, `/commands/${encodeURIComponent(commandId)}`)}>
          <code>
            {method} {uri}
          </code>
        </Link>
      ),
    },
    { name: 'state', title: text.state, cell: (command) => <CommandState command={command} /> },
    { name: 'at', title: text.at, cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { name: 'by', title: text.by, width: 'extra', cell: ({ requestedBy }) => <code>{requestedBy}</code> },
    {
      name: 'ended',
      title: text.ended,
      width: 'extra',
      cell: ({ endedAt }) => endedAt && <Moment at={endedAt} />,
    },
  ];
};

const isState = (text: string | undefined): text is Command['state'] =>
  text !== undefined && Object.hasOwn(commandWords().states, text);

export const Commands = ({ groupId }: { groupId: string }) => {
  const text = commandWords();
  const [{ state }] = useQuery();
  const filter = isState(state) ? { state } : {};
  const filters: readonly Filter[] = [
    {
      name: 'state',
      title: text.state,
      choices: Object.entries(text.states).map(([value, title]) => ({ value, title })),
    },
  ];
  const key = `commands ${groupId} ${JSON.stringify(filter)}`;
  const pages = usePages(
    can('command') ? key : undefined,
    (cursor) =>
      result(
        api.GET('/v1/groups/{groupId}/commands', {
          params: { path: { groupId }, query: { ...filter, ...omitUndefined({ cursor }) } },
        }),
      ),
    10_000,
  );
  return (
    <Page title={text.titleOf(groupId)}>
      <DomainNav groupId={groupId} />
      <Filters filters={filters} />
      <Freshness resource={pages} />
      <Loaded
        resource={pages}
        isEmpty={(rows) => rows.length === 0 && !pages.hasMore}
        empty={state ? text.noneMatches : text.none}
      >
        {(rows) => (
          <Table
            label={text.titleOf(groupId)}
            columns={columns(groupId)}
            rows={rows}
            rowKey={({ commandId }) => commandId}
            pages={pages}
          />
        )}
      </Loaded>
    </Page>
  );
};

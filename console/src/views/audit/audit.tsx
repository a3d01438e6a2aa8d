/** Who changed what, in all domains or in one. */
import { api, result, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { can } from '../../api/session.ts';
import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatTime } from '../../format/times.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { domainPath } from '../paths.ts';
import { auditWords } from './words.ts';

type AuditEvent = Schemas['AuditEvent'];

const columns = (): readonly Column<AuditEvent>[] => {
  const text = auditWords();
  return [
    { name: 'at', title: text.at, cell: ({ at }) => <time dateTime={at}>{formatTime(at)}</time> },
    { name: 'who', title: text.who, cell: ({ keyId }) => <code>{keyId}</code> },
    { name: 'action', title: text.action, cell: ({ action }) => action },
    {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId }) => groupId !== undefined && <Link to={domainPath(groupId)}>{groupId}</Link>,
    },
    { name: 'path', title: text.path, width: 'extra', cell: ({ path }) => <code>{path}</code> },
    { name: 'from', title: text.from, width: 'extra', cell: ({ sourceIp }) => sourceIp },
    {
      name: 'status',
      title: text.status,
      cell: ({ status }) =>
        status < 400 ? (
          <Badge tone="quiet">{text.succeeded(String(status))}</Badge>
        ) : (
          <Badge tone="warning">{text.refused(String(status))}</Badge>
        ),
    },
  ];
};

export const Audit = ({ groupId }: { groupId?: string }) => {
  const text = auditWords();
  const key = groupId === undefined ? 'audit' : `audit of ${groupId}`;
  const pages = usePages(can('admin') ? key : undefined, (cursor) => {
    const query = { limit: 100, ...omitUndefined({ cursor }) };
    return groupId === undefined
      ? result(api.GET('/v1/audit', { params: { query } }))
      : result(api.GET('/v1/groups/{groupId}/audit', { params: { path: { groupId }, query } }));
  });
  return (
    <Page title={groupId === undefined ? text.title : text.titleOf(groupId)}>
      {groupId !== undefined && <DomainNav groupId={groupId} />}
      <Freshness resource={pages} />
      {pages.failure?.code === 'all-groups-needed' ? (
        <p class="empty">{text.limited}</p>
      ) : (
        <Loaded resource={pages} isEmpty={(rows) => rows.length === 0 && !pages.hasMore} empty={text.none}>
          {(rows) => (
            <Table
              label={text.title}
              columns={columns()}
              rows={rows}
              rowKey={({ at, trackingId }) => `${at} ${trackingId}`}
              pages={pages}
            />
          )}
        </Loaded>
      )}
    </Page>
  );
};

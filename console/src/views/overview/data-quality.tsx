/** How far the numbers of each domain can be believed. */
import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Moment } from '../../components/moment.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { ConnectionBadge } from '../domains/connection-badge.tsx';
import { domainPath } from '../paths.ts';
import type { DataQuality } from './overview-facts.ts';
import { overviewWords } from './words.ts';

const Doubts = ({ dataQuality }: { dataQuality: DataQuality }) => {
  const text = overviewWords();
  const { groupId, isIncomplete, isClockDoubtful, quarantined } = dataQuality;
  if (!isIncomplete && !isClockDoubtful && quarantined === 0)
    return <span class="quiet">{text.noDoubts}</span>;
  return (
    <>
      {isIncomplete && <Badge tone="warning">{text.incomplete}</Badge>}{' '}
      {isClockDoubtful && <Badge tone="warning">{text.clock}</Badge>}{' '}
      {quarantined > 0 && (
        <Link to={domainPath(groupId, '/quarantine')}>{text.quarantine(formatNumber(quarantined))}</Link>
      )}
    </>
  );
};

const columns = (): readonly Column<DataQuality>[] => {
  const text = overviewWords();
  return [
    {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId }) => <Link to={domainPath(groupId)}>{groupId}</Link>,
    },
    { name: 'state', title: text.connection, cell: ({ state }) => <ConnectionBadge state={state} /> },
    {
      name: 'notification',
      title: text.lastNotification,
      cell: ({ lastNotificationAt: at }) => (at === undefined ? text.never : <Moment at={at} />),
    },
    {
      name: 'computed',
      title: text.computed,
      width: 'extra',
      cell: ({ asOf }) => asOf !== undefined && <Moment at={asOf} />,
    },
    {
      name: 'doubts',
      title: text.doubts,
      width: 'wide',
      cell: (dataQuality) => <Doubts dataQuality={dataQuality} />,
    },
  ];
};

export const DataQualityTable = ({ rows }: { rows: readonly DataQuality[] }) => (
  <Table
    label={overviewWords().dataQuality}
    columns={columns()}
    rows={rows}
    rowKey={({ groupId }) => groupId}
  />
);

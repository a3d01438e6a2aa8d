/** Clients under their policies, those beyond their target first. */
import { Badge, Measure } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatDuration, now } from '../../format/times.ts';
import { clientPath, domainPath } from '../paths.ts';
import { ageHours, type ClientPolicy, oldestFirst, stateOf, toneOf } from './client-policies.ts';
import { Legend, Strip } from './day-strip.tsx';
import { DAYS } from './load-client-policies.ts';
import { cellsOf } from './strip.ts';
import { clientWords } from './words.ts';

/** How old the last good backup is beside its limit, or why there is no such number. */
export const ClientPolicyBadge = ({ clientPolicy }: { clientPolicy: ClientPolicy }) => {
  const state = stateOf(clientPolicy, now.value);
  const hours = ageHours(clientPolicy, now.value);
  const limit = clientPolicy.target?.targetHours;
  if (hours === undefined || limit === undefined || state === 'retired')
    return <Badge tone={toneOf(state)}>{clientWords().states[state]}</Badge>;
  return (
    <Measure tone={toneOf(state)} value={formatDuration(hours * 3600)} limit={formatDuration(limit * 3600)} />
  );
};

const columns = (hasDomains: boolean): readonly Column<ClientPolicy>[] => {
  const text = clientWords();
  return [
    {
      name: 'client',
      title: text.client,
      cell: ({ groupId, clientName }) => <Link {...clientPath(groupId, clientName)}>{clientName}</Link>,
    },
    { name: 'lastGood', title: text.lastGood, cell: (one) => <ClientPolicyBadge clientPolicy={one} /> },
    { name: 'policy', title: text.policy, width: 'extra', cell: ({ policyName }) => policyName },
    ...(hasDomains
      ? [
          {
            name: 'domain',
            title: text.domain,
            cell: ({ groupId }: ClientPolicy) => <Link to={domainPath(groupId, '/clients')}>{groupId}</Link>,
          },
        ]
      : []),
    {
      name: 'strip',
      title: text.history(formatNumber(DAYS)),
      width: 'extra',
      cell: ({ history }) => history && <Strip cells={cellsOf(history)} />,
    },
    {
      name: 'failures',
      title: text.failures,
      isNumber: true,
      width: 'extra',
      cell: ({ groupId, clientName, policyName, history }) =>
        history && (
          <Link
            to={domainPath(groupId, '/jobs')}
            query={{ clientName, policyName, outcome: 'failed', from: history.from }}
          >
            {formatNumber(history.consecutiveFailures)}
          </Link>
        ),
    },
    {
      name: 'rate',
      title: text.rate,
      isNumber: true,
      width: 'extra',
      cell: ({ groupId, clientName, history }) =>
        history?.successRate !== undefined && (
          <Link {...clientPath(groupId, clientName)}>
            {formatNumber(history.successRate, { style: 'percent', maximumFractionDigits: 1 })}
          </Link>
        ),
    },
  ];
};

interface ClientListProps {
  readonly clientPolicies: readonly ClientPolicy[];
  readonly hasDomains: boolean;
}

export const ClientList = ({ clientPolicies, hasDomains }: ClientListProps) => (
  <>
    <Legend />
    <Table
      label={clientWords().title}
      columns={columns(hasDomains)}
      rows={oldestFirst(clientPolicies, now.value)}
      rowKey={({ groupId, clientName, policyName }) => JSON.stringify([groupId, clientName, policyName])}
    />
  </>
);

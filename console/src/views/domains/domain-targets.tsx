/** The target of each client under each policy. */
import { api, result, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Moment } from '../../components/moment.tsx';
import { Section } from '../../components/page.tsx';
import { PagedTable } from '../../components/paged-table.tsx';
import type { Column } from '../../components/table.tsx';
import { formatDuration, now } from '../../format/times.ts';
import { domainPath } from '../paths.ts';
import { problemWords } from '../problems/words.ts';
import { domainWords } from './words.ts';

type Target = Schemas['Target'];

const Due = ({ dueAt }: { dueAt: string }) =>
  Date.parse(dueAt) < now.value ? (
    <Badge tone="critical">
      {domainWords().overdue} <Moment at={dueAt} />
    </Badge>
  ) : (
    <Moment at={dueAt} />
  );

const columns = (groupId: string): readonly Column<Target>[] => {
  const text = domainWords();
  const { thresholdFrom } = problemWords();
  return [
    {
      name: 'client',
      title: text.client,
      cell: ({ clientName, policyName }) => (
        <Link to={domainPath(groupId, '/clients')} query={{ clientName, policyName }}>
          {clientName}
        </Link>
      ),
    },
    { name: 'policy', title: text.policy, cell: ({ policyName }) => policyName },
    {
      name: 'target',
      title: text.target,
      cell: ({ retired, targetHours }) =>
        retired
          ? text.retired
          : targetHours === undefined
            ? text.noTarget
            : formatDuration(targetHours * 3600),
    },
    {
      name: 'from',
      title: text.from,
      width: 'extra',
      cell: ({ from }) => from && thresholdFrom[from],
    },
    {
      name: 'good',
      title: text.lastGood,
      cell: ({ lastGoodAt }) => (lastGoodAt ? <Moment at={lastGoodAt} /> : text.never),
    },
    { name: 'due', title: text.due, cell: ({ dueAt }) => dueAt && <Due dueAt={dueAt} /> },
  ];
};

export const DomainTargets = ({ groupId }: { groupId: string }) => {
  const text = domainWords();
  const pages = usePages(
    `targets ${groupId}`,
    (cursor) =>
      result(
        api.GET('/v1/groups/{groupId}/targets', {
          params: { path: { groupId }, query: cursor ? { cursor } : {} },
        }),
      ),
    300_000,
  );
  return (
    <Section title={text.targets}>
      <PagedTable
        pages={pages}
        empty={text.noTargets}
        label={text.targets}
        columns={columns(groupId)}
        rowKey={({ clientName, policyName }) => JSON.stringify([clientName, policyName])}
      />
    </Section>
  );
};

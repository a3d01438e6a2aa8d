/** Clients whose last good backup is older than its target. */
import { Link } from '../../components/link.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { domainPath, problemPath } from '../paths.ts';
import { MeasureBadge, thresholdFrom } from '../problems/measure.tsx';
import type { Problem } from '../problems/problem-facts.ts';
import { toneOf } from '../problems/problem-table.tsx';
import { overviewWords } from './words.ts';

const columns = (): readonly Column<Problem>[] => {
  const text = overviewWords();
  return [
    {
      name: 'client',
      title: text.client,
      cell: (problem) => <Link to={problemPath(problem.problemId)}>{problem.subject['clientName']}</Link>,
    },
    { name: 'policy', title: text.policy, cell: ({ subject }) => subject['policyName'] },
    {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId = '' }) => <Link to={domainPath(groupId)}>{groupId}</Link>,
    },
    {
      name: 'age',
      title: text.age,
      width: 'wide',
      cell: (problem) =>
        problem.measures.slice(0, 1).map((measure) => (
          <span key={measure.name} title={thresholdFrom(measure)}>
            <MeasureBadge measure={measure} tone={toneOf(problem)} />
          </span>
        )),
    },
  ];
};

export const Overdue = ({ problems }: { problems: readonly Problem[] }) => (
  <Table
    label={overviewWords().overdue}
    columns={columns()}
    rows={problems}
    rowKey={({ problemId }) => problemId}
  />
);

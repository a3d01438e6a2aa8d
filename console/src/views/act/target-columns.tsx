/** The columns that name a target exactly. */
import { Link } from '../../components/link.tsx';
import type { Column } from '../../components/table.tsx';
import { domainPath, jobPath } from '../paths.ts';
import type { Target } from './plan.ts';
import { actWords } from './words.ts';

export const targetColumns = <T,>(targetOf: (row: T) => Target): readonly Column<T>[] => {
  const text = actWords();
  return [
    {
      name: 'domain',
      title: text.domain,
      cell: (row) => {
        const { groupId } = targetOf(row);
        return <Link to={domainPath(groupId)}>{groupId}</Link>;
      },
    },
    {
      name: 'subject',
      title: text.subject,
      cell: (row) => {
        const { groupId, jobId, subject } = targetOf(row);
        return jobId === undefined ? subject : <Link to={jobPath(groupId, jobId)}>{subject}</Link>;
      },
    },
    { name: 'client', title: text.client, width: 'extra', cell: (row) => targetOf(row).client },
    { name: 'policy', title: text.policy, width: 'extra', cell: (row) => targetOf(row).policy },
  ];
};

export const callColumn = <T,>(targetOf: (row: T) => Target): Column<T> => ({
  name: 'call',
  title: actWords().call,
  width: 'extra',
  cell: (row) => {
    const { method, uri } = targetOf(row).call;
    return (
      <code>
        {method} {uri}
      </code>
    );
  },
});

/** Failed backups, by their cause. */

import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Moment } from '../../components/moment.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { problemPath } from '../paths.ts';
import { type CauseOfFailures, subjectText } from '../problems/problem-facts.ts';
import { problemWords } from '../problems/words.ts';
import { overviewWords } from './words.ts';

/** How many links a row has. */
const MAX_LINKS = 3;

const columns = (): readonly Column<CauseOfFailures>[] => {
  const text = overviewWords();
  const { causes } = problemWords();
  return [
    {
      name: 'cause',
      title: text.cause,
      cell: ({ cause, status, statusText }) => (
        <Badge tone="critical">
          {status === undefined ? causes[cause] : text.status(String(status), statusText ?? causes[cause])}
        </Badge>
      ),
    },
    {
      name: 'clients',
      title: text.clients,
      isNumber: true,
      cell: ({ problems }) => (
        <Link to="/problems" query={{ kind: 'backup-failed' }}>
          {formatNumber(problems.length)}
        </Link>
      ),
    },
    {
      name: 'where',
      title: text.where,
      width: 'wide',
      cell: ({ problems }) => (
        <>
          {problems.slice(0, MAX_LINKS).map((problem) => (
            <Link key={problem.problemId} to={problemPath(problem.problemId)} class="label">
              {problem.groupId}: {subjectText(problem)}
            </Link>
          ))}
          {problems.length > MAX_LINKS && (
            <Link to="/problems" query={{ kind: 'backup-failed' }}>
              {text.moreClients(formatNumber(problems.length - MAX_LINKS))}
            </Link>
          )}
        </>
      ),
    },
    {
      name: 'last',
      title: text.last,
      width: 'extra',
      cell: ({ problems }) => (
        <Moment
          at={
            problems
              .map(({ last }) => last)
              .sort()
              .at(-1) ?? ''
          }
        />
      ),
    },
  ];
};

export const Failures = ({ failures }: { failures: readonly CauseOfFailures[] }) => (
  <Table
    label={overviewWords().failures}
    columns={columns()}
    rows={failures}
    rowKey={({ cause, status }) => `${cause} ${status}`}
  />
);

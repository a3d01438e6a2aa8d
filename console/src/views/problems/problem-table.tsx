/** A table of problems. */
import type { Pages } from '../../api/pages.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Moment } from '../../components/moment.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { domainPath, problemPath } from '../paths.ts';
import { MeasureBadge } from './measure.tsx';
import { type Problem, subjectText } from './problem-facts.ts';
import { problemWords } from './words.ts';

export const toneOf = ({ severity, state }: Pick<Problem, 'severity' | 'state'>): Tone =>
  state === 'open' ? severity : state === 'recovered' ? 'good' : 'quiet';

export const StateBadge = ({ problem }: { problem: Problem }) => {
  const { severities, states } = problemWords();
  return (
    <Badge tone={toneOf(problem)}>
      {problem.state === 'open' ? severities[problem.severity] : states[problem.state]}
    </Badge>
  );
};

const domainColumn = (): Column<Problem> => ({
  name: 'domain',
  title: problemWords().domain,
  cell: ({ groupId }) =>
    groupId === undefined ? problemWords().deployment : <Link to={domainPath(groupId)}>{groupId}</Link>,
});

/** @param isOfAll whether the table has several domains */
const columns = (isOfAll: boolean): readonly Column<Problem>[] => {
  const text = problemWords();
  return [
    {
      name: 'kind',
      title: text.kind,
      cell: (problem) => <Link to={problemPath(problem.problemId)}>{text.kinds[problem.kind]}</Link>,
    },
    {
      name: 'state',
      title: text.state,
      cell: (problem) => <StateBadge problem={problem} />,
    },
    ...(isOfAll ? [domainColumn()] : []),
    { name: 'subject', title: text.subject, width: 'wide', cell: subjectText },
    {
      name: 'measures',
      title: text.measures,
      width: 'extra',
      cell: (problem) =>
        problem.measures
          .slice(0, 1)
          .map((measure) => <MeasureBadge key={measure.name} measure={measure} tone={toneOf(problem)} />),
    },
    {
      name: 'since',
      title: text.since,
      cell: ({ since }) => <Moment at={since} />,
    },
    {
      name: 'count',
      title: text.count,
      isNumber: true,
      width: 'extra',
      cell: (problem) => <Link to={problemPath(problem.problemId)}>{formatNumber(problem.count)}</Link>,
    },
  ];
};

interface ProblemTableProps {
  readonly rows: readonly Problem[];
  /** The accessible name; "Problems" by default. */
  readonly label?: string;
  /** Whether the table has several domains. */
  readonly isOfAll: boolean;
  readonly pages?: Pages<Problem>;
}

export const ProblemTable = ({ rows, label, isOfAll, pages }: ProblemTableProps) => (
  <Table
    label={label ?? problemWords().title}
    columns={columns(isOfAll)}
    rows={rows}
    rowKey={({ problemId }) => problemId}
    {...(pages ? { pages } : {})}
  />
);

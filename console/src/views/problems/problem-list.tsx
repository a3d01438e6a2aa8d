/** A table of problems: the view of all of them, and a part of other views. */
import { api, result, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Badge, Measure, type Tone } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { formatAge, formatTime } from '../../format/times.ts';
import { problemWords } from './words.ts';

export type Problem = Schemas['Problem'];

export interface ProblemFilter {
  readonly state?: string;
  readonly kind?: string;
  readonly severity?: 'critical' | 'warning';
  readonly label?: string;
}

export const toneOf = ({ severity, state }: Pick<Problem, 'severity' | 'state'>): Tone =>
  state === 'open' ? severity : state === 'recovered' ? 'good' : 'quiet';

/** Such as "client db1, policy daily". */
export const subjectText = ({ subject }: Pick<Problem, 'subject'>): string =>
  Object.values(subject).join(', ');

const columns = (): readonly Column<Problem>[] => {
  const text = problemWords();
  return [
    {
      name: 'kind',
      title: text.kind,
      cell: (problem) => (
        <Link to={`/problems/${encodeURIComponent(problem.problemId)}`}>{text.kinds[problem.kind]}</Link>
      ),
    },
    {
      name: 'state',
      title: text.state,
      cell: (problem) => (
        <Badge tone={toneOf(problem)}>
          {problem.state === 'open' ? text.severities[problem.severity] : text.states[problem.state]}
        </Badge>
      ),
    },
    {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId }) =>
        groupId === undefined ? text.deployment : <Link to={`/domains/${groupId}`}>{groupId}</Link>,
    },
    { name: 'subject', title: text.subject, width: 'wide', cell: subjectText },
    {
      name: 'measures',
      title: text.measures,
      width: 'extra',
      cell: (problem) =>
        problem.measures
          .slice(0, 1)
          .map(({ name, value, threshold }) => (
            <Measure
              key={name}
              tone={toneOf(problem)}
              value={formatNumber(value)}
              limit={formatNumber(threshold)}
            />
          )),
    },
    {
      name: 'since',
      title: text.since,
      cell: ({ since }) => <time title={formatTime(since)}>{formatAge(since)}</time>,
    },
    {
      name: 'count',
      title: text.count,
      isNumber: true,
      width: 'extra',
      cell: ({ count }) => formatNumber(count),
    },
  ];
};

export const ProblemList = ({ filter }: { filter: ProblemFilter }) => {
  const pages = usePages(`problems ${JSON.stringify(filter)}`, (cursor) =>
    result(api.GET('/v1/problems', { params: { query: { ...filter, ...(cursor ? { cursor } : {}) } } })),
  );
  return (
    <>
      <Freshness resource={pages} />
      <Loaded
        resource={pages}
        isEmpty={(rows) => rows.length === 0 && !pages.hasMore}
        empty={problemWords().none}
      >
        {(rows) => (
          <Table
            label={problemWords().title}
            columns={columns()}
            rows={rows}
            rowKey={({ problemId }) => problemId}
            pages={pages}
          />
        )}
      </Loaded>
    </>
  );
};

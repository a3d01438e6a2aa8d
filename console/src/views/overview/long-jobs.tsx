/** Jobs that are queued or running too long. */
import type { Schemas } from '../../api/client.ts';
import { Link } from '../../components/link.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { domainPath } from '../paths.ts';
import type { Problem } from '../problems/problem-facts.ts';
import { ProblemTable } from '../problems/problem-table.tsx';
import { overviewWords } from './words.ts';

interface LongJobsProps {
  readonly problems: readonly Problem[];
  readonly summaries: readonly Schemas['SummaryOfGroup'][];
}

/** The summary counts them sooner than a problem is opened. */
export const LongJobs = ({ problems, summaries }: LongJobsProps) => {
  const text = overviewWords();
  const reported = new Set(problems.map(({ groupId }) => groupId));
  const others = summaries
    .map(({ groupId, queuedLong, runningLong }) => ({ groupId, count: queuedLong + runningLong }))
    .filter(({ groupId, count }) => count > 0 && !reported.has(groupId));
  if (problems.length === 0 && others.length === 0) return <p class="well">{text.longWell}</p>;
  return (
    <>
      {problems.length > 0 && <ProblemTable label={text.long} rows={problems} isOfAll />}
      {others.length > 0 && (
        <p class="inline-list">
          <span>{text.longAlso}</span>
          {others.map(({ groupId, count }) => (
            <Link key={groupId} to={domainPath(groupId)}>
              {text.longIn(groupId, formatNumber(count))}
            </Link>
          ))}
        </p>
      )}
    </>
  );
};

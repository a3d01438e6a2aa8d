/** The last 24 hours of a domain, in numbers that link to their jobs. */
import { api, result, type Schemas } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Section } from '../../components/page.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { SHOWN_OUTCOMES } from '../jobs/job-state.ts';
import { domainPath, jobPath } from '../paths.ts';
import { domainWords } from './words.ts';

type Summary = Schemas['Summary'];

const LongJobs = ({
  title,
  jobs,
  groupId,
}: {
  title: string;
  jobs: Summary['queuedLong'];
  groupId: string;
}) =>
  jobs.length > 0 && (
    <li>
      {title}:{' '}
      {jobs.map(({ jobId }) => (
        <Link key={jobId} to={jobPath(groupId, jobId)} class="label">
          {jobId}
        </Link>
      ))}
    </li>
  );

const Outcomes = ({ summary }: { summary: Summary }) => {
  const text = domainWords();
  const { groupId, outcomes, from, recovered } = summary;
  return (
    <ul class="numbers">
      {SHOWN_OUTCOMES.map((outcome) => (
        <li key={outcome}>
          <Link to={domainPath(groupId, '/jobs')} query={{ outcome, from }} class="big">
            {formatNumber(outcomes[outcome])}
          </Link>
          <span>{text[outcome]}</span>
          {outcome === 'failed' && recovered > 0 && (
            <span class="quiet">{text.ofThemRecovered(formatNumber(recovered))}</span>
          )}
        </li>
      ))}
    </ul>
  );
};

export const LastDay = ({ groupId }: { groupId: string }) => {
  const text = domainWords();
  const summary = useResource(
    `summary ${groupId}`,
    () => result(api.GET('/v1/groups/{groupId}/summary', { params: { path: { groupId } } })),
    60_000,
  );
  return (
    <Section title={text.lastDay}>
      <Freshness resource={summary} />
      <Loaded resource={summary}>
        {(found) => (
          <>
            {!found.complete && <p class="notice notice-warning">{text.incomplete}</p>}
            <Outcomes summary={found} />
            <ul class="plain-list">
              <LongJobs title={text.queuedLong} jobs={found.queuedLong} groupId={groupId} />
              <LongJobs title={text.runningLong} jobs={found.runningLong} groupId={groupId} />
            </ul>
          </>
        )}
      </Loaded>
    </Section>
  );
};

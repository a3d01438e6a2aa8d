/** One problem: its description, its evidence, and who has acknowledged or muted it. */
import { useRoute } from 'preact-iso/router';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { Facts } from '../../components/facts.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page, Section } from '../../components/page.tsx';
import { formatTime } from '../../format/times.ts';
import { domainPath, jobPath } from '../paths.ts';
import { actionWords } from './action-words.ts';
import { MeasureBadge, measureName, thresholdFrom } from './measure.tsx';
import { ProblemActions } from './problem-actions.tsx';
import { type Problem, subjectText } from './problem-facts.ts';
import { ProblemLinks } from './problem-links.tsx';
import { StateBadge, toneOf } from './problem-table.tsx';
import { problemWords } from './words.ts';

const Silenced = ({ problem: { acknowledged, muted, state } }: { problem: Problem }) => {
  const text = actionWords();
  return (
    <>
      {acknowledged && (
        <div class="notice">
          <p>{text.acknowledgedBy(acknowledged.by, formatTime(acknowledged.until))}</p>
          <p>{acknowledged.reason}</p>
        </div>
      )}
      {muted && (
        <div class="notice">
          <p>{text.mutedBy(muted.by, formatTime(muted.until))}</p>
          <p>{muted.reason}</p>
        </div>
      )}
      {state === 'muted' && !muted && (
        <p class="notice">
          {text.mutedByRule} <Link to="/problems/mutes">{text.mute}</Link>
        </p>
      )}
    </>
  );
};

const Evidence = ({ problem }: { problem: Problem }) => {
  const text = problemWords();
  const { groupId, jobIds, status, statusText } = problem;
  const subjects = text.subjects as Readonly<Record<string, string>>;
  return (
    <Facts
      facts={[
        [
          text.domain,
          groupId === undefined ? text.deployment : <Link to={domainPath(groupId)}>{groupId}</Link>,
        ],
        ...Object.entries(problem.subject).map(([name, value]) => [subjects[name] ?? name, value] as const),
        [text.status, status === undefined ? undefined : `${status} (${statusText ?? ''})`],
        ...problem.measures.map(
          (measure) =>
            [
              measureName(measure),
              <>
                <MeasureBadge measure={measure} tone={toneOf(problem)} />{' '}
                <span class="quiet">{text.thresholdBy(thresholdFrom(measure))}</span>
              </>,
            ] as const,
        ),
        [text.since, <Moment key="since" at={problem.since} isFull />],
        [
          text.last,
          problem.last === problem.since ? undefined : <Moment key="last" at={problem.last} isFull />,
        ],
        [text.count, problem.count === 1 ? undefined : problem.count],
        [text.opened, problem.openedAt && <Moment at={problem.openedAt} isFull />],
        [text.informed, problem.informedAt ? <Moment at={problem.informedAt} isFull /> : text.notInformed],
        [text.recovered, problem.recoveredAt && <Moment at={problem.recoveredAt} isFull />],
        [
          text.jobs,
          groupId !== undefined && jobIds.length > 0 && (
            <ul class="inline-list">
              {jobIds.map((jobId) => (
                <li key={jobId}>
                  <Link to={jobPath(groupId, jobId)}>{jobId}</Link>
                </li>
              ))}
            </ul>
          ),
        ],
      ]}
    />
  );
};

export const ProblemView = () => {
  const { problemId = '' } = useRoute().params;
  const text = problemWords();
  const problem = useResource(`problem ${problemId}`, () =>
    result(api.GET('/v1/problems/{problemId}', { params: { path: { problemId } } })),
  );
  const { data, reload } = problem;
  return (
    <Page
      title={data ? text.kinds[data.kind] : text.title}
      actions={data && <ProblemActions problem={data} onChange={reload} />}
    >
      <Freshness resource={problem} />
      <Loaded resource={problem}>
        {(found) => (
          <>
            <p class="lead">
              <StateBadge problem={found} />{' '}
              {text.sentence(found.text, text.kinds[found.kind], subjectText(found))}
            </p>
            <Silenced problem={found} />
            <Evidence problem={found} />
            <Section title={text.related}>
              <ProblemLinks problem={found} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
};

/** One job: what became of it, why, and what belongs to it. */
import { api, result } from '../../api/client.ts';
import { useDomain } from '../../api/domains.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { DomainNav } from '../domains/domain-nav.tsx';
import { JobActions } from './job-actions.tsx';
import { JobBadge } from './job-badge.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobNetBackupCalls } from './job-netbackup-calls.tsx';
import { ProblemsOf } from './job-problems.tsx';
import { JobTimeline } from './job-timeline.tsx';
import { JobTree } from './job-tree.tsx';
import { oneJobWords } from './job-words.ts';
import { jobWords } from './words.ts';

interface JobViewProps {
  readonly groupId: string;
  readonly jobId: string;
}

const Tree = ({ groupId, jobId }: { groupId: string; jobId: number }) => {
  const path = { groupId, jobId };
  const tree = useResource(`tree ${groupId} ${jobId}`, () =>
    result(api.GET('/v1/groups/{groupId}/jobs/{jobId}/tree', { params: { path } })),
  );
  return <Loaded resource={tree}>{(data) => <JobTree tree={data} jobId={jobId} />}</Loaded>;
};

export const JobView = ({ groupId, jobId: id }: JobViewProps) => {
  const jobId = Number(id);
  const domain = useDomain(groupId).data;
  const job = useResource(`job ${groupId} ${id}`, () =>
    result(api.GET('/v1/groups/{groupId}/jobs/{jobId}', { params: { path: { groupId, jobId } } })),
  );
  const text = oneJobWords();
  return (
    <Page
      title={jobWords().jobTitle(id)}
      actions={job.data && can('command') && <JobActions job={job.data} />}
    >
      <DomainNav groupId={groupId} />
      <Freshness resource={job} />
      <Loaded resource={job}>
        {(data) => (
          <>
            <p class="lead">
              <JobBadge job={data} />
            </p>
            <JobFacts job={data} domain={domain} />
            <Section title={text.timeline}>
              <JobTimeline reports={data.timeline} domain={domain} />
            </Section>
            <Section title={text.tree}>
              <Tree groupId={groupId} jobId={jobId} />
            </Section>
            <Section title={text.problems}>
              <ProblemsOf
                groupId={groupId}
                isAbout={({ jobIds }) => jobIds.includes(jobId)}
                none={text.noProblem}
              />
            </Section>
            {can('inject') && (
              <Section title={text.fromNetBackup}>
                <JobNetBackupCalls groupId={groupId} jobId={jobId} domain={domain} />
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
};

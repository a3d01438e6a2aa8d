/** One image: whether it can be restored from, what happened to it, and what NetBackup's catalogue has. */
import { api, result } from '../../api/client.ts';
import { useDomain } from '../../api/domains.ts';
import { useResource } from '../../api/resource.ts';
import { can } from '../../api/session.ts';
import { Facts } from '../../components/facts.tsx';
import { useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Freshness, Loaded } from '../../components/loaded.tsx';
import { Page, Section } from '../../components/page.tsx';
import { formatSecond, formatTime } from '../../format/times.ts';
import { textOf } from '../../format/values.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { JobBadge } from '../jobs/job-badge.tsx';
import { Attributes } from '../jobs/job-netbackup-calls.tsx';
import { NetBackupCalls } from '../netbackup-calls.tsx';
import { clientPath, jobPath } from '../paths.ts';
import { ImageBadge } from './image-badge.tsx';
import { imageWords } from './words.ts';

export const ImageView = ({ groupId }: { groupId: string }) => {
  const [{ backupId = '' }] = useQuery();
  const domain = useDomain(groupId).data;
  const image = useResource(`image ${groupId} ${backupId}`, () =>
    result(api.GET('/v1/groups/{groupId}/images/{backupId}', { params: { path: { groupId, backupId } } })),
  );
  const text = imageWords();
  return (
    <Page title={text.imageTitle(backupId)}>
      <DomainNav groupId={groupId} />
      <Freshness resource={image} />
      <Loaded resource={image}>
        {({ imageState, backedUpAt, firstReportedAt, job, timeline, ...others }) => {
          const client = textOf(others['clientName']);
          return (
            <>
              <p class="lead">
                <ImageBadge image={{ imageState }} /> {text.meaning[imageState]}
              </p>
              <Facts
                facts={[
                  [text.client, client && <Link {...clientPath(groupId, client)}>{client}</Link>],
                  [text.clientType, textOf(others['clientType'])],
                  [text.backedUp, backedUpAt && formatTime(backedUpAt, domain)],
                  [text.firstReported, formatTime(firstReportedAt, domain)],
                  [
                    text.job,
                    job && (
                      <>
                        <Link to={jobPath(groupId, job.jobId)}>{job.jobId}</Link> <JobBadge job={job} />
                      </>
                    ),
                  ],
                ]}
              />
              <Section title={text.operationsOf}>
                <ol class="timeline">
                  {timeline.map(({ eventId, operationId, occurredAt, reportedAt }) => (
                    <li key={eventId}>
                      {text.at(
                        (text.operations as Readonly<Record<string, string>>)[textOf(operationId)] ??
                          textOf(operationId),
                        formatSecond(occurredAt ?? reportedAt, domain),
                      )}
                    </li>
                  ))}
                </ol>
              </Section>
            </>
          );
        }}
      </Loaded>
      {can('inject') && backupId !== '' && (
        <Section title={text.fromNetBackup}>
          <NetBackupCalls
            key={backupId}
            groupId={groupId}
            calls={[
              {
                name: 'details',
                title: text.details,
                uri: `/netbackup/catalog/images/${encodeURIComponent(backupId)}`,
                show: (body) => <Attributes body={body} />,
              },
            ]}
          />
        </Section>
      )}
    </Page>
  );
};

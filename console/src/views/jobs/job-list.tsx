/** A table of jobs: the view of all of them, and a part of other views. */
import { api, result } from '../../api/client.ts';
import { type Page, usePages } from '../../api/pages.ts';
import { can } from '../../api/session.ts';
import { PagedTable } from '../../components/paged-table.tsx';
import { SelectionBar } from '../../components/selection.tsx';
import { omitUndefined } from '../../omit-undefined.ts';
import { useTimes } from '../domain-zone.ts';
import { SelectedJobsActions } from './job-actions.tsx';
import type { Job } from './job-badge.tsx';
import { jobColumns } from './job-columns.tsx';
import type { JobQuery } from './job-query.ts';
import { jobSelection } from './job-selection.ts';
import { jobWords } from './words.ts';

/** How many jobs a page has. */
const LIMIT = 200;

const loadJobs = async (
  groupId: string | undefined,
  filter: JobQuery,
  cursor: string | undefined,
): Promise<Page<Job>> => {
  const query = { ...filter, limit: LIMIT, ...omitUndefined({ cursor }) };
  if (groupId === undefined) return await result(api.GET('/v1/jobs', { params: { query } }));
  const { label: _, ...ofGroup } = query;
  return await result(
    api.GET('/v1/groups/{groupId}/jobs', { params: { path: { groupId }, query: ofGroup } }),
  );
};

interface JobListProps {
  /** The jobs of one domain; absent: of all. */
  readonly groupId?: string | undefined;
  readonly filter: JobQuery;
  /** Whether the list is about one client. */
  readonly isOfClient?: boolean;
}

export const JobList = ({ groupId, filter, isOfClient = false }: JobListProps) => {
  const times = useTimes(groupId);
  const pages = usePages(`jobs ${groupId ?? ''} ${JSON.stringify(filter)}`, (cursor) =>
    loadJobs(groupId, filter, cursor),
  );
  const text = jobWords();
  return (
    <>
      <PagedTable
        pages={pages}
        empty={text.none}
        label={text.title}
        columns={jobColumns({ hasDomains: groupId === undefined, hasClients: !isOfClient, times })}
        rowKey={(job) => `${job.groupId}/${job.jobId}`}
        selection={
          can('command')
            ? { of: jobSelection, nameOf: ({ jobId }) => text.jobTitle(String(jobId)) }
            : undefined
        }
      />
      {can('command') && (
        <SelectionBar selection={jobSelection}>
          <SelectedJobsActions />
        </SelectionBar>
      )}
    </>
  );
};

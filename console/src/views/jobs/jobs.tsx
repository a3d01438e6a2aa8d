/** Jobs that ran, failed, or run now: of one domain, or of all. */
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Page } from '../../components/page.tsx';
import { now, shownZone } from '../../format/times.ts';
import { useDomainZones } from '../domain-zone.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { JobList } from './job-list.tsx';
import { jobQuery } from './job-query.ts';
import { jobWords } from './words.ts';

const choicesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([value, title]) => ({ value, title }));

const JOB_TYPES = [
  'BACKUP',
  'RESTORE',
  'DUPLICATE',
  'REPLICATE',
  'VERIFY',
  'IMPORT',
  'SNAPSHOT',
  'IMAGEDELETE',
];

/** The steps by which the start of "within 24 hours" advances. */
const STEP_MS = 900_000;

const filters = (): readonly Filter[] => {
  const text = jobWords();
  return [
    { name: 'outcome', title: text.result, choices: choicesOf(text.outcomes) },
    { name: 'state', title: text.state, choices: choicesOf(text.states) },
    { name: 'clientName', title: text.client, type: 'text' },
    { name: 'policyName', title: text.policy, type: 'text' },
    { name: 'hours', title: text.within, choices: choicesOf(text.hours) },
  ];
};

const moreFilters = (isOfDomain: boolean): readonly Filter[] => {
  const text = jobWords();
  return [
    { name: 'from', title: text.from, type: 'date' },
    { name: 'to', title: text.to, type: 'date' },
    { name: 'status', title: text.status, type: 'text' },
    { name: 'jobType', title: text.type, choices: JOB_TYPES.map((value) => ({ value, title: value })) },
    { name: 'policyType', title: text.policyType, type: 'text' },
    { name: 'scheduleType', title: text.schedule, type: 'text' },
    { name: 'parentJobId', title: text.parent, type: 'number' },
    ...(isOfDomain ? [] : [{ name: 'label', title: text.label, type: 'text' } as const]),
    {
      name: 'order',
      title: text.order,
      choices: [
        { value: 'desc', title: text.newestFirst },
        { value: 'asc', title: text.oldestFirst },
      ],
    },
  ];
};

export const Jobs = ({ groupId }: { groupId?: string }) => {
  const [query] = useQuery();
  const zoneOf = useDomainZones(groupId);
  const zone = shownZone(groupId === undefined ? undefined : zoneOf(groupId));
  // The time advances in steps: the pages of one list must have the same filters.
  const time = query['hours'] ? Math.floor(now.value / STEP_MS) * STEP_MS : 0;
  const filter = jobQuery(query, zone, time);
  const text = jobWords();
  return (
    <Page title={groupId === undefined ? text.title : text.ofDomain(groupId)}>
      {groupId !== undefined && <DomainNav groupId={groupId} />}
      <Filters filters={filters()} more={moreFilters(groupId !== undefined)} />
      <JobList groupId={groupId} filter={filter} />
    </Page>
  );
};

/** Images, and which of them can be restored: of one domain, or of all. */
import { type Filter, Filters, useQuery } from '../../components/filters.tsx';
import { Page } from '../../components/page.tsx';
import { now, shownZone } from '../../format/times.ts';
import { useDomainZones } from '../domain-zone.ts';
import { DomainNav } from '../domains/domain-nav.tsx';
import { ImageList } from './image-list.tsx';
import { imageQuery } from './image-query.ts';
import { imageWords } from './words.ts';

const choicesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([value, title]) => ({ value, title }));

/** The steps by which the start of "within 24 hours" advances. */
const STEP_MS = 900_000;

const filters = (): readonly Filter[] => {
  const text = imageWords();
  return [
    { name: 'restorable', title: text.restorable, choices: choicesOf(text.choices) },
    { name: 'clientName', title: text.client, type: 'text' },
    { name: 'hours', title: text.within, choices: choicesOf(text.hours) },
  ];
};

const moreFilters = (isOfDomain: boolean): readonly Filter[] => {
  const text = imageWords();
  return [
    { name: 'from', title: text.from, type: 'date' },
    { name: 'to', title: text.to, type: 'date' },
    { name: 'clientType', title: text.clientType, type: 'text' },
    { name: 'operation', title: text.operation, choices: choicesOf(text.operations) },
    ...(isOfDomain ? [] : [{ name: 'label', title: text.label, type: 'text' } as const]),
    {
      name: 'order',
      title: text.order,
      choices: choicesOf({ desc: text.newestFirst, asc: text.oldestFirst }),
    },
  ];
};

export const Images = ({ groupId }: { groupId?: string }) => {
  const [query] = useQuery();
  const zoneOf = useDomainZones(groupId);
  const zone = shownZone(groupId === undefined ? undefined : zoneOf(groupId));
  // The time advances in steps: the pages of one list must have the same filters.
  const time = query['hours'] ? Math.floor(now.value / STEP_MS) * STEP_MS : 0;
  const text = imageWords();
  return (
    <Page title={groupId === undefined ? text.title : text.ofDomain(groupId)}>
      {groupId !== undefined && <DomainNav groupId={groupId} />}
      <Filters filters={filters()} more={moreFilters(groupId !== undefined)} />
      <ImageList groupId={groupId} filter={imageQuery(query, zone, time)} />
    </Page>
  );
};
